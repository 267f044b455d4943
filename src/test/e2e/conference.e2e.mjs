// A conference as people have it: windows of real browsers, media through the server.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { launch, url } from "./lib/browser.mjs";
import { readMetrics } from "./lib/metrics.mjs";
import { Person } from "./lib/person.mjs";

describe("a conference", () => {
  let browser;
  let ann;
  let ben;
  let cho;
  let code;

  before(async () => {
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
  });

  /** Picture and sound of one reach the other, and still do five seconds later. */
  async function isSeenAndHeard(viewer, sender) {
    const frames = await viewer.waitFor(sender, "framesDecoded", 10);
    const energy = await viewer.waitFor(sender, "audioEnergy", 0);

    await wait(5_000);

    const now = await viewer.from(sender);
    assert.ok(now.framesDecoded > frames + 20, `${frames} frames, then ${now.framesDecoded}`);
    assert.ok(now.audioEnergy > energy, `energy ${energy}, then ${now.audioEnergy}`);
  }

  it("lets one person open a room and another join it by its code", async () => {
    ann = await Person.arrive(browser, "Ann");
    await ann.register();
    code = await ann.create("Stand-up");
    assert.match(code, /^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){2}$/);
    await ann.enter();

    ben = await Person.arrive(browser, "Ben");
    await ben.register();
    await ben.joinByCode(code);
    await ben.enter();

    await ann.seesTiles(2);
    await ben.seesTiles(2);
    assert.match(await ann.tile(ben).textContent(), /Ben/);
    assert.equal(await ben.tile(ann).getByTestId("role").getAttribute("data-role"), "host");
  });

  it("carries picture and sound both ways", async () => {
    await Promise.all([isSeenAndHeard(ann, ben), isSeenAndHeard(ben, ann)]);
  });

  it("moves the node's metrics", async () => {
    const before = await readMetrics(url);
    await wait(3_000);
    const now = await readMetrics(url);

    for (const [level, least] of [
      ["parley_connections", 2],
      ["parley_rooms", 1],
      ["parley_participants", 2],
      ["parley_media_routers", 1],
      ["parley_media_transports", 4],
      ["parley_media_producers", 4],
      ["parley_media_consumers", 4],
    ]) {
      assert.ok(now.get(level) >= least, `${level} is ${now.get(level)}`);
    }
    for (const total of ["parley_media_packets_total", "parley_media_bytes_total"]) {
      for (const direction of ["in", "out"]) {
        const name = `${total}{direction="${direction}"}`;
        assert.ok(now.get(name) > before.get(name), `${name} stays at ${now.get(name)}`);
      }
    }
  });

  it("takes a third person in by the room's link", async () => {
    cho = await Person.arrive(browser, "Cho", code);
    await cho.register();
    await cho.find("lobby").waitFor();
    await cho.enter();

    await Promise.all([ann, ben, cho].map((person) => person.seesTiles(3)));
    await Promise.all([
      isSeenAndHeard(cho, ann),
      isSeenAndHeard(cho, ben),
      isSeenAndHeard(ann, cho),
      isSeenAndHeard(ben, cho),
    ]);
  });

  it("shows a muted microphone and hears it again afterwards", async () => {
    await ben.click("control-mic");
    await ann.sees(ben, "data-muted", "true");
    await cho.sees(ben, "data-muted", "true");

    await ben.click("control-mic");
    await ann.sees(ben, "data-muted", "false");
    const { audioEnergy = 0 } = await ann.from(ben);
    await ann.waitFor(ben, "audioEnergy", audioEnergy);
  });

  it("shows a camera that is off and its picture again afterwards", async () => {
    await ben.click("control-camera");
    await ann.sees(ben, "data-video-off", "true");

    await ben.click("control-camera");
    await ann.sees(ben, "data-video-off", "false");
    const { framesDecoded = 0 } = await ann.from(ben);
    await ann.waitFor(ben, "framesDecoded", framesDecoded + 10);
  });

  it("shows a shared screen while it is shared", async () => {
    await cho.click("control-screen");
    await ann.tile(cho, "screen").waitFor();
    await ben.tile(cho, "screen").waitFor();
    await ann.waitFor(cho, "screenFramesDecoded", 3);
    await ann.sees(cho, "data-video-off", "false");

    await cho.click("control-screen");
    await ann.isGone(cho, "screen");
    await ben.isGone(cho, "screen");
  });

  it("mutes everyone but the host when the host asks for it", async () => {
    await ann.openPeople();
    await ann.click("mute-all");

    await ann.sees(ben, "data-muted", "true");
    await ann.sees(cho, "data-muted", "true");
    await ben.sees(ann, "data-muted", "false");
    await ben.click("control-mic");
    await ann.sees(ben, "data-muted", "false");
  });

  it("lets the host make a co-host and take it back", async () => {
    await ann.use("make-co-host", ben);
    await cho.tile(ben).locator('[data-role="co_host"]').waitFor();

    await ann.use("unmake-co-host", ben);
    await cho.tile(ben).getByTestId("role").waitFor({ state: "detached" });
  });

  it("takes the tile of one who leaves away, and brings it back on return", async () => {
    await cho.click("control-leave");
    await ann.isGone(cho);
    await ben.isGone(cho);

    await cho.joinByCode(code);
    await cho.enter();
    await ann.tile(cho).waitFor();
    await ann.waitFor(cho, "framesDecoded", 10);
  });

  it("leaves no ghost of a window that dies without a goodbye", async () => {
    await cho.vanish();

    // The server may take one ping interval and its timeout to be sure.
    await ann.tile(cho).waitFor({ state: "detached", timeout: 60_000 });
    await ben.tile(cho).waitFor({ state: "detached", timeout: 60_000 });
    await ann.seesTiles(2);
    const { framesDecoded = 0 } = await ann.from(ben);
    await ann.waitFor(ben, "framesDecoded", framesDecoded + 10);
  });

  it("tells a kicked person so and removes them for the others", async () => {
    await ann.use("kick", ben);

    await ben.page.locator('[data-testid="ended"][data-code="kicked"]').waitFor();
    await ann.isGone(ben);
    await ann.seesTiles(1);
  });

  it("closes the room for everyone", async () => {
    await ben.click("ended-again");
    await ben.find("lobby").waitFor();
    await ben.enter();
    await ann.seesTiles(2);

    await ann.openPeople();
    await ann.click("end-room");
    await ann.click("end-confirm");

    await ben.page.locator('[data-testid="ended"][data-code="closed"]').waitFor();
    await ann.find("ended").waitFor();
  });

  it("says that a closed room and an unknown one cannot be joined", async () => {
    for (const room of [code, "AAAA-BBBB-CCCC"]) {
      await ben.page.goto(`${new URL("/", ben.page.url())}?room=${room}`);
      await ben.find("lobby").waitFor();
      await ben.click("enter");
      await ben.find("form-error").waitFor();
    }
  });

  it("ran without a script error", () => {
    ann.assertNoErrors();
    ben.assertNoErrors();
  });
});
