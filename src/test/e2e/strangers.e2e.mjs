// Strangers who meet one another: seeing, writing, going on, blocking and reporting, and the
// moderator who reads what was reported.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, url } from "./lib/browser.mjs";
import { Foreigner } from "./lib/foreigner.mjs";
import { Line } from "./lib/line.mjs";
import { Person } from "./lib/person.mjs";
import { serveStranger } from "./lib/site.mjs";
import * as strangers from "./lib/stranger.mjs";

/** The device that the configuration of the node names. */
const MODERATOR = "moderator-of-these-tests";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

describe("meeting someone", () => {
  it("begins with rules that are accepted once", async () => {
    const zoe = await Person.arrive(browser, "Zoe");
    await zoe.click("strangers-button");
    await zoe.find("rules").waitFor();
    assert.match(zoe.link(), /\?strangers$/);
    await zoe.click("rules-accept");
    assert.equal(await zoe.find("strangers").count(), 0, "without saying that one is an adult");
    assert.equal(await zoe.page.evaluate(() => window.parley.state().local.camera), null);

    await zoe.find("rules-adult").check();
    await zoe.click("rules-accept");
    await zoe.find("strangers").waitFor();
    await zoe.page.reload();
    await zoe.find("strangers").waitFor();
    zoe.assertNoErrors();
    await zoe.context.close();
  });

  it("can be given up while one waits", async () => {
    const zoe = await strangers.arrive(browser, "Zoe");
    await strangers.seek(zoe);
    await strangers.isSeeking(zoe);
    assert.match(await zoe.find("search").textContent(), /Number 1 in line/);
    await zoe.click("control-leave");
    await zoe.find("auth-form").waitFor();
    zoe.assertNoErrors();
    await zoe.context.close();
  });
});

describe("a client that offers whenever it is matched", () => {
  let site;

  before(async () => {
    site = await serveStranger();
  });

  after(() => site?.close());

  // The page offers to the greater ids only: to the one it waits, with the other it crosses.
  for (const device of ["0-of-someone-elses-client", "z-of-someone-elses-client"]) {
    it(`is seen and sees as ${device}`, async () => {
      const ann = await strangers.arrive(browser, "Ann");
      await strangers.seek(ann);
      const other = await Foreigner.open(browser, site.origin, "Other");
      await other.call("start", url, device);

      assert.equal(await strangers.meets(ann), device);
      other.userId = device;
      await Promise.all([ann.seesMore(other), other.sees(ann)]);
      await Promise.all([ann.waitFor(other, "audioEnergy", 0), other.listens(ann)]);
      await ann.click("control-next");
      await other.until(
        "the end",
        () => other.heard("peer-disconnected"),
        ({ length }) => length === 1,
      );
      await other.assertNoErrors();
      ann.assertNoErrors();
      await Promise.all([other.close(), ann.context.close()]);
    });
  }
});

