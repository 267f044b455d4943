// A meeting that grows: from browser to browser while it is small, through the server when the
// fourth has come, without a gap that anyone sees.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch } from "./lib/browser.mjs";
import { Line } from "./lib/line.mjs";
import { joining, pairs, start } from "./lib/meeting.mjs";
import { Person } from "./lib/person.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** Watches the tiles of others for pictures that go away, and the page for a reload. */
function watchGaps({ page }) {
  return page.evaluate(() => {
    window.gaps = [];
    const look = () => {
      for (const tile of document.querySelectorAll('[data-testid="tile"][data-self="false"]')) {
        const pictures = [...tile.querySelectorAll("video")];
        const isShown = pictures.some((video) => video.readyState >= 2);
        const key = tile.dataset.userId;
        if (isShown) tile.wasShown = true;
        else if (tile.wasShown) window.gaps.push(`${key} ${performance.now()}`);
      }
    };
    window.gapWatch = setInterval(look, 20);
  });
}

async function sawNoGap({ name, page }) {
  const gaps = await page.evaluate(() => {
    clearInterval(window.gapWatch);
    return window.gaps;
  });
  assert.deepEqual(gaps, [], `gaps that ${name} saw`);
}

describe("a meeting that grows", () => {
  const line = new Line();
  let people = [];
  let link;

  it("connects two directly, and three", async () => {
    const { host, link: where } = await start(browser, "Ann");
    link = where;
    people = [host, await joining(browser, "Ben", link)];
    await pairs(people, (viewer, sender) => viewer.seesMore(sender));
    people.push(await joining(browser, "Cho", link, { line }));
    await pairs(people, (viewer, sender) => viewer.seesMore(sender));
    await pairs(people, (viewer, sender) => viewer.getsVia(sender, "mesh"));
  });

  it("moves everyone to the server when the fourth comes, without a gap or a reload", async () => {
    await Promise.all(people.map(watchGaps));
    const dan = await joining(browser, "Dan", link);
    const all = [...people, dan];

    await pairs(all, (viewer, sender) => viewer.getsVia(sender, "sfu"));
    await pairs(all, (viewer, sender) => viewer.seesMore(sender));
    await Promise.all(people.map(sawNoGap));
    people = all;
  });

  it("still shows who mutes themselves and who shares a screen", async () => {
    const [ann, ben, cho] = people;
    await ben.click("control-mic");
    await ann.sees(ben, "data-muted", "true");
    await cho.click("control-screen");
    await ann.tile(cho, "screen").waitFor();
    await ann.waitFor(cho, "screenFramesDecoded", 2);
    await ann.seesMore(cho);

    await cho.click("control-screen");
    await ann.isGone(cho, "screen");
    await ben.click("control-mic");
    await ann.sees(ben, "data-muted", "false");
  });

  it("stays with the server when people leave, and takes newcomers in there", async () => {
    const [ann, ben, cho, dan] = people;
    await dan.click("control-leave");
    await ann.isGone(dan);
    const eve = await joining(browser, "Eve", link);
    people = [ann, ben, cho, eve];
    await pairs(people, (viewer, sender) => viewer.getsVia(sender, "sfu"));
    await pairs(people, (viewer, sender) => viewer.seesMore(sender));
  });

  it("takes in someone who sends nothing, and shows them once they do", async () => {
    const [ann] = people;
    const fay = await Person.arrive(browser, "Fay", link, { small: true });
    await fay.callSelf();
    await fay.isReady();
    await fay.click("lobby-mic");
    await fay.click("lobby-camera");
    await fay.enter();
    await fay.getsVia(ann, "sfu");
    await fay.seesMore(ann);
    await ann.sees(fay, "data-video-off", "true");

    await fay.click("control-camera");
    await ann.sees(fay, "data-video-off", "false");
    await ann.getsVia(fay, "sfu");
    await ann.seesMore(fay);
    fay.assertNoErrors();
    await fay.context.close();
    await ann.isGone(fay);
  });

  it("goes on after a line that was lost, the server knowing the socket or not", async () => {
    const [ann, , cho] = people;
    for (const forget of [false, true]) {
      await line.drop({ forget });
      await cho.comesBack();
      await cho.getsVia(ann, "sfu");
      await ann.getsVia(cho, "sfu");
      await Promise.all([cho.seesMore(ann), ann.seesMore(cho)]);
    }
  });

  it("ran without a script error", async () => {
    for (const person of people) {
      person.assertNoErrors();
      await person.context.close();
    }
  });
});
