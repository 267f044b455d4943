// Runs unmodified socket.io-client versions against the application of
// dev.parley.conformance.ConformanceApp, over each transport and from one to the other.
//
//   node socketio.mjs <port> [mode ...]
//
// Prints one line per check, ends with status 1 if any failed.
import assert from "node:assert/strict";

const [port = "3000", ...wantedModes] = process.argv.slice(2);
const url = `http://localhost:${port}`;
const versions = ["4.0", "4.4", "4.8"];
const modes = {
  polling: { transports: ["polling"] },
  websocket: { transports: ["websocket"] },
  default: {},
  "websocket-first": { transports: ["websocket", "polling"] },
};
/** The transport a client of each mode ends up with. */
const finalTransport = (mode) => (mode === "polling" ? "polling" : "websocket");
const patienceMs = 30_000;

const within = (promise, what) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} in time`)), patienceMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** The arguments of the next `event` of `emitter`. */
const next = (emitter, event) =>
  within(new Promise((resolve) => emitter.once(event, (...args) => resolve(args))), event);

/** The first argument of the acknowledgement. */
const ask = (socket, event, ...args) =>
  within(new Promise((resolve) => socket.emit(event, ...args, (...answer) => resolve(answer))), event);

const checks = {
  async "connects with an id and without auth"({ connect, mode }) {
    const socket = connect("/");
    const auth = next(socket, "auth");
    await next(socket, "connect");
    assert.equal(socket.id.length, 20);
    assert.notEqual(socket.id, socket.io.engine.id);
    assert.deepEqual(await auth, [{}]);
    if (mode === "default" && socket.io.engine.transport.name === "polling") {
      await next(socket.io.engine, "upgrade");
    }
    assert.equal(socket.io.engine.transport.name, finalTransport(mode));
    assert.deepEqual(await ask(socket, "transport"), [finalTransport(mode)]);
  },

  async "loses and doubles nothing while it upgrades"({ connect }) {
    const socket = connect("/");
    const seen = [];
    const count = 300;
    const all = within(
      new Promise((resolve) =>
        socket.on("message-back", (i) => {
          seen.push(i);
          if (seen.length === count) resolve();
        })
      ),
      "echoes"
    );
    for (let i = 0; i < count; i++) {
      socket.emit("message", i);
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await all;
    assert.deepEqual(seen, Array.from({ length: count }, (_, i) => i));
  },

  async "sends the auth payload"({ connect }) {
    const socket = connect("/custom", { auth: { token: "abc", list: [1, null] } });
    assert.deepEqual(await next(socket, "auth"), [{ token: "abc", list: [1, null] }]);
  },

  async "sees why it is refused"({ connect }) {
    const socket = connect("/deny");
    const [error] = await next(socket, "connect_error");
    assert.equal(error.message, "not authorized");
    assert.deepEqual(error.data, { code: "E1", retry: false });
    assert.equal(socket.connected, false);
  },

  async "is told of an unknown namespace"({ connect }) {
    const [error] = await next(connect("/unknown"), "connect_error");
    assert.equal(error.message, "Invalid namespace");
  },

  async "tries again with another token on the same connection"({ connect }) {
    const socket = connect("/auth", { auth: { token: "wrong" } });
    const [error] = await next(socket, "connect_error");
    assert.equal(error.message, "bad token");
    socket.auth = { token: "123" };
    socket.connect();
    await next(socket, "connect");
  },

  async "shares one connection between namespaces"({ connect }) {
    const main = connect("/", { multiplex: true });
    await next(main, "connect");
    const dynamic = main.io.socket("/dyn-101");
    await next(dynamic, "connect");
    assert.notEqual(main.id, dynamic.id);
    assert.deepEqual(await ask(dynamic, "message-with-ack", "x"), ["x"]);
    dynamic.disconnect();
    assert.deepEqual(await ask(main, "message-with-ack", "y"), ["y"]);
  },

  async "echoes every kind of JSON"({ connect }) {
    const socket = connect("/");
    const values = [1, -0.5e-7, "ü\u2028😀\"\\\n", true, null, [], {}, { a: [{ b: [[]] }] }];
    const echo = next(socket, "message-back");
    socket.emit("message", ...values);
    assert.deepEqual(await echo, values);
  },

  async "buffers what is emitted before it is connected"({ connect }) {
    const socket = connect("/");
    const echo = next(socket, "message-back");
    socket.emit("message", "early");
    assert.deepEqual(await echo, ["early"]);
  },

  async "gets acknowledgements, many at once"({ connect }) {
    const socket = connect("/");
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => ask(socket, "message-with-ack", i, { i }))
    );
    answers.forEach((answer, i) => assert.deepEqual(answer, [i, { i }]));
  },

  async "gets no acknowledgement it did not ask for"({ connect }) {
    const socket = connect("/");
    let strays = 0;
    await next(socket, "connect");
    socket.io.on("packet", (packet) => {
      if (packet.type === 3) strays++;
    });
    socket.emit("message-with-ack", 1);
    socket.emit("message", 1);
    await next(socket, "message-back");
    assert.equal(strays, 0);
  },

  async "answers the server"({ connect }) {
    const socket = connect("/");
    socket.on("question", (a, b, answer) => answer("yes", a + b));
    assert.deepEqual(await ask(socket, "ask", "question", 1, 2), [null, "yes", 3]);
  },

  async "lets the server's question time out"({ connect }) {
    const socket = connect("/");
    socket.on("question", () => {});
    assert.deepEqual(await ask(socket, "ask", "question"), ["timeout"]);
  },

  async "gives up waiting by itself"({ connect, version }) {
    if (version === "4.0") return; // timeout() came with 4.4
    const socket = connect("/");
    await next(socket, "connect");
    const error = await within(
      new Promise((resolve) => socket.timeout(100).emit("never-ack", resolve)),
      "timeout"
    );
    assert.equal(error.message, "operation has timed out");
  },

  async "sends and gets binary"({ connect }) {
    const socket = connect("/");
    const bytes = Buffer.from([0, 1, 2, 255]);
    const echo = next(socket, "message-back");
    socket.emit("message", bytes, { deep: [Buffer.alloc(0), "text"] }, Uint8Array.of(7));
    const [first, second, third] = await echo;
    assert.deepEqual(Buffer.from(first), bytes);
    assert.equal(second.deep[0].length ?? second.deep[0].byteLength, 0);
    assert.equal(second.deep[1], "text");
    assert.deepEqual([...Buffer.from(third)], [7]);
    const [answer] = await ask(socket, "message-with-ack", bytes);
    assert.deepEqual(Buffer.from(answer), bytes);
  },

  async "answers the server with binary"({ connect }) {
    const socket = connect("/");
    socket.on("question", (answer) => answer(Buffer.from("blob")));
    const [error, blob] = await ask(socket, "ask", "question");
    assert.equal(error, null);
    assert.equal(Buffer.from(blob).toString(), "blob");
  },

  async "is disconnected from its namespace and stays away"({ connect }) {
    const socket = connect("/");
    await next(socket, "connect");
    const other = socket.io.socket("/dyn-102");
    await next(other, "connect");
    socket.emit("kick", false);
    assert.equal((await next(socket, "disconnect"))[0], "io server disconnect");
    assert.deepEqual(await ask(other, "message-with-ack", "here"), ["here"]);
    assert.equal(socket.active ?? false, false);
    socket.connect();
    await next(socket, "connect");
  },

  async "is disconnected with its connection"({ connect }) {
    const socket = connect("/");
    await next(socket, "connect");
    const engine = socket.io.engine;
    const closed = next(engine, "close");
    socket.emit("kick", true);
    assert.equal((await next(socket, "disconnect"))[0], "io server disconnect");
    await closed;
  },

  async "comes back after a lost connection, with another id"({ connect }) {
    const socket = connect("/", { reconnection: true, reconnectionDelay: 10 });
    await next(socket, "connect");
    const before = socket.id;
    socket.emit("close-conn");
    assert.equal((await next(socket, "disconnect"))[0], "transport close");
    await next(socket, "connect");
    assert.notEqual(socket.id, before);
  },

  async "leaves by itself"({ connect }) {
    const socket = connect("/");
    await next(socket, "connect");
    const gone = next(socket, "disconnect");
    socket.disconnect();
    assert.equal((await gone)[0], "io client disconnect");
  },

  async "lives through many heartbeats"({ connect }) {
    const socket = connect("/");
    await next(socket, "connect");
    const engine = socket.io.engine;
    const gapsMs = [];
    let last = performance.now();
    await within(
      new Promise((resolve, reject) => {
        socket.once("disconnect", (reason) => reject(new Error(reason)));
        engine.on("packet", (packet) => {
          if (packet.type !== "ping") return;
          const now = performance.now();
          gapsMs.push(now - last);
          last = now;
          if (gapsMs.length === 5) resolve();
        });
      }),
      "five pings"
    );
    console.log(`     pings after ${gapsMs.slice(1).map((gap) => gap.toFixed(1)).join(" ")} ms`);
  },

  async "takes large messages and is cut off beyond the limit"({ connect }) {
    const socket = connect("/");
    const large = "x".repeat(900_000);
    assert.deepEqual(await ask(socket, "message-with-ack", large), [large]);
    const gone = next(socket, "disconnect");
    socket.emit("message", "x".repeat(1_100_000));
    assert.match((await gone)[0], /^transport (close|error)$/);
  },

  async "keeps the order of a burst"({ connect }) {
    const socket = connect("/");
    const seen = [];
    const all = within(
      new Promise((resolve) =>
        socket.on("seq", (i) => {
          seen.push(i);
          if (seen.length === 5000) resolve();
        })
      ),
      "burst"
    );
    socket.emit("burst", 5000);
    await all;
    assert.deepEqual(seen, Array.from({ length: 5000 }, (_, i) => i));
  },

  async "reaches rooms"({ connect, unique }) {
    const [a, b, c] = [1, 2, 3].map(() => connect(`/dyn-${unique}`));
    const room = `room-${unique}`;
    const muted = `muted-${unique}`;
    await Promise.all([a, b, c].map((socket) => next(socket, "connect")));
    assert.deepEqual((await ask(a, "join", room))[0].sort(), [a.id, room].sort());
    await Promise.all([ask(b, "join", room), ask(c, "join", room)]);
    await ask(c, "join", muted);
    const seen = { a: [], b: [], c: [] };
    Object.entries({ a, b, c }).forEach(([name, socket]) =>
      socket.on("said", (text) => seen[name].push(text))
    );
    a.emit("say", room, "said", "others");
    a.emit("say-all", room, "said", "all");
    a.emit("say-except", room, muted, "said", "but muted");
    a.emit("broadcast", "said", "namespace");
    // Once a's own question is answered, all it has said is on the way to the others.
    await ask(a, "message-with-ack", 1);
    await Promise.all([b, c].map((socket) => ask(socket, "message-with-ack", 1)));
    assert.deepEqual(seen.a, ["all"]);
    assert.deepEqual(seen.b, ["others", "all", "but muted", "namespace"]);
    assert.deepEqual(seen.c, ["others", "all", "namespace"]);
  },

  async "is refused by the handshake"({ connect }) {
    const socket = connect("/", { query: { deny: "1" } });
    await next(socket, "connect_error");
    assert.equal(socket.connected, false);
  },
};

let failed = 0;
let passed = 0;
let unique = 1000;
const names = wantedModes.length > 0 ? wantedModes : Object.keys(modes);

async function runVersion(mode, version) {
  const { io } = await import(`client-${version}`);
  for (const [name, check] of Object.entries(checks)) {
    const sockets = [];
    const connect = (namespace, options = {}) => {
      const socket = io(url + namespace, {
        ...modes[mode],
        forceNew: true,
        reconnection: false,
        ...options,
      });
      sockets.push(socket);
      return socket;
    };
    try {
      await check({ connect, version, mode, unique: ++unique });
      passed++;
      console.log(`ok   ${mode} ${version} ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAIL ${mode} ${version} ${name}: ${error.stack}`);
    } finally {
      sockets.forEach((socket) => socket.io.engine?.close() ?? socket.disconnect());
    }
  }
}

for (const mode of names) {
  await Promise.all(versions.map((version) => runVersion(mode, version)));
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
