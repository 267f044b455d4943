// One node of a socket.io cluster that does what Parley's `room:join` and `room:message` do, written
// as socket.io's documentation shows it.
//
// Usage: node --expose-gc server.mjs <port> <redis port> redis|sharded|streams
//
// Prints "ready" when it listens. A line "memory" on its input is answered by one line of JSON: the
// live heap and what lies outside it, after a full collection.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, redisPort, kind] = process.argv.slice(2);

async function connectRedis() {
  const client = createClient({ socket: { host: "127.0.0.1", port: Number(redisPort) } });
  client.on("error", (error) => console.error(error));
  await client.connect();
  return client;
}

async function adapter() {
  switch (kind) {
    case "redis":
      return createAdapter(await connectRedis(), await connectRedis());
    case "sharded":
      return createShardedAdapter(await connectRedis(), await connectRedis());
    case "streams":
      return createStreamsAdapter(await connectRedis());
    default:
      throw new Error(`unknown adapter ${kind}`);
  }
}

const http = createServer();
const io = new Server(http, {
  adapter: await adapter(),
  transports: ["websocket"],
  perMessageDeflate: false,
});

io.on("connection", (socket) => {
  const userId = socket.handshake.auth.token;

  socket.on("room:join", ({ roomId }, ack) => {
    socket.join(roomId);
    ack({ status: "ok" });
  });

  socket.on("room:message", ({ roomId, targetSocketId, data }, ack) => {
    if (!socket.rooms.has(roomId)) {
      ack?.({ status: "error" });
      return;
    }
    const message = { roomId, userId, socketId: socket.id, data };
    if (targetSocketId) {
      io.to(targetSocketId).emit("room:message", message);
    } else {
      socket.to(roomId).emit("room:message", message);
    }
    ack?.({ status: "ok" });
  });
});

http.listen(Number(port), "127.0.0.1", 4096, () => console.log("ready"));

createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (line === "memory") {
      globalThis.gc();
      globalThis.gc();
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      console.log(JSON.stringify({ heapUsed, external, arrayBuffers }));
    }
  })
  .on("close", () => process.exit(0));
