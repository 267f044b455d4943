// How good the media is, by what Chromium says of it: rates that ramp up, losses that are repaired,
// pictures that come back at once.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { launch } from "./lib/browser.mjs";
import { Foreigner } from "./lib/foreigner.mjs";
import { Lossy } from "./lib/lossy.mjs";
import { serve } from "./lib/site.mjs";

const version = "mediasoup-client";

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serve(version)]);
});

after(async () => {
  await browser?.close();
  site?.close();
});

async function call(options = {}) {
  const [ann, ben] = await Promise.all([
    Foreigner.arrive(browser, site, version, "Ann", options),
    Foreigner.arrive(browser, site, version, "Ben", options),
  ]);
  const { roomId } = await ann.create("Quality");
  await ann.enter(roomId);
  await ben.enter(roomId);
  return [ann, ben];
}

const rate = (bps) => `${Math.round(bps / 1000)} kbit/s`;

describe("the rate of a sender", () => {
  let ann;
  let ben;

  before(async () => {
    [ann, ben] = await call();
  });

  after(() => Promise.all([ann?.close(), ben?.close()]));

  it("ramps up within eight seconds", async (t) => {
    const { path } = await ann.until(
      "1.5 Mbit/s to send at",
      () => ann.sent(),
      ({ path }) => path.availableOutgoingBitrate > 1_500_000,
      8_000,
    );
    t.diagnostic(rate(path.availableOutgoingBitrate));
  });

  it("lets both encodings through, the larger at its full size", async (t) => {
    const { video } = await ann.until(
      "both encodings",
      () => ann.sent(),
      ({ video }) => video.r0?.framesPerSecond > 5 && video.r1?.framesPerSecond > 5,
    );
    assert.equal(video.r1.frameWidth, 640);
    assert.equal(video.r0.frameWidth, 320);
    t.diagnostic(`${rate(video.r0.targetBitrate)} and ${rate(video.r1.targetBitrate)}`);

    await ben.until("640 pixels", () => ben.from(ann), ({ video }) => video?.frameWidth === 640);
  });

  it("follows the layer a receiver asks for", async () => {
    const { video } = await ben.from(ann);
    const prefer = (spatialLayer) =>
      ben.call("ask", "media:setPreferredLayers", { consumerId: video.consumerId, spatialLayer });

    await prefer(0);
    await ben.until("320 pixels", () => ben.from(ann), ({ video }) => video?.frameWidth === 320);
    await prefer(1);
    await ben.until("640 pixels", () => ben.from(ann), ({ video }) => video?.frameWidth === 640);
  });

  it("lets the picture go on when the sender gives up its larger encoding", async (t) => {
    const { video } = await ben.from(ann);
    const most = (layer) =>
      ann.page.evaluate((layer) => window.client.producers.video.setMaxSpatialLayer(layer), layer);
    const started = Date.now();
    await most(0);
    await ben.until("320 pixels", () => ben.from(ann), ({ video }) => video.frameWidth === 320);
    t.diagnostic(`${Date.now() - started} ms to the smaller`);
    const now = (await ben.from(ann)).video;
    const frozen = now.totalFreezesDuration - video.totalFreezesDuration;
    assert.ok(frozen < 1.5, `${frozen} s frozen`);

    await most(1);
    await ben.until("640 pixels", () => ben.from(ann), ({ video }) => video.frameWidth === 640);
  });

  it("shows the picture again at once after a pause of sender or receiver", async (t) => {
    const { video } = await ben.from(ann);
    const producerId = await ann.page.evaluate(() => window.client.producers.video.id);
    const pauses = [
      [ann, "Producer", { producerId }],
      [ben, "Consumer", { consumerId: video.consumerId }],
    ];
    for (const [who, what, payload] of pauses) {
      await who.call("ask", `media:pause${what}`, payload);
      await wait(500);
      const still = (await ben.from(ann)).video.framesDecoded;
      await wait(500);
      assert.ok((await ben.from(ann)).video.framesDecoded <= still + 1, `${what} is paused`);

      const resumed = Date.now();
      await who.call("ask", `media:resume${what}`, payload);
      await ben.until(
        "the picture",
        () => ben.from(ann),
        ({ video }) => video.framesDecoded > still + 2,
        2_500,
      );
      t.diagnostic(`${what}: ${Date.now() - resumed} ms`);
    }
  });

  it("ran without an error", () => Promise.all([ann.assertNoErrors(), ben.assertNoErrors()]));
});

