// The client that the meeting service's documentation gives as an example, as it stands there: it
// names others by their user ids and asks for no acknowledgements.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, url } from "./lib/browser.mjs";
import { MeetingPerson, connected, seeEachOther } from "./lib/mesh.mjs";
import { serveMesh } from "./lib/site.mjs";
import { post } from "./lib/wire.mjs";

describe("the documented client of meetings", () => {
  let browser;
  let site;
  let ann;
  let ben;
  let cho;
  let roomId;

  before(async () => {
    [browser, site] = await Promise.all([launch(), serveMesh()]);
  });

  after(async () => {
    await browser?.close();
    site?.close();
  });

  const arrive = (name) => MeetingPerson.arrive(browser, site, name);

  async function create(title, host) {
    const { success, meeting } = await post("/api/meetings/create", {
      title,
      description: "Daily standup meeting",
      hostId: host.userId,
      hostName: host.name,
    });
    assert.equal(success, true);
    assert.equal(meeting.title, title);
    assert.equal(meeting.hostId, host.userId);
    assert.equal(meeting.status, "waiting");
    return meeting.roomId;
  }

  /** Whoever comes later offers, the other answers. */
  async function haveConnected(earlier, later) {
    const { offered, answered } = await connected(later, earlier);
    for (const { payload } of offered) assert.equal(payload.fromPeerId, later.socketId);
    for (const { payload } of answered) assert.equal(payload.fromPeerId, earlier.socketId);
  }

  it("joins a meeting that was made over HTTP", async () => {
    assert.notEqual(site.origin, new URL(url).origin);
    [ann, ben, cho] = await Promise.all(["Ann", "Ben", "Cho"].map(arrive));
    roomId = await create("Team Standup", ann);
    await ann.join(roomId);

    const [joined] = await ann.hears("joined-meeting");
    assert.equal(joined.roomId, roomId);
    assert.equal(joined.userId, ann.userId);
    assert.equal(joined.peerId, ann.socketId);
    assert.equal(joined.meeting.title, "Team Standup");
    assert.equal(joined.meeting.hostId, ann.userId);
    const [{ participants }] = await ann.heard("existing-participants");
    assert.deepEqual(participants, []);
    const [{ iceServers }] = await ann.heard("ice-servers");
    assert.ok(Array.isArray(iceServers));
  });

  it("sees and hears another who joins, both ways", async () => {
    await ben.join(roomId);

    await seeEachOther(ann, ben);
    await Promise.all([ann.listens(ben), ben.listens(ann)]);
    const [{ participants }] = await ben.heard("existing-participants");
    assert.deepEqual(
      participants.map(({ userId, peerId }) => [userId, peerId]),
      [[ann.userId, ann.socketId]],
    );
    const [joined] = await ann.heard("participant-joined");
    assert.deepEqual(
      [joined.userId, joined.userName, joined.peerId],
      [ben.userId, "John Doe", ben.socketId],
    );
  });

  it("was passed the other's offer, answer and candidates as they were sent", async () => {
    await haveConnected(ann, ben);
  });

  it("connects to each other when a third joins", async () => {
    await cho.join(roomId);

    await seeEachOther(ann, ben, cho);
    await Promise.all([haveConnected(ann, cho), haveConnected(ben, cho), haveConnected(ann, ben)]);
  });

  it("is told who has left, by saying so or by closing the page", async () => {
    await cho.leaves("leave-meeting", { roomId });
    for (const one of [ann, ben]) {
      const [left] = await one.hears("participant-left");
      assert.equal(left.userId, cho.userId);
    }
    await ben.assertNoErrors();
    await ben.close();

    const [, left] = await ann.hears("participant-left", 2);
    assert.equal(left.userId, ben.userId);
  });

  it("misses nobody when three join at the same time", async () => {
    const people = await Promise.all(["Dan", "Eve", "Fay"].map(arrive));
    const rush = await create("Rush", people[0]);

    await Promise.all(people.map((one) => one.join(rush)));

    await seeEachOther(...people);
    await Promise.all(people.map((one) => one.assertNoErrors()));
    await Promise.all(people.map((one) => one.close()));
  });

  it("ran without an error", async () => {
    for (const one of [ann, cho]) {
      await one.assertNoErrors();
      assert.deepEqual(await one.heard("meeting-error"), []);
      assert.deepEqual(await one.heard("peer-connection-error"), []);
    }
  });
});
