// People at clients that send their media to each other, in meetings and in light rooms.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { url } from "./browser.mjs";
import { Foreigner } from "./foreigner.mjs";

/** What each of the events by which browsers connect to each other carries. */
const RELAYS = {
  "webrtc-offer": "offer",
  "webrtc-answer": "answer",
  "ice-candidate": "candidate",
};

const read = (name) => readFile(new URL(`../fixtures/${name}`, import.meta.url), "utf8");

/** Each of them receives pictures of all others. */
export const seeEachOther = (...people) =>
  Promise.all(
    people.flatMap((one) =>
      people.filter((other) => other !== one).map((other) => one.sees(other)),
    ),
  );

/**
 * One has offered and the other has answered: each got what the other sent, the description before
 * the candidates. Returns the events by which they did.
 */
export async function connected(offerer, answerer) {
  const offered = await answerer.gets(offerer);
  const answered = await offerer.gets(answerer);
  const names = (events) => [...new Set(events.map(({ name }) => name))];
  assert.deepEqual(names(offered), ["webrtc-offer", "ice-candidate"]);
  assert.deepEqual(names(answered), ["webrtc-answer", "ice-candidate"]);
  return { offered, answered };
}

/**
 * One person in a mesh. `peer` is what the others know it by: their messages to it have that in the
 * field that `to` names, its own have it in the field that `by` names when they arrive.
 */
class MeshPerson extends Foreigner {
  /** Runs the client and waits for its socket. */
  async start(code, settings) {
    await this.call("start", code, settings);
    this.socketId = await this.until(
      "a socket",
      () => this.call("socketId"),
      (id) => id !== undefined && id !== null,
    );
  }

  from(other) {
    return this.call("from", other.peer);
  }

  sent() {
    return this.page.evaluate(() => window.client.sent);
  }

  /** Waits for so many events of a name; returns all there are then. */
  async hears(name, count = 1) {
    return this.until(
      `${count} ${name}`,
      () => this.heard(name),
      (payloads) => payloads.length >= count,
    );
  }

  /** The names of all events that have come. */
  async heardNames() {
    return new Set(await this.page.evaluate(() => window.client.events.map(({ name }) => name)));
  }

  async #heardFrom(other) {
    const events = await this.page.evaluate(() => window.client.events);
    return events.filter(({ name, payload }) => name in RELAYS && payload[this.by] === other.peer);
  }

  /**
   * Waits until all offers, answers and candidates that someone has sent to this one have come, as
   * they were sent and in their order. Returns the events.
   */
  async gets(other) {
    const carried = ({ name, payload }) => [name, payload[RELAYS[name]]];
    let heard;
    await this.until(
      `what ${other.name} sends`,
      async () => {
        const sent = (await other.sent()).filter(
          ({ name, payload }) => name in RELAYS && payload[this.to] === this.peer,
        );
        heard = await this.#heardFrom(other);
        return { sent: sent.map(carried), heard: heard.map(carried) };
      },
      ({ sent, heard }) =>
        sent.some(([name]) => name === "ice-candidate") && isDeepStrictEqual(heard, sent),
    );
    return heard;
  }

  /** Leaves as a client does that says so. */
  leaves(event, ...payload) {
    return this.call("leave", event, ...payload);
  }
}

/** At the client of the meeting service's documentation. */
export class MeetingPerson extends MeshPerson {
  to = "targetUserId";
  by = "fromUserId";

  /** Opens the client's page, with a user id of its own. */
  static async arrive(browser, site, name) {
    const person = await this.open(browser, site.origin, name);
    person.userId = `${name.toLowerCase()}-${randomBytes(4).toString("hex")}`;
    return person;
  }

  get peer() {
    return this.userId;
  }

  /** Runs the documented code, in which only the address, the room and the user are others. */
  async join(roomId) {
    let code = await read("documented-meeting.js");
    const values = { "http://localhost:3005": url, abc123: roomId, user123: this.userId };
    for (const [documented, value] of Object.entries(values)) {
      assert.ok(code.includes(`'${documented}'`), documented);
      code = code.replaceAll(`'${documented}'`, `'${value}'`);
    }
    await this.start(code);
  }
}

/** At a client written from the documentation of light rooms. */
export class RoomPerson extends MeshPerson {
  to = "to";
  by = "from";

  static async arrive(browser, site, name) {
    return this.open(browser, site.origin, name);
  }

  get peer() {
    return this.socketId;
  }

  /**
   * @param settings `username` or a `token` or both, and as `offerer` either `present`, so that
   *     those offer who are there already, or `greater`, the one with the greater id of its socket
   */
  async join(roomId, settings) {
    await this.start(await read("documented-room.js"), { url, roomId, ...settings });
  }
}