describe("a path that loses packets", () => {
  let lossy;
  let ann;
  let ben;

  before(async () => {
    lossy = new Lossy();
    [ann, ben] = await call({ relay: lossy });
    await Promise.all([ann.sees(ben), ben.sees(ann)]);
  });

  after(async () => {
    await Promise.all([ann?.close(), ben?.close()]);
    lossy?.close();
  });

  it("loses one of twenty and yet shows a moving picture", async (t) => {
    const viewers = [[ann, ben], [ben, ann]];
    const starts = await Promise.all(viewers.map(([viewer, sender]) => viewer.from(sender)));
    lossy.loss = 0.05;
    await wait(10_000);
    const ends = await Promise.all(viewers.map(([viewer, sender]) => viewer.from(sender)));
    const sent = await ann.sent();
    lossy.loss = 0;

    assert.ok(lossy.lost > 100, `only ${lossy.lost} packets were lost`);
    for (let i = 0; i < viewers.length; i++) {
      const gained = (key) => (ends[i].video[key] ?? 0) - (starts[i].video[key] ?? 0);
      t.diagnostic(
        `${viewers[i][0].name}: ${gained("framesDecoded")} frames, ` +
          `${gained("nackCount")} NACKs, ${gained("retransmittedPacketsReceived")} repaired, ` +
          `${gained("packetsLost")} lost, ${gained("pliCount")} PLIs, ` +
          `${gained("freezeCount")} freezes of ${gained("totalFreezesDuration")} s`,
      );
      assert.ok(gained("nackCount") > 0, "it asks for what is missing");
      assert.ok(gained("retransmittedPacketsReceived") > 0, "it gets what was missing");
      assert.ok(gained("framesDecoded") > 80, `${gained("framesDecoded")} frames in ten seconds`);
      assert.ok(gained("totalFreezesDuration") < 3, `${gained("totalFreezesDuration")} s frozen`);
    }
    const repeats = Object.values(sent.video);
    const resent = repeats.reduce((sum, one) => sum + one.retransmittedPacketsSent, 0);
    const asked = repeats.reduce((sum, one) => sum + one.nackCount, 0);
    assert.ok(asked > 0 && resent > 0, `the server asked ${asked} times, ${resent} were repeated`);
    t.diagnostic(`Ann: asked ${asked} times, repeated ${resent}`);
  });

  it("keeps the call over a change of network by an ICE restart", async (t) => {
    const moved = Date.now();
    lossy.move();
    const restart = async () => {
      const { send, receive } = window.client;
      await Promise.all([window.client.restartIce(send), window.client.restartIce(receive)]);
    };
    await Promise.all([ann.page.evaluate(restart), ben.page.evaluate(restart)]);

    await Promise.all([ann.sees(ben, 1), ben.sees(ann, 1)]);
    t.diagnostic(`${Date.now() - moved} ms to the next picture`);
    await Promise.all([ann.sees(ben, 30), ben.sees(ann, 30)]);
    await Promise.all([ann.listens(ben), ben.listens(ann)]);
    const states = await ann.page.evaluate(() => [
      window.client.send.connectionState,
      window.client.receive.connectionState,
    ]);
    assert.deepEqual(states, ["connected", "connected"]);
  });

  it("ran without an error", () => Promise.all([ann.assertNoErrors(), ben.assertNoErrors()]));
});

describe("other ways to encode", () => {
  let ann;
  let ben;

  before(async () => {
    [ann, ben] = await call({ codec: "H264", dtx: true });
  });

  after(() => Promise.all([ann?.close(), ben?.close()]));

  it("carries H.264", async () => {
    await Promise.all([ann.sees(ben, 30), ben.sees(ann, 30)]);
    const { codec } = await ben.from(ann);
    assert.ok("video/H264" in codec, Object.keys(codec).join(", "));
  });

  it("gets to the larger H.264 encoding as well", async () => {
    await ben.until("640 pixels", () => ben.from(ann), ({ video }) => video?.frameWidth === 640);
    await ben.sees(ann, 20);
  });

  it("sends next to nothing of a silence, and is heard again after it", async (t) => {
    await ben.listens(ann);
    const packets = async () => (await ben.from(ann)).audio.packetsReceived;
    await ann.call("mute");
    await wait(500);
    const before = await packets();
    await wait(2_000);
    const silent = (await packets()) - before;
    assert.ok(silent < 50, `${silent} packets in two seconds of silence`);
    t.diagnostic(`${silent} packets in two seconds`);
    assert.equal((await ben.from(ann)).audio.packetsLost, 0);

    await ann.call("mute", false);
    await ben.listens(ann);
  });

  it("ran without an error", () => Promise.all([ann.assertNoErrors(), ben.assertNoErrors()]));
});
