// One person at a front end that was written from the README of meetings.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { url } from "./browser.mjs";
import { smallCamera } from "./camera.mjs";

/** Long enough for a busy machine; what is waited for comes much sooner on an idle one. */
const PATIENCE_MS = 45_000;

export class ReadmePerson {
  constructor(name, context, page) {
    this.name = name;
    this.context = context;
    this.page = page;
    this.userId = `${name.toLowerCase()}-${randomBytes(4).toString("hex")}`;
    this.errors = [];
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  /** Opens the front end and joins the meeting. */
  static async join(browser, site, name, roomId) {
    const context = await browser.newContext({ permissions: ["camera", "microphone"] });
    await context.addInitScript(smallCamera);
    const person = new ReadmePerson(name, context, await context.newPage());
    await person.page.goto(`${site.origin}/`);
    await person.page.evaluate(
      async ({ url, roomId, userId, name }) => {
        window.client = new window.Client(url);
        await window.client.join(roomId, userId, name);
      },
      { url, roomId, userId: person.userId, name },
    );
    return person;
  }

  from(other) {
    return this.page.evaluate((userId) => window.client.from(userId), other.userId);
  }

  /** Waits for so many more decoded frames of someone, shown in their video. */
  async seesMore(of, frames = 5) {
    const { framesDecoded: before } = await this.from(of);
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const { framesDecoded, width } = await this.from(of);
      if (framesDecoded >= before + frames && width > 0) return framesDecoded;
      assert.ok(
        Date.now() < deadline,
        `${this.name} sees ${framesDecoded} frames of ${of.name}, ${before} before, ${width} wide`,
      );
      await wait(250);
    }
  }

  assertNoErrors() {
    assert.deepEqual(this.errors, [], `script errors in the page of ${this.name}`);
  }
}
