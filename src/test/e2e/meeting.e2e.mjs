// A meeting without accounts: scheduled, joined by its link through the waiting room, with all that
// is said and shown in it, until the host ends it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, url } from "./lib/browser.mjs";
import { Line } from "./lib/line.mjs";
import { Person } from "./lib/person.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

describe("a meeting with a waiting room", () => {
  const line = new Line();
  let host;
  let ben;
  let cho;
  let link;

  it("is scheduled and stands in the list of its host", async () => {
    host = await Person.arrive(browser, "Host");
    await host.planMeeting("Board", {
      fields: { description: "The year to come", when: "2031-05-04T10:00" },
      checks: { approval: true },
    });
    const row = host.find("meeting");
    await row.waitFor();
    assert.equal(await row.getAttribute("data-status"), "scheduled");
    assert.match(await row.textContent(), /Board/);
  });

  it("is entered by its host without asking", async () => {
    await host.click("meeting-open");
    link = host.link();
    assert.match(link, /\?meeting=\w+$/);
    await host.enter();
    assert.equal(await host.find("room-title").textContent(), "Board");
  });

  it("has a guest wait until the host lets them in", async () => {
    ben = await Person.arrive(browser, "Ben", link, { line });
    await ben.callSelf();
    await ben.knock();
    await ben.find("waiting").waitFor();

    await host.find("request").waitFor();
    assert.match(await host.find("request").textContent(), /Ben/);
    await host.click("approve");
    await ben.isIn();
    await host.find("request").waitFor({ state: "detached" });
    await Promise.all([host.seesTiles(2), ben.seesTiles(2)]);
    await Promise.all([host.seesMore(ben), ben.seesMore(host)]);
    await Promise.all([host.getsVia(ben, "mesh"), ben.getsVia(host, "mesh")]);
  });

  it("turns away whom the host rejects", async () => {
    cho = await Person.arrive(browser, "Cho", link);
    await cho.callSelf();
    await cho.knock();
    await cho.find("waiting").waitFor();
    await host.click("reject");
    await cho.isOut("rejected");
  });

  it("takes a request back when the one who waits gives up", async () => {
    const dan = await Person.arrive(browser, "Dan", link);
    await dan.callSelf();
    await dan.knock();
    await host.find("request").waitFor();
    await dan.click("waiting-leave");
    await host.find("request").waitFor({ state: "detached" });
    await dan.context.close();
  });

  it("shows what is written, and counts what was not yet seen", async () => {
    await ben.click("control-chat");
    await ben.find("chat-text").fill("Good morning");
    await ben.click("chat-send");
    await ben.find("chat-line").waitFor();

    await host.find("unread").waitFor();
    assert.equal(await host.find("unread").textContent(), "1");
    await host.click("control-chat");
    assert.match(await host.find("chat-line").textContent(), /Ben.*Good morning/s);
    assert.equal(await host.find("unread").count(), 0);
  });

  it("shows reactions and raised hands", async () => {
    await ben.click("control-react");
    await ben.click("reaction");
    await host.tile(ben).getByTestId("tile-reaction").waitFor();

    await ben.click("raise-hand");
    await host.sees(ben, "data-hand", "true");
    await host.openPeople();
    await host.find("hand").waitFor();

    await ben.click("control-react");
    await ben.click("raise-hand");
    await host.sees(ben, "data-hand", "false");
  });

  it("shows a screen in place of the camera while it is shared", async () => {
    await ben.click("control-screen");
    await host.tile(ben, "screen").waitFor();
    await host.seesMore(ben, 2);

    await ben.click("control-screen");
    await host.isGone(ben, "screen");
    await host.seesMore(ben);
  });

  it("lists who is there, and lets only the host mute them", async () => {
    await host.openPeople();
    assert.equal(await host.find("person").count(), 2);
    await ben.openPeople();
    assert.equal(await ben.find("tool-mute").count(), 0);

    await host.use("mute", ben);
    await host.sees(ben, "data-muted", "true");
    await ben.click("control-mic");
    await host.sees(ben, "data-muted", "false");
  });

  it("goes on after a line that was lost, the server knowing the socket or not", async () => {
    for (const forget of [false, true]) {
      await line.drop({ forget });
      await ben.comesBack();
      await Promise.all([host.seesTiles(2), ben.seesTiles(2)]);
      await Promise.all([host.seesMore(ben), ben.seesMore(host)]);
    }
  });

  it("removes whom the host removes", async () => {
    await host.use("kick", ben);
    await ben.isOut("kicked");
    await host.isGone(ben);
  });

  it("ends for everyone when the host ends it", async () => {
    await ben.click("ended-again");
    await ben.find("lobby").waitFor();
    await ben.knock();
    await Promise.race([ben.find("call").waitFor(), host.find("request").waitFor()]);
    if ((await host.find("request").count()) > 0) await host.click("approve");
    await ben.isIn();

    await host.openPeople();
    await host.click("end-room");
    await host.click("end-confirm");
    await Promise.all([host.isOut("closed"), ben.isOut("closed")]);
  });

  it("cannot be joined once it is over", async () => {
    const late = await Person.arrive(browser, "Late", link);
    await late.find("lobby").waitFor();
    await late.find("form-error").waitFor();
    assert.match(await late.find("form-error").textContent(), /no meeting/);
    late.assertNoErrors();
    await late.context.close();
  });

  it("ran without a script error", async () => {
    for (const person of [host, ben, cho]) {
      person.assertNoErrors();
      await person.context.close();
    }
  });
});

