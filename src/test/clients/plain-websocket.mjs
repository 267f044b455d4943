// Two people in a room of a running node, without any library: one file of JavaScript that works in
// browsers and in Node.js (from version 22, or 20 with --experimental-websocket).
//
//   node plain-websocket.mjs http://localhost:3000
//
// Prints each frame, ends with status 1 if anything is not as it should be.
import assert from "node:assert/strict";

const url = process.argv[2] ?? "http://localhost:3000";

const account = async (displayName) => {
  const response = await fetch(`${url}/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      email: `${crypto.randomUUID()}@example.org`,
      password: "correct horse",
      displayName,
    }),
  });
  return (await response.json()).accessToken;
};

/** Opens a connection: `ask` sends a command and resolves with its answer, `next` waits for an event. */
const open = async (name, token) => {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  const asked = new Map();
  const heard = [];
  let wake = () => {};
  let ids = 0;

  const send = (frame) => {
    console.log(`${name} -> ${JSON.stringify(frame).slice(0, 150)}`);
    socket.send(JSON.stringify(frame));
  };
  socket.onmessage = ({ data }) => {
    console.log(`${name} <- ${data.slice(0, 150)}`);
    const frame = JSON.parse(data);
    if (frame.event === undefined) {
      const { resolve, reject } = asked.get(frame.id);
      asked.delete(frame.id);
      frame.error ? reject(frame.error) : resolve(frame.data);
    } else {
      heard.push(frame);
      wake();
    }
  };
  const next = async (event) => {
    for (;;) {
      const at = heard.findIndex((frame) => frame.event === event);
      if (at >= 0) {
        return heard.splice(at, 1)[0].data;
      }
      await new Promise((resolve) => (wake = resolve));
    }
  };
  const ask = (event, data) =>
    new Promise((resolve, reject) => {
      const id = ids++;
      asked.set(id, { resolve, reject });
      send({ event, data, id });
    });

  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const closed = new Promise((resolve) => (socket.onclose = resolve));
  send({ event: "connect", data: { token } });
  await next("connect");
  const { userId } = await next("authenticated");
  return { userId, ask, next, send, closed };
};

setTimeout(() => {
  console.error("too slow");
  process.exit(1);
}, 20_000).unref();

const ann = await open("Ann", await account("Ann"));
const ben = await open("Ben", await account("Ben"));
const { roomId, roomCode } = await ann.ask("room:create", { title: "Stand-up" });
assert.equal((await ann.ask("room:join", { roomId })).role, "host");
assert.equal((await ben.ask("room:join", { roomId: roomCode })).participants.length, 2);
assert.equal((await ann.next("room:userJoined")).userId, ben.userId);
await assert.rejects(ben.ask("room:close", { roomId }), (error) => error.code === "FORBIDDEN");
assert.equal((await ben.next("error")).code, "FORBIDDEN");
assert.deepEqual(await ann.ask("room:close", { roomId }), { success: true });
assert.deepEqual(await ben.next("room:closed"), { roomId });
for (const one of [ann, ben]) {
  one.send({ event: "disconnect" });
  assert.equal((await one.closed).code, 1000);
}
