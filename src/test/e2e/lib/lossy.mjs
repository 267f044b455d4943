// A path over UDP that loses packets: each port of the server gets a port here, and what comes to
// that is passed on from a port of its own for each sender.
import { createSocket } from "node:dgram";
import { once } from "node:events";

const HOST = "127.0.0.1";

/** First byte of RTP and RTCP (RFC 7983); STUN and DTLS have others. */
const isMedia = (packet) => packet[0] >= 128 && packet[0] <= 191;

/** Numbers in [0, 1) that are the same in each run (mulberry32). */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function open() {
  const socket = createSocket("udp4");
  socket.on("error", () => {});
  socket.bind(0, HOST);
  await once(socket, "listening");
  socket.setRecvBufferSize(4_000_000);
  return socket;
}

export class Lossy {
  /** Share of media packets that get lost, each way. */
  loss = 0;
  passed = 0;
  lost = 0;
  #ports = new Map();
  #sockets = [];
  #uplinks = new Map();
  #random = numbers(1);

  /** The port here that leads to a port of the server. */
  portFor(port) {
    if (!this.#ports.has(port)) this.#ports.set(port, this.#listen(port));
    return this.#ports.get(port);
  }

  async #listen(port) {
    const near = await open();
    this.#sockets.push(near);
    near.on("message", async (packet, from) => {
      const sender = `${port} ${from.port}`;
      if (!this.#uplinks.has(sender)) {
        this.#uplinks.set(sender, this.#uplink(near, from.port));
      }
      const far = await this.#uplinks.get(sender);
      if (this.#passes(packet)) far.send(packet, port, HOST, () => {});
    });
    return near.address().port;
  }

  async #uplink(near, senderPort) {
    const far = await open();
    this.#sockets.push(far);
    far.on("message", (packet) => {
      if (this.#passes(packet)) near.send(packet, senderPort, HOST, () => {});
    });
    return far;
  }

  #passes(packet) {
    const lost = isMedia(packet) && this.#random() < this.loss;
    if (lost) this.lost++;
    else this.passed++;
    return !lost;
  }

  /** From now on the server sees each sender at another port, as after a change of network. */
  move() {
    this.#uplinks.clear();
  }

  close() {
    for (const socket of this.#sockets) socket.close();
  }
}
