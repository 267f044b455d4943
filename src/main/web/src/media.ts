/**
 * The media of one stay in a room: what is sent and what is received. Tracks come in from outside
 * and are never stopped here.
 */
import { Device, type types } from "mediasoup-client";
import { codeOf } from "./failure";
import type { Sfu } from "./sfu";
import { Path } from "./transport";
import type { Label, WireProducer } from "./wire";

/** Two encodings of the camera: half size for small tiles, full size for large ones. */
const CAMERA_ENCODINGS: types.RtpEncodingParameters[] = [
  { maxBitrate: 500_000, scaleResolutionDownBy: 2 },
  { maxBitrate: 1_500_000 },
];
const SCREEN_ENCODINGS: types.RtpEncodingParameters[] = [{ maxBitrate: 2_500_000 }];

/** A producer of someone else that is being received. */
export interface Received {
  userId: string;
  label: Label;
  consumer: types.Consumer;
}

export interface MediaListener {
  onReceived(received: Received): void;
  /** The producer ended or its consumer was closed. */
  onGone(received: Received): void;
  /** A transport is past mending: everything has to be built anew. */
  onDead(): void;
}

export class Media {
  private readonly producers = new Map<string, types.Producer>();
  private readonly received = new Map<string, Received>();
  /** Producers that are wanted; one that leaves this set while being set up is dropped. */
  private readonly wanted = new Map<string, WireProducer>();
  private readonly lanes = new Map<string, Promise<void>>();
  private readonly paths: Path[] = [];
  private closed = false;

  private constructor(
    private readonly sfu: Sfu,
    private readonly device: types.Device,
    private readonly listener: MediaListener,
  ) {}

