// Calls of a chat app in our own rooms: from the chat app's page, which is another origin's, to ours and
// back to the chat by signed webhooks.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { launch, url } from "./lib/browser.mjs";
import { ChatApp, file } from "./lib/chat-app.mjs";
import { Person } from "./lib/person.mjs";

const annsId = "rrkah-fqaaa-aaaaa-aaaaq-cai";
const bensId = "ryjl3-tyaaa-aaaaa-aaaba-cai";

/** The function by which the documentation has receivers verify. */
async function documentedVerifier() {
  const text = await readFile(new URL("../../../docs/bridge.md", import.meta.url), "utf8");
  const [, code] = /```js\n(.*?)```/s.exec(text);
  return new Function("require", `${code}; return isOfParley;`)(createRequire(import.meta.url));
}

const types = (told) => told.map(({ message }) => message.type);

describe("a bridged call", { skip: file ? false : "CHAT_APP is not set" }, () => {
  const group = { Group: "r7inp-6aaaa-aaaaa-aaabq-cai" };
  let browser;
  let app;
  let ann;
  let ben;
  let call;
  const people = [];

  before(async () => {
    browser = await launch();
    app = await ChatApp.open(browser);
  });

  after(async () => {
    await browser?.close();
    app?.close();
  });

  async function arrive(name, link) {
    const person = await Person.arrive(browser, name, link, { small: true });
    people.push(person);
    await person.find("lobby").waitFor();
    return person;
  }

  async function isNoCall() {
    const { status, body } = await app.asksIn(app.toJoin(bensId, group), "Ben");
    assert.equal(status, 400);
    assert.equal(body.code, "NOT_FOUND");
    assert.equal(body.message, `No meeting in progress for room ${call.roomName}, unable to join`);
  }

  it("is started from the page of another origin", async () => {
    assert.notEqual(app.origin, new URL(url).origin);

    const { status, body } = await app.asksIn(app.toStart(annsId, group), "Ann");

    assert.equal(status, 200);
    assert.equal(body.joining, false);
    assert.match(body.roomName, /^G[\w-]{14}$/);
    assert.match(body.messageId, /^\d{1,20}$/);
    assert.equal(new URL(body.url).hash, `#token=${body.token}`);
    assert.equal(new URL(body.url).origin, new URL(url).origin);
    call = body;
  });

  it("is told of with a signature that the documented function takes", async () => {
    const { headers, body, message } = await app.hears("call.started", call.messageId);

    const isOfParley = await documentedVerifier();
    assert.equal(isOfParley(app.secret, headers, body), true);
    assert.equal(isOfParley(app.secret, headers, Buffer.concat([body, body])), false);
    const { callId, ...data } = message.data;
    assert.deepEqual(data, {
      roomName: call.roomName,
      messageId: call.messageId,
      chat: group,
      callType: "Default",
      provider: "parley",
      startedBy: annsId,
      username: "ann",
      displayName: "Ann",
      maxDurationMs: 3_600_000,
    });
  });

  it("is come to by the url, under the name that was given", async () => {
    ann = await arrive("Ann", call.url);
    assert.equal(await ann.find("user-name").textContent(), "ann");
    await ann.enter();

    const { messageId, startedBy, state } = await app.isConfirmed(call.roomName);
    assert.equal(messageId, call.messageId);
    assert.equal(startedBy, annsId);
    assert.equal(state, "confirmed");
  });

  it("is joined by another, and they see and hear each other", async () => {
    const { status, body } = await app.asksIn(app.toJoin(bensId, group), "Ben");
    assert.equal(status, 200);
    assert.equal(body.joining, true);
    assert.equal(body.roomName, call.roomName);
    assert.equal(body.messageId, call.messageId);

    ben = await arrive("Ben", body.url);
    await ben.enter();

    await ann.seesTiles(2);
    assert.match(await ann.tile(ben).textContent(), /ben/);
    await Promise.all([
      ann.seesMore(ben),
      ben.seesMore(ann),
      ann.waitFor(ben, "audioEnergy", 0),
      ben.waitFor(ann, "audioEnergy", 0),
    ]);
  });

  it("is one for all who start it", async () => {
    const { body } = await app.asksIn(app.toStart(bensId, group), "Ben");

    assert.equal(body.joining, true);
    assert.equal(body.messageId, call.messageId);
  });

  it("is over when both have left, and its chat is told once", async () => {
    await Promise.all([ann.click("control-leave"), ben.click("control-leave")]);
    await Promise.all([ann.isOut("left"), ben.isOut("left")]);

    const { message } = await app.hears("call.ended", call.messageId);

    assert.equal(message.data.reason, "left");
    assert.equal(message.data.wasJoined, true);
    const told = app.toldOf(call.messageId);
    assert.deepEqual(types(told), ["call.started", "call.ended"]);
    assert.equal(new Set(told.map(({ message }) => message.data.callId)).size, 1);
    assert.equal(new Set(told.map(({ id }) => id)).size, 2);
  });

  it("has no room afterwards, and nobody joins", async () => {
    await app.isDeleted(call.messageId);
    assert.equal(await app.callIn(call.roomName), undefined);
    await isNoCall();

    await ben.click("ended-again");
    await ben.find("lobby").waitFor();
    await ben.knock();
    await ben.page.getByText("This call is over.").waitFor();
  });

  it("is ended by a token at once, and its page says so", async () => {
    const { body } = await app.asksIn(app.toStart(annsId, group), "Ann");
    assert.equal(body.joining, false);
    assert.equal(body.roomName, call.roomName);
    assert.notEqual(body.messageId, call.messageId);
    call = body;
    ann = await arrive("Ann", call.url);
    await ann.enter();
    await app.isConfirmed(call.roomName);

    assert.equal((await app.says(app.toEnd(annsId, group))).status, 201);

    await isNoCall();
    await ann.isOut("closed");
    assert.equal(await ann.page.getByRole("heading").first().textContent(), "The call is over");
    assert.equal(await ann.find("ended-again").count(), 0);
    const { message } = await app.hears("call.ended", call.messageId);
    assert.equal(message.data.reason, "ended by a user");
    assert.equal(message.data.wasJoined, true);
    assert.deepEqual(types(app.toldOf(call.messageId)), ["call.started", "call.ended"]);
  });

  it("is started by front ends of before 2024-02-26 as well, which send `username`", async () => {
    const chat = { Direct: bensId };
    const response = await fetch(`${url}/room/meeting_access_token?username=ann`, {
      headers: { "x-auth-jwt": app.toStart(annsId, chat) },
    });
    assert.equal(response.status, 200);
    const { roomName, messageId } = await response.json();
    assert.match(roomName, /^D[\w-]{28}$/);

    const { message } = await app.hears("call.started", messageId);
    assert.deepEqual(message.data.chat, chat);
    assert.equal(message.data.username, "ann");
    assert.equal(message.data.displayName, "");

    // The other one names the chat by the first.
    assert.equal((await app.says(app.toEnd(bensId, { Direct: annsId }))).status, 201);
    const ended = await app.hears("call.ended", messageId);
    assert.equal(ended.message.data.wasJoined, false);
    assert.deepEqual(types(app.toldOf(messageId)), ["call.started", "call.ended"]);
  });

  it("was told of three times in all, each time of one start and one end", () => {
    assert.deepEqual(types(app.told), Array(3).fill(["call.started", "call.ended"]).flat());
    assert.equal(new Set(app.told.map(({ id }) => id)).size, 6);
    assert.deepEqual(app.refusals, []);
  });

  it("ran without a script error", () => {
    for (const person of people) person.assertNoErrors();
  });
});
