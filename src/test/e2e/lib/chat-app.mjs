// A chat app whose calls are bridged: it signs tokens for its users, has a page of its own from which
// they ask, and takes the signed webhooks that tell of calls.
import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { url } from "./browser.mjs";

/** Long enough for a busy machine; what is waited for comes much sooner on an idle one. */
const PATIENCE_MS = 45_000;

/** Where `prepare-bridge.mjs` has written the chat app; without it no calls are bridged. */
export const file = process.env.CHAT_APP;

async function until(look, what) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < deadline, `no ${what}`);
    await wait(100);
  }
}

export class ChatApp {
  /** What was told, in the order in which it came: `{id, headers, body, message}`. */
  told = [];

  /** Why webhooks were refused. */
  refusals = [];

  constructor({ port, privateKey, secret, operatorToken }) {
    this.privateKey = privateKey;
    this.secret = secret;
    this.operatorToken = operatorToken;
    this.verifier = new Webhook(secret);
    this.origin = `http://127.0.0.1:${port}`;
    this.server = createServer((request, response) => this.#serve(request, response));
    this.server.listen(port, "127.0.0.1");
  }

  /** Opens the chat app, with its page in a window of its own. */
  static async open(browser) {
    const app = new ChatApp(JSON.parse(readFileSync(file, "utf8")));
    app.page = await browser.newPage();
    await app.page.goto(`${app.origin}/`);
    return app;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  async #serve(request, response) {
    if (request.url !== "/hook" || request.method !== "POST") {
      response.writeHead(200, { "content-type": "text/html" }).end("<title>Chat</title>");
      return;
    }
    const { headers } = request;
    const body = Buffer.concat(await request.toArray());
    try {
      const message = this.verifier.verify(body, headers);
      this.told.push({ id: headers["webhook-id"], headers, body, message });
      response.writeHead(204).end();
    } catch (refusal) {
      this.refusals.push(refusal.message);
      response.writeHead(401).end();
    }
  }

  /** A token that holds for a minute. */
  token(claimType, user, chat, more = {}) {
    const claims = {
      exp: Math.floor(Date.now() / 1000) + 60,
      claim_type: claimType,
      user_id: user,
      chat_id: chat,
      ...more,
    };
    const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${base64({ typ: "JWT", alg: "ES256" })}.${base64(claims)}`;
    const key = { key: this.privateKey, dsaEncoding: "ieee-p1363" };
    return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
  }

  toStart(user, chat) {
    return this.token("StartVideoCall", user, chat, { call_type: "Default", is_diamond: false });
  }

  toJoin(user, chat) {
    return this.token("JoinVideoCall", user, chat);
  }

  toEnd(user, chat) {
    return this.token("MarkVideoCallAsEnded", user, chat);
  }

  /** What the chat app's page is answered, across origins; the header makes browsers ask first. */
  #asks(path, token, method) {
    return this.page.evaluate(
      async ({ path, token, method }) => {
        const response = await fetch(path, { method, headers: { "x-auth-jwt": token } });
        const text = await response.text();
        return { status: response.status, body: text === "" ? null : JSON.parse(text) };
      },
      { path: `${url}${path}`, token, method },
    );
  }

  /** Asks for a room from the page, under a name. */
  asksIn(token, name) {
    const query = new URLSearchParams({
      "initiator-username": name.toLowerCase(),
      "initiator-displayname": name,
    });
    return this.#asks(`/room/meeting_access_token?${query}`, token, "GET");
  }

  /** Says from the page that a call is over. */
  says(token) {
    return this.#asks("/room/end_meeting", token, "POST");
  }

  /** As an operator of the bridge. */
  async #looksAt(path) {
    const headers = { authorization: `Bearer ${this.operatorToken}` };
    const response = await fetch(`${url}${path}`, { headers });
    assert.equal(response.status, 200);
    return response.json();
  }

  /** The call that goes on in a room, as operators see it. */
  async callIn(roomName) {
    const calls = await this.#looksAt("/room/meetings");
    return calls.find((call) => call.roomName === roomName);
  }

  /** Waits until somebody is known to be in the room. */
  isConfirmed(roomName) {
    return until(async () => {
      const call = await this.callIn(roomName);
      return call?.confirmed ? call : null;
    }, `confirmed call in ${roomName}`);
  }

  /** Waits until the room of a call has been deleted. */
  isDeleted(messageId) {
    return until(async () => {
      const { deliveries } = await this.#looksAt("/room/deliveries?state=done");
      return deliveries.find((one) => one.kind === "delete_room" && one.messageId === messageId);
    }, `deletion of the room of ${messageId}`);
  }

  /** All that was told of a call so far. */
  toldOf(messageId) {
    return this.told.filter(({ message }) => message.data.messageId === messageId);
  }

  /** Waits until the app is told this of a call. */
  hears(type, messageId) {
    const isIt = ({ message }) => message.type === type;
    return until(() => this.toldOf(messageId).find(isIt), `${type} of ${messageId}`);
  }
}