  /** Opens both transports. */
  static async open(
    sfu: Sfu,
    rtpCapabilities: types.RtpCapabilities,
    listener: MediaListener,
  ): Promise<Media> {
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: rtpCapabilities });
    const media = new Media(sfu, device, listener);
    const onDead = (): void => {
      if (!media.closed) listener.onDead();
    };
    try {
      for (const direction of ["send", "recv"] as const) {
        media.paths.push(await Path.open(sfu, device, direction, onDead));
      }
    } catch (thrown) {
      media.close();
      throw thrown;
    }
    return media;
  }

  /** Sends this track under this label, or nothing; calls for one label run one after another. */
  send(label: Label, track: MediaStreamTrack | null): Promise<void> {
    return this.inLane(label, () => this.apply(label, track));
  }

  /** Starts to receive a producer, unless it already is received. */
  async receive(producer: WireProducer): Promise<void> {
    if (this.closed || this.wanted.has(producer.producerId)) return;
    this.wanted.set(producer.producerId, producer);
    for (let attempt = 1; ; attempt++) {
      try {
        await this.consume(producer);
        return;
      } catch (thrown) {
        const again = codeOf(thrown) === "TIMEOUT" || codeOf(thrown) === "UNAVAILABLE";
        if (!again || attempt === 3 || !this.wants(producer.producerId)) {
          this.wanted.delete(producer.producerId);
          if (!this.closed) console.warn("Cannot receive a producer", producer, thrown);
          return;
        }
      }
    }
  }

  /** Stops receiving a producer that has ended. */
  drop(producerId: string): void {
    this.wanted.delete(producerId);
    const received = this.received.get(producerId);
    if (received === undefined) return;
    this.received.delete(producerId);
    received.consumer.close();
    this.listener.onGone(received);
  }

  /** Stops receiving whatever a user sent. */
  dropUser(userId: string): void {
    for (const producer of [...this.wanted.values()]) {
      if (producer.userId === userId) this.drop(producer.producerId);
    }
  }

  /** Makes what is received equal to what there is. */
  settle(producers: WireProducer[]): void {
    const present = new Set(producers.map((producer) => producer.producerId));
    for (const producerId of [...this.wanted.keys()]) {
      if (!present.has(producerId)) this.drop(producerId);
    }
    for (const producer of producers) void this.receive(producer);
  }

  /** Wishes for the small or large encoding of each received camera. */
  prefer(large: (received: Received) => boolean): void {
    for (const received of this.received.values()) {
      if (received.label !== "video") continue;
      const spatialLayer = large(received) ? 1 : 0;
      const { appData } = received.consumer;
      if (appData["spatialLayer"] === spatialLayer) continue;
      appData["spatialLayer"] = spatialLayer;
      this.hint(() => this.sfu.preferLayer(received.consumer.id, spatialLayer));
    }
  }

  /** The signaling line is back: mend what broke meanwhile. */
  nudge(): void {
    for (const path of this.paths) path.nudge();
  }

  /** Ends all of it; with a farewell the server hears that our producers end. */
  close(farewell = false): void {
    if (this.closed) return;
    if (farewell) {
      for (const producer of this.producers.values()) this.announceEnd(producer);
    }
    this.closed = true;
    for (const path of this.paths) path.close();
    for (const producerId of [...this.received.keys()]) this.drop(producerId);
    this.wanted.clear();
    this.producers.clear();
  }

  /** Whether any transport was ever connected. */
  get wasConnected(): boolean {
    return this.paths.some((path) => path.wasConnected);
  }

  get all(): { transports: types.Transport[]; received: Received[]; sent: types.Producer[] } {
    return {
      transports: this.paths.map((path) => path.transport),
      received: [...this.received.values()],
      sent: [...this.producers.values()],
    };
  }

  private async apply(label: Label, track: MediaStreamTrack | null): Promise<void> {
    if (this.closed) return;
    const producer = this.producers.get(label);
    if (producer === undefined || producer.closed) {
      if (track !== null) await this.produce(label, track);
    } else if (track === null && label === "screen") {
      this.producers.delete(label);
      producer.close();
      this.announceEnd(producer);
    } else if (track === null) {
      if (producer.paused) return;
      producer.pause();
      await producer.replaceTrack({ track: null });
      await this.sfu.pauseProducer(producer.id);
    } else {
      if (producer.track !== track) await producer.replaceTrack({ track });
      if (!producer.paused) return;
      producer.resume();
      await this.sfu.resumeProducer(producer.id);
    }
  }

  private async produce(label: Label, track: MediaStreamTrack): Promise<void> {
    const [send] = this.paths;
    if (send === undefined || track.readyState === "ended") return;
    const options: types.ProducerOptions = {
      track,
      stopTracks: false,
      disableTrackOnPause: false,
      zeroRtpOnPause: true,
      appData: { label },
    };
    if (label === "video") {
      options.encodings = CAMERA_ENCODINGS.map((encoding) => ({ ...encoding }));
      options.codecOptions = { videoGoogleStartBitrate: 1000 };
    } else if (label === "screen") {
      options.encodings = SCREEN_ENCODINGS.map((encoding) => ({ ...encoding }));
      track.contentHint = "detail";
    } else {
      options.codecOptions = { opusDtx: true, opusFec: true };
    }
    const producer = await send.transport.produce(options);
    if (this.closed) producer.close();
    else this.producers.set(label, producer);
  }

  private async consume(producer: WireProducer): Promise<void> {
    const recv = this.paths[1];
    if (recv === undefined) return;
    const consumed = await this.sfu.consume(
      recv.transport.id,
      producer.producerId,
      this.device.recvRtpCapabilities,
    );
    if (!this.wants(producer.producerId)) return;
    const consumer = await recv.transport.consume({
      id: consumed.consumerId,
      producerId: consumed.producerId,
      kind: consumed.kind,
      rtpParameters: consumed.rtpParameters,
      appData: {},
    });
    if (!this.wants(producer.producerId)) {
      consumer.close();
      return;
    }
    const label = this.labelOf({ ...producer, ...consumed, userId: producer.userId });
    const received: Received = { userId: producer.userId, label, consumer };
    this.received.set(producer.producerId, received);
    this.listener.onReceived(received);
    await this.sfu.resumeConsumer(consumed.consumerId);
  }

  /** A server that does not pass labels on leaves a guess: a second picture is the screen. */
  private labelOf(producer: WireProducer): Label {
    if (producer.kind === "audio") return "audio";
    const label = producer.appData?.label;
    if (label !== undefined) return label === "screen" ? "screen" : "video";
    const others = [...this.received.values()];
    return others.some((o) => o.userId === producer.userId && o.label === "video")
      ? "screen"
      : "video";
  }

  private wants(producerId: string): boolean {
    return !this.closed && this.wanted.has(producerId);
  }

  private announceEnd(producer: types.Producer): void {
    this.hint(() => this.sfu.closeProducer(producer.id));
  }

  /** Asks what may fail without harm. */
  private hint(ask: () => Promise<unknown>): void {
    if (this.sfu.isUp) ask().catch(() => {});
  }

  private inLane(lane: string, task: () => Promise<void>): Promise<void> {
    const result = (this.lanes.get(lane) ?? Promise.resolve()).then(task);
    this.lanes.set(
      lane,
      result.catch(() => {}),
    );
    return result;
  }
}
