// A front end that was written for the original server, from its own origin: it has to work as it
// is, by itself and together with the page of this server.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { launch, url } from "./lib/browser.mjs";
import { Foreigner } from "./lib/foreigner.mjs";
import { Person } from "./lib/person.mjs";
import { serve } from "./lib/site.mjs";

const versions = ["mediasoup-client-3.18", "mediasoup-client"];

describe("an unchanged client", () => {
  let browser;
  let site;
  let ann;
  let ben;
  let cho;
  let room;

  before(async () => {
    [browser, site] = await Promise.all([launch(), serve(...versions)]);
  });

  after(async () => {
    await browser?.close();
    site?.close();
  });

  async function isSeenAndHeard(viewer, sender) {
    const frames = await viewer.sees(sender);
    await viewer.listens(sender);
    const { audio } = await viewer.from(sender);

    await wait(5_000);

    const now = await viewer.from(sender);
    assert.ok(now.video.framesDecoded > frames + 20, `${frames}, ${now.video.framesDecoded}`);
    assert.ok(now.audio.totalAudioEnergy > audio.totalAudioEnergy);
  }

  it("gets its account and its socket across origins", async () => {
    assert.notEqual(site.origin, new URL(url).origin);
    [ann, ben] = await Promise.all([
      Foreigner.arrive(browser, site, versions[0], "Ann"),
      Foreigner.arrive(browser, site, versions[1], "Ben"),
    ]);
    assert.notEqual(ann.userId, ben.userId);
  });

  it("calls another of a newer version, both ways", async () => {
    room = await ann.create("Abroad");
    await ann.enter(room.roomId);
    await ben.enter(room.roomId);

    await Promise.all([isSeenAndHeard(ann, ben), isSeenAndHeard(ben, ann)]);
  });

  it("gets the larger of two encodings in the end", async () => {
    const { video } = await ben.until(
      "640 pixels",
      () => ben.from(ann),
      ({ video }) => video.frameWidth === 640,
    );
    assert.equal(video.frameHeight, 480);
  });

  it("mutes itself when everyone is muted, and can be heard again", async () => {
    const { mutedCount } = await ann.page.evaluate(
      (roomId) => window.client.ask("room:muteAll", { roomId }),
      room.roomId,
    );
    assert.equal(mutedCount, 1);
    const [muted] = await ben.until(
      "being muted",
      () => ben.heard("room:allMuted"),
      (events) => events.length === 1,
    );
    assert.deepEqual(muted, { roomId: room.roomId, mutedBy: ann.userId });
    assert.equal((await ann.heard("room:allMuted")).length, 0);
    await ann.sees(ben);

    await ben.call("mute", false);
    await ann.listens(ben);
  });

  it("shares a room with the page of this server", async () => {
    cho = await Person.arrive(browser, "Cho");
    await cho.register();
    await cho.joinByCode(room.roomCode);
    await cho.enter();

    await cho.seesTiles(3);
    await cho.waitFor(ann, "framesDecoded", 10);
    await cho.waitFor(ben, "audioEnergy", 0);
    await Promise.all([ann.sees(cho), ben.sees(cho), ann.listens(cho)]);
  });

  it("is told who leaves and when the room closes", async () => {
    await ben.call("leave");
    await cho.isGone(ben);
    const [left] = await ann.until(
      "a leave",
      () => ann.heard("room:userLeft"),
      (events) => events.length === 1,
    );
    assert.equal(left.userId, ben.userId);

    await ann.page.evaluate(
      (roomId) => window.client.ask("room:close", { roomId }),
      room.roomId,
    );
    await cho.find("ended").waitFor();
    assert.deepEqual(await ann.heard("room:closed"), [{ roomId: room.roomId }]);
  });

  it("misses nobody when two enter at the same time", async () => {
    const [dan, eve] = await Promise.all([
      Foreigner.arrive(browser, site, versions[0], "Dan"),
      Foreigner.arrive(browser, site, versions[1], "Eve"),
    ]);
    const { roomId } = await dan.create("Rush");

    await Promise.all([dan.call("join", roomId), eve.call("join", roomId)]);
    await Promise.all([dan.call("start"), eve.call("start")]);

    await Promise.all([dan.sees(eve), eve.sees(dan), dan.listens(eve), eve.listens(dan)]);
    await Promise.all([dan.assertNoErrors(), eve.assertNoErrors()]);
    await Promise.all([dan.close(), eve.close()]);
  });

  it("ran without an error", async () => {
    await ann.assertNoErrors();
    await ben.assertNoErrors();
    cho.assertNoErrors();
  });
});
