// One person at someone else's front end.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { url } from "./browser.mjs";

const PATIENCE_MS = 20_000;

export class Foreigner {
  constructor(name, context, page) {
    this.name = name;
    this.context = context;
    this.page = page;
    this.errors = [];
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  /** Opens a front end; `relay` is a way the media has to take (see `lossy.mjs`). */
  static async open(browser, address, name, relay) {
    const context = await browser.newContext({ permissions: ["camera", "microphone"] });
    const person = new this(name, context, await context.newPage());
    if (relay) await person.page.exposeFunction("relay", (port) => relay.portFor(port));
    await person.page.goto(address);
    return person;
  }

  /**
   * Opens the front end in one of its versions, with an account and a connected socket.
   * `options` are the client's.
   */
  static async arrive(browser, site, version, name, { relay, ...options } = {}) {
    const person = await this.open(browser, `${site.origin}/${version}/`, name, relay);
    const unique = randomBytes(6).toString("hex");
    person.userId = await person.page.evaluate(
      async ({ url, options, name, email, password }) => {
        const route = async (candidates) => {
          const udp = candidates.filter((candidate) => candidate.protocol === "udp").slice(0, 1);
          return Promise.all(
            udp.map(async (c) => ({
              ...c,
              ip: "127.0.0.1",
              address: "127.0.0.1",
              port: await window.relay(c.port),
            })),
          );
        };
        window.client = new window.Client(url, {
          ...options,
          route: window.relay ? route : undefined,
        });
        await window.client.register(email, password, name);
        await window.client.connect();
        return window.client.userId;
      },
      {
        url,
        options,
        name,
        email: `${name.toLowerCase()}.${unique}@example.org`,
        password: `secret-${unique}`,
      },
    );
    return person;
  }

  /** Calls a method of the client in the page. */
  call(method, ...values) {
    return this.page.evaluate(
      ([method, values]) => window.client[method](...values),
      [method, values],
    );
  }

  create(title) {
    return this.call("create", title);
  }

  /** Into the room, camera and microphone on. */
  async enter(roomId) {
    await this.call("join", roomId);
    await this.call("start");
  }

  from(other) {
    return this.call("from", other.userId);
  }

  sent() {
    return this.call("sent");
  }

  /** The events of a name that have come. */
  async heard(name) {
    const events = await this.page.evaluate(() => window.client.events);
    return events.filter((event) => event.name === name).map((event) => event.payload);
  }

  /** Asks until the answer holds; returns it. `what` says what was waited for. */
  async until(what, look, holds, patienceMs = PATIENCE_MS) {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const value = await look();
      if (holds(value)) return value;
      assert.ok(
        Date.now() < deadline,
        `${this.name} waited for ${what}, last: ${JSON.stringify(value)}`,
      );
      await wait(200);
    }
  }

  /** Waits for so many more decoded frames of someone; returns all there are then. */
  async sees(other, frames = 10) {
    const before = (await this.from(other)).video?.framesDecoded ?? 0;
    const { video } = await this.until(
      `${frames} frames of ${other.name}`,
      () => this.from(other),
      ({ video }) => (video?.framesDecoded ?? 0) >= before + frames,
    );
    return video.framesDecoded;
  }

  /** Waits until the sound of someone has more energy than it has now. */
  async listens(other) {
    const before = (await this.from(other)).audio?.totalAudioEnergy ?? 0;
    await this.until(
      `sound of ${other.name}`,
      () => this.from(other),
      ({ audio }) => (audio?.totalAudioEnergy ?? 0) > before,
    );
  }

  async assertNoErrors() {
    assert.deepEqual(this.errors, [], `script errors in the page of ${this.name}`);
    assert.deepEqual(await this.page.evaluate(() => window.client.errors), []);
  }

  async close() {
    await this.context.close();
  }
}
