// A quick room: a link and no account, media from browser to browser.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, url } from "./lib/browser.mjs";
import { Line } from "./lib/line.mjs";
import { Person } from "./lib/person.mjs";

describe("a quick room", () => {
  let browser;
  let ann;
  let ben;
  const line = new Line();

  before(async () => {
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
  });

  it("is opened without an account and shows its link", async () => {
    ann = await Person.arrive(browser, "Ann", "", { line });
    await ann.openQuickRoom();
    assert.match(ann.link(), /\?quick=[0-9a-f-]{36}$/);
    assert.equal((await ann.find("room-code").textContent()).trim(), ann.link());
    await ann.enter();
    await ann.find("alone").waitFor();
  });

  it("takes in whoever has the link, in a browser of their own", async () => {
    ben = await Person.arrive(browser, "Ben", ann.link());
    await ben.callSelf();
    await ben.enter();

    await Promise.all([ann.seesTiles(2), ben.seesTiles(2)]);
    assert.match(await ann.tile(ben).textContent(), /Ben/);
    assert.match(await ben.tile(ann).textContent(), /Ann/);
  });

  it("carries picture and sound both ways, directly", async () => {
    await Promise.all([ann.seesMore(ben), ben.seesMore(ann)]);
    await Promise.all([
      ann.waitFor(ben, "audioEnergy", 0),
      ben.waitFor(ann, "audioEnergy", 0),
      ann.getsVia(ben, "mesh"),
      ben.getsVia(ann, "mesh"),
    ]);
  });

  it("shows a muted microphone and a camera that is off, and both again", async () => {
    await ben.click("control-mic");
    await ann.sees(ben, "data-muted", "true");
    await ben.click("control-camera");
    await ann.sees(ben, "data-video-off", "true");

    await ben.click("control-mic");
    await ann.sees(ben, "data-muted", "false");
    await ben.click("control-camera");
    await ann.sees(ben, "data-video-off", "false");
    await ann.seesMore(ben);
  });

  it("shows a shared screen while it is shared", async () => {
    await ben.click("control-screen");
    await ann.tile(ben, "screen").waitFor();
    await ann.seesMore(ben, 2);

    await ben.click("control-screen");
    await ann.isGone(ben, "screen");
    await ann.sees(ben, "data-video-off", "false");
    await ann.seesMore(ben);
  });

  it("goes on after a line that was lost, the server knowing the socket or not", async () => {
    for (const forget of [false, true]) {
      await line.drop({ forget });
      await ann.comesBack();

      await Promise.all([ann.seesTiles(2), ben.seesTiles(2)]);
      await Promise.all([ben.tile(ann).waitFor(), ann.tile(ben).waitFor()]);
      await Promise.all([ann.seesMore(ben), ben.seesMore(ann)]);
    }
  });

  it("takes the tile of one who leaves away", async () => {
    await ben.click("control-leave");
    await ann.isGone(ben);
    await ann.seesTiles(1);
  });

  it("is entered with an account by the account's name", async () => {
    const eve = await Person.arrive(browser, "Eve");
    await eve.register();
    await eve.page.goto(ann.link());
    await eve.find("lobby").waitFor();
    assert.equal(await eve.find("guest-name").count(), 0);
    await eve.enter();
    await ann.seesTiles(2);
    assert.match(await ann.tile(eve).textContent(), /Eve/);
    await ann.seesMore(eve);
    eve.assertNoErrors();
    await eve.context.close();
    await ann.seesTiles(1);
  });

  it("tells those in it when it is deleted", async () => {
    const status = await ann.page.evaluate(async () => {
      const id = new URLSearchParams(location.search).get("quick");
      return (await fetch(`/api/rooms/${id}`, { method: "DELETE" })).status;
    });
    assert.equal(status, 200);
    await ann.isOut("closed");
  });

  it("says so when the server wants an account", async () => {
    const dan = await Person.arrive(browser, "Dan");
    await dan.page.route("**/api/rooms", (route) =>
      route.fulfill({ status: 401, json: { error: "Missing authorization header" } }),
    );
    await dan.click("quick-room");
    assert.match(await dan.find("form-error").textContent(), /Log in first/);
    dan.assertNoErrors();
    await dan.context.close();
  });

  it("says that a room which is not there cannot be joined", async () => {
    const unknown = "00000000-0000-4000-8000-000000000000";
    const cho = await Person.arrive(browser, "Cho", `${url}/?quick=${unknown}`);
    await cho.callSelf();
    assert.match(await cho.find("form-error").textContent(), /no room/);
    await cho.knock();
    await cho.find("form-error").waitFor();
    cho.assertNoErrors();
  });

  it("ran without a script error", () => {
    ann.assertNoErrors();
    ben.assertNoErrors();
  });
});
