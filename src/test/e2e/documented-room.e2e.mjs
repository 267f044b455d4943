// A client that knows nothing but the documentation of light rooms: it names others by the ids of
// their sockets and gets no acknowledgements.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, url } from "./lib/browser.mjs";
import { RoomPerson, connected, seeEachOther } from "./lib/mesh.mjs";
import { serveMesh } from "./lib/site.mjs";
import { post, register } from "./lib/wire.mjs";

describe("the documented client of light rooms", () => {
  let browser;
  let site;
  let ann;
  let ben;
  let roomId;

  before(async () => {
    [browser, site] = await Promise.all([launch(), serveMesh()]);
  });

  after(async () => {
    await browser?.close();
    site?.close();
  });

  const arrive = (...names) =>
    Promise.all(names.map((name) => RoomPerson.arrive(browser, site, name)));

  /** What came from each names its user. */
  async function haveConnected(offerer, answerer) {
    const { offered, answered } = await connected(offerer, answerer);
    for (const { payload } of offered) assert.equal(payload.fromUserId, offerer.userId);
    for (const { payload } of answered) assert.equal(payload.fromUserId, answerer.userId);
  }

  /** It has joined, with these in the room before it. */
  async function hasJoined(one, ...others) {
    const [joined] = await one.hears("joined-room");
    one.userId = joined.userId;
    assert.deepEqual(joined, {
      userId: one.userId,
      roomId,
      participants: others.map(({ userId, name, socketId }) => ({
        id: userId,
        username: name,
        socketId,
      })),
    });
  }

  const asOther = ({ userId, name, socketId }) => ({ userId, username: name, socketId });

  it("joins a room that was made over HTTP, as a guest", async () => {
    assert.notEqual(site.origin, new URL(url).origin);
    const room = await post("/api/rooms", { name: "Corner" });
    assert.equal(room.name, "Corner");
    assert.equal(room.participants, 0);
    roomId = room.id;

    [ann, ben] = await arrive("Ann", "Ben");
    await ann.join(roomId, { username: "Ann", offerer: "present" });

    await hasJoined(ann);
  });

  it("sees and hears another who joins, both ways", async () => {
    await ben.join(roomId, { username: "Ben", offerer: "present" });

    await seeEachOther(ann, ben);
    await Promise.all([ann.listens(ben), ben.listens(ann)]);
    await hasJoined(ben, ann);
    assert.deepEqual(await ann.heard("user-joined"), [asOther(ben)]);
    await haveConnected(ann, ben);
  });

  it("is told who has left, by saying so or by closing the page", async () => {
    await ben.leaves("leave-room");
    assert.deepEqual(await ann.hears("user-left"), [asOther(ben)]);
    assert.deepEqual(await ben.hears("left-room"), [undefined]);

    const [cho] = await arrive("Cho");
    await cho.join(roomId, { username: "Cho", offerer: "present" });
    await seeEachOther(ann, cho);
    await hasJoined(cho, ann);
    await cho.assertNoErrors();
    await cho.close();

    assert.deepEqual(await ann.hears("user-left", 2), [asOther(ben), asOther(cho)]);
  });

  it("lets the one with the greater id of its socket offer, whoever came first", async () => {
    roomId = (await post("/api/rooms", { name: "Order" })).id;
    const people = await arrive("Dan", "Eve", "Fay");

    for (const [at, one] of people.entries()) {
      await one.join(roomId, { username: one.name, offerer: "greater" });
      await hasJoined(one, ...people.slice(0, at));
    }

    await seeEachOther(...people);
    people.sort((a, b) => (a.socketId < b.socketId ? -1 : 1));
    await haveConnected(people[1], people[0]);
    await haveConnected(people[2], people[0]);
    await haveConnected(people[2], people[1]);
    await Promise.all(people.map((one) => one.assertNoErrors()));
    await Promise.all(people.map((one) => one.close()));
  });

  it("misses nobody when three join at the same time", async () => {
    roomId = (await post("/api/rooms", { name: "Rush" })).id;
    const people = await arrive("Ida", "Jan", "Kim");

    await Promise.all(
      people.map((one) => one.join(roomId, { username: one.name, offerer: "greater" })),
    );

    await seeEachOther(...people);
    await Promise.all(people.map((one) => one.assertNoErrors()));
    await Promise.all(people.map((one) => one.close()));
  });

  it("goes by the name and the id of its account when it has a token", async () => {
    const [gil, hal] = await arrive("Gil", "Hal");
    const accounts = await Promise.all([register("Gil"), register("Hal")]);
    const room = await post("/api/rooms", { name: "Members" }, accounts[0].token);
    assert.equal(room.createdBy, accounts[0].userId);
    roomId = room.id;

    await gil.join(roomId, { token: accounts[0].token, offerer: "greater" });
    await hasJoined(gil);
    await hal.join(roomId, {
      token: accounts[1].token,
      username: "Somebody else",
      offerer: "greater",
    });

    await seeEachOther(gil, hal);
    await hasJoined(hal, gil);
    assert.deepEqual(await gil.heard("user-joined"), [asOther(hal)]);
    assert.deepEqual(
      [gil.userId, hal.userId],
      accounts.map(({ userId }) => userId),
    );
    await Promise.all([gil.assertNoErrors(), hal.assertNoErrors()]);
    await Promise.all([gil.close(), hal.close()]);
  });

  it("ran without an error", async () => {
    for (const one of [ann, ben]) {
      await one.assertNoErrors();
      assert.deepEqual(await one.heard("error"), []);
    }
  });
});
