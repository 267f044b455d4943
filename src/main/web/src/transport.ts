/**
 * One WebRTC transport to the server: opening it, and keeping its path alive by ICE restarts when
 * the network changes.
 */
import type { types } from "mediasoup-client";
import { codeOf } from "./failure";
import type { Direction, Sfu } from "./sfu";

/** A path that was lost this long is worth a restart; shorter gaps mend by themselves. */
const PATIENCE_MS = 2_000;
/** How long a restart may take before it is tried again. */
const RESTART_MS = 5_000;
const MAX_RESTARTS = 3;

export class Path {
  private restarts = 0;
  private connected = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    readonly transport: types.Transport,
    private readonly sfu: Sfu,
    private readonly onDead: () => void,
  ) {}

  /** Asks the server for a transport and builds its local end. `onDead` when it is past mending. */
  static async open(
    sfu: Sfu,
    device: types.Device,
    direction: Direction,
    onDead: () => void,
  ): Promise<Path> {
    const created = await sfu.createTransport(direction);
    const options: types.TransportOptions = {
      id: created.id,
      iceParameters: created.iceParameters,
      iceCandidates: created.iceCandidates,
      dtlsParameters: created.dtlsParameters,
      ...(created.iceServers === undefined ? {} : { iceServers: created.iceServers }),
    };
    const transport =
      direction === "send"
        ? device.createSendTransport(options)
        : device.createRecvTransport(options);
    const path = new Path(transport, sfu, onDead);
    path.wire();
    return path;
  }

  /** Whether anything ever got through. */
  get wasConnected(): boolean {
    return this.connected;
  }

  /** Tries again now if the path is down, as after the signaling line came back. */
  nudge(): void {
    const state = this.transport.connectionState;
    if (state === "failed" || state === "disconnected") {
      this.restarts = 0;
      void this.restart();
    }
  }

  close(): void {
    clearTimeout(this.timer);
    if (!this.transport.closed) this.transport.close();
  }

  private wire(): void {
    const { transport, sfu } = this;
    transport.on("connect", ({ dtlsParameters }, done, fail) => {
      sfu.connectTransport(transport.id, dtlsParameters).then(() => done(), fail);
    });
    transport.on("produce", ({ kind, rtpParameters, appData }, done, fail) => {
      sfu
        .produce(transport.id, kind, rtpParameters, appData)
        .then((id) => done({ id }), fail);
    });
    transport.on("connectionstatechange", (state) => this.onState(state));
  }

  private onState(state: types.ConnectionState): void {
    clearTimeout(this.timer);
    switch (state) {
      case "connected":
        this.restarts = 0;
        this.connected = true;
        break;
      case "disconnected":
        this.timer = setTimeout(() => void this.restart(), PATIENCE_MS);
        break;
      case "failed":
        void this.restart();
        break;
    }
  }

  private async restart(): Promise<void> {
    clearTimeout(this.timer);
    // Without a line nothing can be asked for; `nudge` comes when it is back.
    if (this.transport.closed || !this.sfu.isUp) return;
    if (++this.restarts > MAX_RESTARTS) {
      this.onDead();
      return;
    }
    try {
      const { iceParameters } = await this.sfu.restartIce(this.transport.id);
      if (this.transport.closed) return;
      await this.transport.restartIce({ iceParameters });
    } catch (thrown) {
      if (this.transport.closed || !this.sfu.isUp) return;
      if (codeOf(thrown) !== "TIMEOUT" && codeOf(thrown) !== "UNAVAILABLE") {
        this.onDead();
        return;
      }
    }
    this.timer = setTimeout(() => {
      if (this.transport.connectionState !== "connected") void this.restart();
    }, RESTART_MS);
  }
}