describe("a meeting of someone with an account", () => {
  it("is hosted by the account, and by nobody who only says so", async () => {
    const host = await Person.arrive(browser, "Hanna");
    await host.register();
    const account = host.userId;
    await host.planMeeting("Own");
    await host.find("lobby").waitFor();
    const link = host.link();
    await host.enter();
    assert.equal(host.userId, account);

    const ben = await Person.arrive(browser, "Ben", link);
    await ben.page.evaluate((id) => localStorage.setItem("parley.guest", id), account);
    await ben.callSelf();
    await ben.knock();
    await ben.find("call").or(ben.find("form-error")).first().waitFor();
    assert.equal(await ben.page.locator('[data-self="true"] [data-role="host"]').count(), 0);

    assert.equal(await host.tile(host).getByTestId("role").getAttribute("data-role"), "host");
    await Promise.all([host, ben].map(({ context }) => context.close()));
  });
});

describe("a meeting with bounds", () => {
  async function started(name, options) {
    const host = await Person.arrive(browser, name);
    await host.planMeeting("Bounds", options);
    await host.find("lobby").waitFor();
    const link = host.link();
    await host.enter();
    return { host, link };
  }

  async function knocking(name, link) {
    const person = await Person.arrive(browser, name, link);
    await person.callSelf();
    return person;
  }

  it("is full when it is full", async () => {
    const { host, link } = await started("Host", { fields: { most: "2" } });
    const ben = await knocking("Ben", link);
    await ben.enter();
    const cho = await knocking("Cho", link);
    await cho.knock();
    assert.match(await cho.find("form-error").textContent(), /full/);
    await Promise.all([host, ben, cho].map(({ context }) => context.close()));
  });

  it("takes in certain e-mail addresses only", async () => {
    const { host, link } = await started("Host", { fields: { domains: "example.org" } });
    const ben = await knocking("Ben", link);
    await ben.find("guest-email").fill("ben@example.com");
    await ben.knock();
    assert.match(await ben.find("form-error").textContent(), /e-mail/);

    await ben.find("guest-email").fill("ben@example.org");
    await ben.enter();
    await host.seesTiles(2);
    await Promise.all([host, ben].map(({ context }) => context.close()));
  });

  it("has no chat and no shared screens when these are off", async () => {
    const { host } = await started("Host", { checks: { chat: false, screen: false } });
    assert.equal(await host.find("control-chat").count(), 0);
    assert.equal(await host.find("control-screen").count(), 0);
    await host.context.close();
  });

  it("is unknown when it is unknown", async () => {
    const cho = await Person.arrive(browser, "Cho", `${url}/?meeting=NOSUCHROOM`);
    await cho.find("form-error").waitFor();
    assert.match(await cho.find("form-error").textContent(), /no meeting/);
    await cho.context.close();
  });

  it("can be ended and deleted from the list of its host", async () => {
    const host = await Person.arrive(browser, "Host");
    await host.planMeeting("Later", { fields: { when: "2031-05-04T10:00" } });
    await host.find("meeting").waitFor();
    await host.click("meeting-end");
    await host.page.locator('[data-testid="meeting"][data-status="completed"]').waitFor();
    await host.click("meeting-delete");
    await host.find("meeting").waitFor({ state: "detached" });
    host.assertNoErrors();
    await host.context.close();
  });
});