describe("strangers", () => {
  const line = new Line();
  let ann;
  let ben;
  let cho;

  it("are brought together and see and hear each other", async () => {
    ann = await strangers.arrive(browser, "Ann", { line });
    await strangers.seek(ann, { interests: "Chess, jazz" });
    await strangers.isSeeking(ann);
    ben = await strangers.arrive(browser, "Ben");
    await strangers.seek(ben, { interests: "chess" });

    assert.equal(await strangers.meets(ann), ben.userId);
    assert.equal(await strangers.meets(ben), ann.userId);
    await strangers.areTogether(ann, ben);
    await Promise.all([ann.waitFor(ben, "audioEnergy", 0), ben.waitFor(ann, "audioEnergy", 0)]);
    assert.match(await ann.find("in-common").textContent(), /chess/);
  });

  it("learn each other's names, and what is switched off", async () => {
    await ann.page.locator('[data-testid="room-title"]', { hasText: "Ben" }).waitFor();
    await ben.page.locator('[data-testid="room-title"]', { hasText: "Ann" }).waitFor();
    await ben.click("control-mic");
    await ann.sees(ben, "data-muted", "true");
    await ben.click("control-camera");
    await ann.sees(ben, "data-video-off", "true");
    await ben.click("control-camera");
    await ann.sees(ben, "data-video-off", "false");
    await ann.seesMore(ben);
  });

  it("write and react", async () => {
    await ben.click("control-chat");
    await ben.find("chat-text").fill("Good evening");
    await ben.click("chat-send");
    await ben.find("chat-line").waitFor();
    await ann.find("unread").waitFor();
    await ann.click("control-chat");
    assert.match(await ann.find("chat-line").textContent(), /Ben.*Good evening/s);

    await ann.click("control-react");
    await ann.click("reaction");
    await ben.tile(ann).getByTestId("tile-reaction").waitFor();
  });

  it("stay together when a line comes back that the server remembers", async () => {
    await line.drop({ forget: false });
    await ann.comesBack();
    await Promise.all([ann.seesMore(ben), ben.seesMore(ann)]);
    assert.equal(await strangers.peerOf(ann), ben.userId);
  });

  it("go on to someone else first, be it the one who went on or the one who was left", async () => {
    cho = await strangers.arrive(browser, "Cho");
    await strangers.seek(cho);
    await strangers.isSeeking(cho);

    await ann.click("control-next");
    const found = (await strangers.meets(cho)) === ann.userId ? ann : ben;
    await strangers.areTogether(found, cho);
    await strangers.isSeeking(found === ann ? ben : ann);
    assert.equal(await found.find("chat-line").count(), 0, "what was written to another");
  });

  it("meet again when there is nobody else", async () => {
    await cho.click("control-leave");
    await ann.tile(ben).waitFor();
    await strangers.areTogether(ann, ben);
  });

  it("look for someone else after a line was lost that the server has forgotten", async () => {
    await line.drop({ forget: true });
    await ann.page.locator('[data-testid="notice"][data-code="cut"]').waitFor();
    await ann.tile(ben).waitFor();
    await strangers.areTogether(ann, ben);
  });

  it("who report someone never meet them again", async () => {
    await ann.click("control-report");
    await ann.page.locator('[data-testid="report-reason"][data-reason="spam"]').click();
    await ann.page.locator('[data-testid="notice"][data-code="shunned"]').waitFor();
    await Promise.all([strangers.isSeeking(ann), strangers.isSeeking(ben)]);

    // For longer than it took them to meet again before.
    await Promise.all([strangers.isTold(ann, 8), strangers.isTold(ben, 8)]);
    assert.equal(await strangers.peerOf(ann), null);
    assert.equal(await strangers.peerOf(ben), null);
  });

  it("are in one window at a time, the newest", async () => {
    const again = new Person("Ann", ann.context, await ann.context.newPage());
    await again.page.goto(`${url}/?strangers`);
    await strangers.seek(again);
    await ann.isOut("elsewhere");
    await again.click("control-leave");
    await again.page.close();
    await ann.click("ended-again");
    await strangers.seek(ann);
    await strangers.isSeeking(ann);
  });

  describe("and a moderator", () => {
    let mod;

    it("is not let in by any token, nor as any device", async () => {
      mod = await Person.arrive(browser, "Mod", `${url}/?moderation`);
      await mod.find("moderator-token").fill("nonsense");
      await mod.click("moderator-in");
      assert.match(await mod.find("form-error").textContent(), /does not accept/);
      await mod.click("moderator-device");
      await mod.page.getByTestId("form-error").filter({ hasText: "may not moderate" }).waitFor();
    });

    it("reads what was reported, with all of it", async () => {
      await mod.page.evaluate((id) => localStorage.setItem("parley.device", id), MODERATOR);
      await mod.page.reload();
      await mod.click("moderator-device");
      await mod.click("take-report");
      const report = mod.find("report");
      await report.waitFor();
      const text = await report.textContent();
      for (const part of ["Spam", ann.userId, ben.userId]) assert.ok(text.includes(part), part);
    });

    it("cuts off at once whom they shut out, and who is with them is looked for again", async () => {
      await ann.click("control-leave");
      cho = await strangers.arrive(browser, "Cho");
      await strangers.seek(cho);
      await cho.tile(ben).waitFor();
      await strangers.areTogether(cho, ben);

      await mod.click("accept");
      await ben.isOut("blocked");
      await strangers.isSeeking(cho);
    });

    it("keeps them out when they come again", async () => {
      await ben.page.reload();
      await ben.find("strangers").waitFor();
      await ben.isReady();
      await ben.click("meet");
      await ben.isOut("blocked");
      assert.equal(await ben.find("ended-again").count(), 0);
    });

    it("sees in lists, figures and the audit trail what was done", async () => {
      await mod.click("tab-reports");
      await mod.find("report-status").selectOption("accepted");
      await mod.page.locator('[data-testid="report"][data-status="accepted"]').waitFor();
      await mod.click("tab-figures");
      await mod.find("figures").waitFor();
      assert.match(await mod.find("figures").textContent(), /Accepted1/);
      await mod.click("tab-audit");
      await mod.page.locator('[data-testid="deed"][data-action="report_accepted"]').waitFor();
    });

    it("shuts out by hand, and lets in again", async () => {
      await mod.click("tab-bans");
      await mod.find("ban-value").fill("some-other-device");
      await mod.find("ban-reason").fill("as a test");
      await mod.find("ban-duration").fill("1h");
      await mod.click("ban-submit");
      await mod.page.locator('[data-testid="ban"][data-value="some-other-device"]').waitFor();

      const ban = mod.page.locator(`[data-testid="ban"][data-value="${ben.userId}"]`);
      await ban.getByTestId("lift").click();
      await ban.waitFor({ state: "detached" });
      await ben.click("ended-start");
      await ben.click("strangers-button");
      await strangers.seek(ben);
      await ben.tile(cho).waitFor();
      await strangers.areTogether(ben, cho);
    });

    it("ran without a script error", async () => {
      for (const person of [ann, ben, cho, mod]) {
        person.assertNoErrors();
        await person.context.close();
      }
    });
  });
});
