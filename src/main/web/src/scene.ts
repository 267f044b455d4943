/**
 * What is seen and heard of the others in a stay. Someone's sound and picture may come directly,
 * through the server, or for a while both ways: then the server's is shown as soon as it flows, and
 * until then the direct one.
 */
import { levelOf, Speakers, type MicLevel } from "./levels";
import type { Received } from "./media";
import { Sound } from "./sound";
import type { Person, RemoteVideo, Route, Store } from "./state";
import type { Kind, Label } from "./wire";

/** How often is looked whether media of the server flows, while it is needed to know. */
const LOOK_MS = 200;

interface Served extends Received {
  flows: boolean;
}

/** Another person's media. */
interface Other {
  direct: Map<Kind, RTCRtpReceiver>;
  served: Map<Label, Served>;
  /** Whether the server is known to be the way for this person. */
  isServed: boolean;
}

/** One track that arrives, for looking inside. */
export interface Arriving {
  userId: string;
  label: Label;
  via: Route;
  getStats(): Promise<RTCStatsReport>;
}

export class Scene {
  readonly sound: Sound;
  private readonly others = new Map<string, Other>();
  private readonly speakers: Speakers;
  private readonly streams = new WeakMap<MediaStreamTrack, MediaStream>();
  private readonly heard = new Map<string, MediaStreamTrack>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly store: Store,
    private readonly micLevel: MicLevel,
    /** Media of someone began to flow through the server. */
    private readonly onFlow: (userId: string) => void = () => {},
  ) {
    this.sound = new Sound((soundBlocked) => store.set({ soundBlocked }));
    this.sound.setSpeaker(store.get().devices.speakerId);
    this.speakers = new Speakers(
      () => this.levels(),
      (speaking) => store.setCall(() => ({ speaking })),
    );
  }

  start(): void {
    this.speakers.start();
  }

  stop(): void {
    this.speakers.stop();
    clearInterval(this.timer);
    this.timer = undefined;
    this.clear();
  }

  addDirect(userId: string, receiver: RTCRtpReceiver): void {
    this.of(userId).direct.set(receiver.track.kind as Kind, receiver);
    this.show();
  }

  /** The direct connection is gone; `isServed` when the server has taken over. */
  dropDirect(userId: string, isServed = false): void {
    const other = isServed ? this.of(userId) : this.others.get(userId);
    if (other === undefined) return;
    other.direct.clear();
    other.isServed ||= isServed;
    this.show();
  }

  addServed(received: Received): void {
    const other = this.of(received.userId);
    other.served.set(received.label, { ...received, flows: false });
    other.isServed = true;
    this.show();
  }

  dropServed({ userId, label, consumer }: Received): void {
    const served = this.others.get(userId)?.served;
    if (served?.get(label)?.consumer === consumer) served.delete(label);
    this.show();
  }

  clear(): void {
    this.others.clear();
    this.show();
  }

  drop(userId: string): void {
    this.others.delete(userId);
    this.show();
  }

  /** Whether the server is a way to this person. */
  isServed(userId: string): boolean {
    return this.others.get(userId)?.isServed ?? false;
  }

  /** Whether all that a person sends flows through the server. */
  flowsServed(person: Person): boolean {
    const flows = (label: Label): boolean =>
      this.others.get(person.userId)?.served.get(label)?.flows ?? false;
    return (
      (person.isMuted || flows("audio")) &&
      (person.isVideoOff || flows("video")) &&
      (!person.isSharing || flows("screen"))
    );
  }

  /** Brings what is shown up to what there is, as after a person began to share a screen. */
  show(): void {
    const { call } = this.store.get();
    if (call === null) return;
    const videos: RemoteVideo[] = [];
    for (const [userId, other] of this.others) {
      const person = call.people.find((p) => p.userId === userId);
      this.hear(userId, pick(other, "audio", person)?.track ?? null);
      for (const [label, source] of [["video", "camera"], ["screen", "screen"]] as const) {
        const track = pick(other, label, person)?.track;
        if (track === undefined) continue;
        videos.push({ id: `${userId}/${label}`, userId, source, stream: this.streamOf(track) });
      }
    }
    for (const userId of [...this.heard.keys()]) {
      if (!this.others.has(userId)) this.hear(userId, null);
    }
    this.store.setCall(({ people }) => ({
      videos,
      people: people.map((person) => ({ ...person, via: this.viaOf(person) })),
    }));
    this.watch();
  }

  /** Everything that arrives. */
  get arriving(): Arriving[] {
    const found: Arriving[] = [];
    for (const [userId, { direct, served }] of this.others) {
      for (const [label, receiver] of direct) {
        found.push({ userId, label, via: "mesh", getStats: () => receiver.getStats() });
      }
      for (const [label, { consumer }] of served) {
        found.push({ userId, label, via: "sfu", getStats: () => consumer.getStats() });
      }
    }
    return found;
  }

  private of(userId: string): Other {
    let other = this.others.get(userId);
    if (other === undefined) {
      other = { direct: new Map(), served: new Map(), isServed: false };
      this.others.set(userId, other);
    }
    return other;
  }

  private viaOf({ userId }: Person): Route | null {
    const other = this.others.get(userId);
    if (other === undefined) return null;
    if (other.direct.size > 0) return "mesh";
    return other.isServed ? "sfu" : null;
  }

  private hear(userId: string, track: MediaStreamTrack | null): void {
    if ((this.heard.get(userId) ?? null) === track) return;
    if (track === null) {
      this.heard.delete(userId);
      this.sound.remove(userId);
    } else {
      this.heard.set(userId, track);
      this.sound.add(userId, track);
    }
  }

  private streamOf(track: MediaStreamTrack): MediaStream {
    const stream = this.streams.get(track) ?? new MediaStream([track]);
    this.streams.set(track, stream);
    return stream;
  }

  /** Looks for the flow of media that could replace a direct one. */
  private watch(): void {
    const awaited = [...this.others.values()].some(
      ({ direct, served }) => direct.size > 0 && [...served.values()].some((s) => !s.flows),
    );
    if (awaited) {
      this.timer ??= setInterval(() => void this.look(), LOOK_MS);
    } else {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  private async look(): Promise<void> {
    for (const [userId, { served }] of this.others) {
      for (const one of served.values()) {
        if (one.flows || !(await hasFlow(one))) continue;
        one.flows = true;
        this.show();
        this.onFlow(userId);
      }
    }
  }

  private *levels(): Iterable<[string, number]> {
    const { local, call } = this.store.get();
    for (const [userId, other] of this.others) {
      yield [userId, levelOf(pick(other, "audio", undefined))];
    }
    if (local.micOn && call !== null) yield [call.selfId, this.micLevel.level() / 2];
  }
}

/** The receiver whose track is shown. */
function pick(
  { direct, served }: Other,
  label: Label,
  person: Person | undefined,
): RTCRtpReceiver | undefined {
  const fromServer = served.get(label);
  if (fromServer?.flows) return fromServer.consumer.rtpReceiver;
  return directFor(direct, label, person) ?? fromServer?.consumer.rtpReceiver;
}

/** A direct connection carries one picture: the screen while it is shared, else the camera. */
function directFor(
  direct: Other["direct"],
  label: Label,
  person: Person | undefined,
): RTCRtpReceiver | undefined {
  if (label === "audio") return direct.get("audio");
  return (person?.isSharing ?? false) === (label === "screen") ? direct.get("video") : undefined;
}

async function hasFlow({ consumer, label }: Served): Promise<boolean> {
  const report = await consumer.getStats().catch(() => null);
  let flows = false;
  report?.forEach((entry: RTCInboundRtpStreamStats) => {
    if (entry.type !== "inbound-rtp") return;
    const count = label === "audio" ? entry.packetsReceived : entry.framesDecoded;
    if ((count ?? 0) > 0) flows = true;
  });
  return flows;
}
