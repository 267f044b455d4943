/**
 * How a meeting goes from direct connections to the server's when it grows. Each person is handed
 * over by themselves: both sides first see each other through the server and say so over their
 * direct connection; then that one is closed. With a client that says nothing of the kind the direct
 * connection stays.
 */
import { Comeback } from "./comeback";
import type { Outgoing } from "./local";
import { Media, type MediaListener } from "./media";
import type { MeetingProducer, Topology } from "./meeting-wire";
import type { Mesh } from "./mesh";
import type { Scene } from "./scene";
import { meetingSfu, type Sfu } from "./sfu";
import type { Signal } from "./signal";
import type { Store } from "./state";
import type { types } from "mediasoup-client";

/** So long a newcomer waits for someone's producers before trying the direct way. */
const PRODUCER_PATIENCE_MS = 4_000;
/** So often are transports rebuilt that never carried anything; the direct ways stay meanwhile. */
const FRUITLESS_REBUILDS = 2;

/** How far the handover with one person is. */
interface Progress {
  /** This side has said that it sees the other through the server. */
  told: boolean;
  /** The other side has said so. */
  heard: boolean;
}

export class Handover {
  media: Media | null = null;
  private readonly progress = new Map<string, Progress>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly sfu: Sfu;
  /** Opens the server's media, again while that fails. */
  private readonly opening: Comeback;
  private topology: Topology = "mesh";
  private sent: Outgoing = { mic: null, camera: null, screen: null };
  /** Whether the server has all that is sent. */
  private isSending = false;
  private fruitless = 0;
  /** Counts openings, so that an earlier one that is still under way is dropped. */
  private epoch = 0;

  constructor(
    private readonly store: Store,
    private readonly signal: Signal<object>,
    private readonly mesh: Mesh,
    private readonly scene: Scene,
    private readonly roomId: string,
  ) {
    this.sfu = meetingSfu(signal, roomId);
    this.opening = new Comeback({
      join: () => this.openAnew(),
      isOpen: () => this.topology === "sfu" && signal.isUp,
      onShut: (thrown) => console.warn("The server's media cannot be had", thrown),
    });
  }

  /** Begins a stay with these others in it. */
  begin(topology: Topology, others: string[]): void {
    this.close();
    this.fruitless = 0;
    if (topology === "mesh") {
      for (const userId of others) this.mesh.open(userId, true);
      return;
    }
    for (const userId of others) this.openLater(userId);
    void this.toServer();
  }

  /** The meeting has grown. */
  async toServer(): Promise<void> {
    if (this.topology === "sfu") return;
    this.topology = "sfu";
    await this.opening.start();
  }

  /** The line came back and the server still knows us. */
  async catchUp(): Promise<void> {
    this.fruitless = 0;
    if (this.topology === "mesh") return;
    if (!this.isSending || this.media === null) {
      await this.opening.start();
      return;
    }
    this.media.nudge();
    await this.settle(this.media);
  }

  /** Sends this through the server, where it is the way. */
  async send(sent: Outgoing): Promise<void> {
    this.sent = sent;
    if (this.media === null) return;
    await this.produce(this.media).catch((thrown: unknown) => {
      if (this.signal.isUp) console.warn("Cannot send through the server", thrown);
    });
  }

  onProducer(producer: MeetingProducer): void {
    if (producer.userId === this.store.get().call?.selfId) return;
    this.stopTimer(producer.userId);
    void this.media?.receive(producer);
  }

  onProducerClosed(producerId: string): void {
    this.media?.drop(producerId);
  }

  onTold(userId: string, message: object): void {
    if ((message as { sfu?: unknown }).sfu !== true) return;
    this.of(userId).heard = true;
    this.consider(userId);
    this.conclude(userId);
  }

  /** The other side closed the direct connection: it does so once it has heard this one. */
  onPeerEnd(userId: string): void {
    if (!this.of(userId).told) return;
    this.of(userId).heard = true;
    this.conclude(userId);
  }

