// A client that was written from the README of meetings, among pages of ours: connected directly with
// everyone, also when the others have gone to the server.
import { after, before, describe, it } from "node:test";
import { launch } from "./lib/browser.mjs";
import { joining, pairs, start } from "./lib/meeting.mjs";
import { ReadmePerson } from "./lib/readme.mjs";
import { serveReadme } from "./lib/site.mjs";

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serveReadme()]);
});

after(async () => {
  await browser?.close();
  site?.close();
});

describe("a meeting that grows around a client written from the README", () => {
  let people = [];
  let rea;
  let link;

  const room = () => new URL(link).searchParams.get("meeting");

  it("connects it directly with the others", async () => {
    const { host, link: where } = await start(browser, "Ann");
    link = where;
    rea = await ReadmePerson.join(browser, site, "Rea", room());
    people = [host, await joining(browser, "Ben", link)];

    for (const person of people) {
      await person.seesMore(rea);
      await rea.seesMore(person);
    }
    await pairs(people, (viewer, sender) => viewer.seesMore(sender));
  });

  it("keeps it connected directly when the others move to the server", async () => {
    people.push(await joining(browser, "Dan", link));

    await pairs(people, (viewer, sender) => viewer.getsVia(sender, "sfu"));
    await pairs(people, (viewer, sender) => viewer.seesMore(sender));
    for (const person of people) {
      await person.getsVia(rea, "mesh");
      await person.seesMore(rea);
      await rea.seesMore(person);
    }
  });

  it("shows it a shared screen in place of the camera", async () => {
    const [ann] = people;
    await ann.click("control-screen");
    await people[1].tile(ann, "screen").waitFor();
    await rea.seesMore(ann, 2);
    await ann.click("control-screen");
    await rea.seesMore(ann);
  });

  it("takes another such client in while the others are at the server", async () => {
    const ron = await ReadmePerson.join(browser, site, "Ron", room());
    for (const person of people) {
      await person.getsVia(ron, "mesh");
      await person.seesMore(ron);
      await ron.seesMore(person);
    }
    ron.assertNoErrors();
    await ron.context.close();
    for (const person of people) await person.isGone(ron);
  });

  it("ran without a script error", async () => {
    rea.assertNoErrors();
    await rea.context.close();
    for (const person of people) {
      person.assertNoErrors();
      await person.context.close();
    }
  });
});
