// A call to which people come by a link with a pass in it, without an account.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { io } from "socket.io-client";
import { launch } from "./lib/browser.mjs";
import { linkTo } from "./lib/pass.mjs";
import { Person } from "./lib/person.mjs";
import { register, Wire } from "./lib/wire.mjs";

describe("a call by pass", () => {
  let browser;
  let opener;
  let room;
  let ann;
  let ben;
  let vic;

  before(async () => {
    browser = await launch();
    opener = await Wire.connect(io, await register("Opener"));
    ({ roomId: room } = await opener.ask("room:create", { title: "Board" }));
  });

  after(async () => {
    opener?.close();
    await browser?.close();
  });

  it("leads from the link to the look in the mirror, under the name of the pass", async () => {
    ann = await Person.arrive(browser, "Ann", linkTo(room, "Ann", { owner: true }));

    await ann.find("lobby").waitFor();
    assert.equal(await ann.find("user-name").textContent(), "Ann");
    assert.equal(await ann.find("logout").count(), 0);
    assert.equal(await ann.find("guest-name").count(), 0);
    assert.equal(await ann.find("copy-link").count(), 0);
  });

  it("leaves no token in the address bar, and stands a reload", async () => {
    const address = new URL(ann.page.url());
    assert.equal(address.hash, "");
    assert.equal(address.search, `?call=${room}`);

    await ann.page.reload();
    await ann.find("lobby").waitFor();
    assert.equal(await ann.find("user-name").textContent(), "Ann");
  });

  it("shows two people each other's picture", async () => {
    await ann.enter();
    ben = await Person.arrive(browser, "Ben", linkTo(room, "Ben"));
    await ben.find("lobby").waitFor();
    await ben.enter();

    await ann.seesTiles(2);
    assert.match(await ann.tile(ben).textContent(), /Ben/);
    await Promise.all([
      ann.waitFor(ben, "framesDecoded", 20),
      ben.waitFor(ann, "framesDecoded", 20),
      ann.waitFor(ben, "audioEnergy", 0),
      ben.waitFor(ann, "audioEnergy", 0),
    ]);
  });

  it("lets one who only watches see both, with nothing to send", async () => {
    vic = await Person.arrive(browser, "Vic", linkTo(room, "Vic", { publish: false }));
    await vic.find("watching").waitFor();
    assert.equal(await vic.find("lobby-mic").count(), 0);
    assert.equal(await vic.find("device-cameraId").count(), 0);
    await vic.enter();

    await vic.seesTiles(3);
    await vic.waitFor(ann, "framesDecoded", 20);
    await vic.waitFor(ben, "framesDecoded", 20);
    for (const control of ["mic", "camera", "screen"]) {
      assert.equal(await vic.find(`control-${control}`).count(), 0, control);
    }
    assert.deepEqual((await vic.stats()).sent, []);
    await ann.sees(vic, "data-muted", "true");
    await ann.sees(vic, "data-video-off", "true");
  });

  it("lets the owner remove people", async () => {
    await ann.use("kick", vic);

    await vic.isOut("kicked");
    await ann.isGone(vic);
  });

  it("is left to a page from which one may come back", async () => {
    await ben.click("control-leave");
    await ben.isOut("left");
    await ann.isGone(ben);
    assert.equal(await ben.find("ended-start").count(), 0);

    await ben.click("ended-again");
    await ben.find("lobby").waitFor();
    await ben.enter();
    await ann.seesTiles(2);
    await ann.waitFor(ben, "framesDecoded", 5);
  });

  it("says so when the link does not let one in", async () => {
    const forged = `${linkTo(room, "Eve")}x`;
    const expired = linkTo(room, "Eve", { seconds: -60 });
    const [bare] = linkTo(room, "Eve").split("#");
    for (const link of [forged, expired, bare]) {
      const eve = await Person.arrive(browser, "Eve", link);
      await eve.isOut("refused");
      assert.equal(await eve.find("ended-again").count(), 0);
      eve.assertNoErrors();
      await eve.context.close();
    }
  });

  it("ran without a script error", () => {
    for (const person of [ann, ben, vic]) person.assertNoErrors();
  });
});