  /** Looks whether someone has come to be seen through the server. */
  consider(userId: string): void {
    const progress = this.of(userId);
    const person = this.store.get().call?.people.find((p) => p.userId === userId);
    if (person === undefined || progress.told || !this.isSending) return;
    if (!this.mesh.has(userId) || !this.scene.flowsServed(person)) return;
    progress.told = true;
    this.mesh.tell(userId, { sfu: true });
    this.conclude(userId);
  }

  /** Someone is gone. */
  drop(userId: string): void {
    this.stopTimer(userId);
    this.progress.delete(userId);
    this.media?.dropUser(userId);
  }

  close(): void {
    this.epoch++;
    this.topology = "mesh";
    this.opening.stop();
    for (const userId of [...this.timers.keys()]) this.stopTimer(userId);
    this.progress.clear();
    this.isSending = false;
    this.media?.close();
    this.media = null;
  }

  private async openAnew(): Promise<void> {
    const epoch = ++this.epoch;
    this.isSending = false;
    this.media?.close(true);
    this.media = null;
    try {
      await this.open(epoch);
    } catch (thrown) {
      if (epoch === this.epoch) throw thrown;
    }
  }

  private async open(epoch: number): Promise<void> {
    const listener: MediaListener = {
      onReceived: (received) => this.scene.addServed(received),
      onGone: (received) => this.scene.dropServed(received),
      onDead: () => void this.rebuild(),
    };
    const { roomId } = this;
    const { rtpCapabilities } = await this.signal.request<{
      rtpCapabilities: types.RtpCapabilities;
    }>("getRouterRtpCapabilities", { roomId });
    const media = await Media.open(this.sfu, rtpCapabilities, listener);
    if (epoch !== this.epoch) {
      media.close();
      return;
    }
    this.media = media;
    await Promise.all([this.produce(media), this.settle(media)]);
    if (epoch !== this.epoch) return;
    this.isSending = true;
    for (const { userId } of this.store.get().call?.people ?? []) this.consider(userId);
  }

  private async rebuild(): Promise<void> {
    if (this.media === null || !this.signal.isUp) return;
    this.fruitless = this.media.wasConnected ? 0 : this.fruitless + 1;
    if (this.fruitless <= FRUITLESS_REBUILDS) await this.opening.start();
  }

  private async produce(media: Media): Promise<void> {
    await Promise.all([
      media.send("audio", this.sent.mic),
      media.send("video", this.sent.camera),
      media.send("screen", this.sent.screen),
    ]);
  }

  private async settle(media: Media): Promise<void> {
    const { producers } = await this.signal.request<{ producers: MeetingProducer[] }>(
      "getProducers",
      { roomId: this.roomId },
    );
    if (media !== this.media) return;
    for (const { userId } of producers) this.stopTimer(userId);
    media.settle(producers);
  }

  /** Both have said that they see each other through the server. */
  private conclude(userId: string): void {
    const { told, heard } = this.of(userId);
    if (!told || !heard || !this.mesh.has(userId)) return;
    this.mesh.close(userId);
    this.scene.dropDirect(userId, true);
    this.progress.delete(userId);
  }

  private openLater(userId: string): void {
    const open = (): void => {
      this.timers.delete(userId);
      if (this.mesh.has(userId) || this.scene.isServed(userId)) return;
      this.mesh.open(userId, true);
      this.consider(userId);
    };
    this.timers.set(userId, setTimeout(open, PRODUCER_PATIENCE_MS));
  }

  private stopTimer(userId: string): void {
    clearTimeout(this.timers.get(userId));
    this.timers.delete(userId);
  }

  private of(userId: string): Progress {
    let progress = this.progress.get(userId);
    if (progress === undefined) {
      progress = { told: false, heard: false };
      this.progress.set(userId, progress);
    }
    return progress;
  }
}
