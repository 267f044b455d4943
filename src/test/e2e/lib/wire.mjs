// One client of the conference dialect without a browser: an account and its socket.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { url } from "./browser.mjs";

const PATIENCE_MS = 10_000;

/** Posts JSON to the server; returns what it answers with 201. */
export async function post(path, body, token) {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 201, path);
  return response.json();
}

/** Creates an account; returns its access token and its id, as the token says it. */
export async function register(displayName) {
  const unique = randomBytes(6).toString("hex");
  const { accessToken } = await post("/auth/register", {
    email: `${displayName.toLowerCase()}.${unique}@example.org`,
    password: `secret-${unique}`,
    displayName,
  });
  const claims = JSON.parse(Buffer.from(accessToken.split(".")[1], "base64url"));
  return { displayName, token: accessToken, userId: claims.sub };
}

/** Waits for an event of a socket. */
export function once(socket, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} came`)), PATIENCE_MS);
    socket.once(event, (...values) => {
      clearTimeout(timer);
      resolve(values[0]);
    });
  });
}

export class Wire {
  /** Events that came and that no `hears` has taken yet, in their order. */
  heard = [];
  #waiting = [];

  constructor(account, socket) {
    Object.assign(this, account);
    this.socket = socket;
    socket.onAny((name, payload) => {
      this.heard.push({ name, payload });
      this.#waiting.forEach((look) => look());
    });
  }

  /** Connects by a given version of socket.io-client and waits until it is known by name. */
  static async connect(io, account) {
    const socket = io(url, {
      auth: { token: account.token },
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
    });
    const wire = new Wire(account, socket);
    await once(socket, "connect");
    const { userId } = await wire.hears("authenticated");
    assert.equal(userId, account.userId);
    return wire;
  }

  /** The acknowledgement of an event, whatever it says. */
  answer(event, ...payload) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${event} got no ack`)), PATIENCE_MS);
      this.socket.emit(event, ...payload, (...values) => {
        clearTimeout(timer);
        assert.equal(values.length, 1, `${event} acks one value`);
        resolve(values[0]);
      });
    });
  }

  /** The acknowledgement of an event that has to succeed. */
  async ask(event, payload) {
    const ack = await this.answer(event, payload);
    assert.notEqual(ack?.status, "error", `${event}: ${ack?.message}`);
    return ack;
  }

  /** The event has to be refused so, by its ack and by the event `error` alike. */
  async isRefused(event, payload, message, code) {
    const answer = await this.answer(event, payload);
    const { retryAfterMs, ...refusal } = answer;
    assert.deepEqual(refusal, { status: "error", message, code }, event);
    assert.equal(typeof retryAfterMs, code === "RATE_LIMITED" ? "number" : "undefined", event);
    assert.deepEqual(await this.hears("error"), answer, event);
  }

  /** Takes the first event of this name (and for which the test holds); waits for it. */
  hears(name, test = () => true) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.heard.findIndex((e) => e.name === name && test(e.payload));
        if (at < 0) return false;
        const [{ payload }] = this.heard.splice(at, 1);
        this.#waiting = this.#waiting.filter((other) => other !== look);
        clearTimeout(timer);
        resolve(payload);
        return true;
      };
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== look);
        const names = this.heard.map((e) => e.name).join(", ");
        reject(new Error(`${this.displayName} heard no ${name}, only: ${names}`));
      }, PATIENCE_MS);
      if (!look()) this.#waiting.push(look);
    });
  }

  /** Nothing of this name has come: after a round trip, by which it would have. */
  async hasNotHeard(...names) {
    await this.answer("media:getProducers", { roomId: "none" });
    await this.hears("error");
    assert.deepEqual(this.heard.filter((e) => names.includes(e.name)), []);
  }

  close() {
    this.socket.disconnect();
  }
}
