/**
 * One stay in a room: joining, following what happens there, coming back after a lost connection,
 * and leaving.
 */
import { codeOf, Failure } from "./failure";
import { levelOf, Speakers } from "./levels";
import type { Local } from "./local";
import { Media, type Received } from "./media";
import * as people from "./people";
import { conferenceSfu } from "./sfu";
import type { Signal } from "./signal";
import { Sound } from "./sound";
import type { Call as CallState, Store } from "./state";
import type { JoinedRoom, ServerEvent, ServerEvents, WireProducer } from "./wire";

/** So often are transports rebuilt that never carried anything, before the network is blamed. */
const FRUITLESS_REBUILDS = 2;
const REJOIN_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000];

export interface CallListener {
  notify(code: string, text: string, tone?: "info" | "error"): void;
  /** The stay is over and not by one's own wish. */
  onEnded(code: "kicked" | "closed" | "lost", thrown?: unknown): void;
}

export class Call {
  readonly sound: Sound;
  private media: Media | null = null;
  /** Producers announced while the transports are being built. */
  private early: WireProducer[] = [];
  private readonly unsubscribe: (() => void)[] = [];
  private readonly speakers: Speakers;
  private rejoinTimer: ReturnType<typeof setTimeout> | undefined;
  /** Counts joins, so that what belongs to an earlier one is dropped. */
  private epoch = 0;
  private fruitless = 0;
  private over = false;

  constructor(
    private readonly store: Store,
    private readonly signal: Signal<ServerEvents>,
    private readonly local: Local,
    private readonly listener: CallListener,
  ) {
    this.sound = new Sound((soundBlocked) => store.set({ soundBlocked }));
    this.sound.setSpeaker(store.get().devices.speakerId);
    this.speakers = new Speakers(
      () => this.levels(),
      (speaking) => store.setCall(() => ({ speaking })),
    );
    this.follow();
  }

  /** Enters the room; fails with what the server says against it. */
  async join(room: string): Promise<void> {
    const epoch = ++this.epoch;
    this.early = [];
    const joined = await this.signal.request<JoinedRoom>("room:join", { roomId: room });
    if (this.isStale(epoch)) return;
    this.store.set({ call: this.entered(room, joined) });
    this.speakers.start();
    const { roomId } = this.state();
    const media = await Media.open(conferenceSfu(this.signal, roomId), joined.rtpCapabilities, {
      onReceived: (received) => this.onReceived(received),
      onGone: (received) => this.onGone(received),
      onDead: () => void this.rebuild(),
    });
    if (this.isStale(epoch)) {
      media.close();
      return;
    }
    this.media = media;
    for (const producer of [...joined.existingProducers, ...this.early]) this.receive(producer);
    this.early = [];
    await this.publish();
    if (!this.isStale(epoch)) this.store.setCall(() => ({ media: "up" }));
  }

  /** Makes what is sent equal to what is switched on, and tells the others. */
  async publish(): Promise<void> {
    const { media } = this;
    if (media === null) return;
    const { local } = this.store.get();
    const mic = (local.micOn && local.mic?.getAudioTracks()[0]) || null;
    const camera = (local.cameraOn && local.camera?.getVideoTracks()[0]) || null;
    const screen = local.screen?.getVideoTracks()[0] ?? null;
    const sent = await Promise.allSettled([
      media.send("audio", mic),
      media.send("video", camera),
      media.send("screen", screen),
    ]);
    const selfId = this.store.get().call?.selfId;
    if (selfId === undefined || media !== this.media) return;
    this.store.setCall((call) => ({
      people: people.withTrack(
        people.withTrack(call.people, selfId, "audio", mic === null),
        selfId,
        "video",
        camera === null,
      ),
    }));
    this.tell("media:stateChange", {
      roomId: this.state().roomId,
      audioEnabled: mic !== null,
      videoEnabled: camera !== null,
    });
    const failed = sent.find((result) => result.status === "rejected");
    if (failed !== undefined && this.signal.isUp) {
      console.warn("Cannot send", failed.reason);
      this.listener.notify("send-failed", "Your sound or picture could not be sent.", "error");
    }
  }

  /** The signaling line came back. */
  async onUp(resumed: boolean): Promise<void> {
    if (this.over || this.store.get().call === null) return;
    this.fruitless = 0;
    if (!resumed || this.media === null) {
      await this.rejoin();
      return;
    }
    try {
      const { producers } = await this.signal.request<{ producers: WireProducer[] }>(
        "media:getProducers",
        { roomId: this.state().roomId },
      );
      this.media?.settle(producers.filter((producer) => producer.userId !== this.state().selfId));
      this.media?.nudge();
      await this.publish();
    } catch {
      await this.rejoin();
    }
  }

  leave(): void {
    if (this.over) return;
    const { call } = this.store.get();
    if (call !== null) this.tell("room:leave", { roomId: call.roomId });
    this.end();
  }

  /** A host's request about the room or someone in it. */
  async command(event: string, payload: object = {}): Promise<void> {
    try {
      await this.signal.request(event, { roomId: this.state().roomId, ...payload });
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : "";
      this.listener.notify("refused", `That did not work: ${why}`, "error");
    }
  }

  /** Small pictures need only the small encoding. */
  prefer(large: (userId: string) => boolean): void {
    this.media?.prefer((received) => large(received.userId));
  }

  get running(): Media | null {
    return this.media;
  }

  /** Ends the stay here, without a word to the server. */
  end(): void {
    this.over = true;
    this.epoch++;
    clearTimeout(this.rejoinTimer);
    for (const stop of this.unsubscribe.splice(0)) stop();
    this.speakers.stop();
    this.media?.close();
    this.media = null;
  }

  private entered(room: string, joined: JoinedRoom): CallState {
    const before = this.store.get().call;
    const selfId = this.store.get().session?.userId ?? "";
    const list = people.peopleOf(joined.participants, selfId);
    return {
      roomId: joined.roomId ?? before?.roomId ?? room,
      roomCode: joined.roomCode ?? before?.roomCode ?? room,
      title: joined.title ?? before?.title ?? "",
      selfId,
      people: people.withProducers(list, joined.existingProducers),
      videos: [],
      speaking: new Set(),
      media: before === null ? "starting" : "rebuilding",
    };
  }

  /** Joins again, as often as it makes sense, with media built anew. */
  private async rejoin(attempt = 0): Promise<void> {
    clearTimeout(this.rejoinTimer);
    if (this.over) return;
    this.media?.close(this.signal.isUp);
    this.media = null;
    this.store.setCall(() => ({ media: "rebuilding", videos: [], speaking: new Set() }));
    try {
      await this.join(this.state().roomId);
    } catch (thrown) {
      if (this.over) return;
      // Losing the line again brings us back here when it returns.
      if (!this.signal.isUp) return;
      const code = codeOf(thrown);
      const delay = REJOIN_DELAYS_MS[attempt];
      const final = ["NOT_FOUND", "ROOM_CLOSED", "ROOM_FULL", "FORBIDDEN"].includes(code);
      if (final || delay === undefined) {
        this.end();
        const isClosed = code === "NOT_FOUND" || code === "ROOM_CLOSED";
        this.listener.onEnded(isClosed ? "closed" : "lost", thrown);
        return;
      }
      this.rejoinTimer = setTimeout(() => void this.rejoin(attempt + 1), delay);
    }
  }

  private async rebuild(): Promise<void> {
    if (this.over || this.media === null || !this.signal.isUp) return;
    this.fruitless = this.media.wasConnected ? 0 : this.fruitless + 1;
    if (this.fruitless > FRUITLESS_REBUILDS) {
      const text =
        "Sound and picture do not get through to the server. A firewall may be in the way.";
      this.listener.notify("no-media-path", text, "error");
      return;
    }
    await this.rejoin();
  }

  private follow(): void {
    this.on("room:userJoined", (event) => {
      if (event.userId === this.state().selfId) return;
      const isNew = !this.state().people.some((person) => person.userId === event.userId);
      this.store.setCall((call) => ({ people: people.joined(call.people, event, call.selfId) }));
      if (isNew) this.listener.notify("joined", `${this.nameOf(event.userId)} joined`);
    });
    this.on("room:userLeft", (event) => {
      const { selfId } = this.state();
      if (event.userId === selfId) return;
      const name = this.nameOf(event.userId);
      const how = event.kicked === true ? "was removed" : "left";
      this.listener.notify("left", `${name} ${how}`);
      this.media?.dropUser(event.userId);
      this.early = this.early.filter((producer) => producer.userId !== event.userId);
      this.store.setCall((call) => ({
        people: people.left(call.people, event, selfId),
        videos: call.videos.filter((video) => video.userId !== event.userId),
      }));
    });
    this.on("room:closed", () => this.finish("closed"));
    this.on("room:userKicked", () => this.finish("kicked"));
    this.on("room:allMuted", ({ mutedBy }) => void this.muted(mutedBy));
    this.on("room:userMuted", ({ mutedBy }) => void this.muted(mutedBy));
    this.on("room:roleChanged", ({ userId, newRole }) => this.onRole(userId, newRole));
    this.on("media:newProducer", (producer) => {
      if (this.media === null) this.early.push(producer);
      else this.receive(producer);
    });
    this.on("media:producerClosed", ({ producerId, userId }) => {
      this.early = this.early.filter((producer) => producer.producerId !== producerId);
      this.media?.drop(producerId);
      if (!this.sendsVideo(userId)) this.mark(userId, "video", true);
    });
    this.on("media:producerPaused", ({ userId, producerId, kind }) => {
      if (!this.isScreen(producerId)) this.mark(userId, kind, true);
    });
    this.on("media:producerResumed", ({ userId, producerId, kind }) => {
      if (!this.isScreen(producerId)) this.mark(userId, kind, false);
    });
    this.on("media:peerUpdate", ({ userId, audioEnabled, videoEnabled }) => {
      this.mark(userId, "audio", !audioEnabled);
      this.mark(userId, "video", !videoEnabled);
    });
  }

  /** Listens while the stay lasts and only to what concerns a room that is entered. */
  private on<E extends ServerEvent>(event: E, handle: (payload: ServerEvents[E]) => void): void {
    this.unsubscribe.push(
      this.signal.on(event, (payload) => {
        const { call } = this.store.get();
        if (this.over || call === null) return;
        const roomId = (payload as { roomId?: string }).roomId;
        if (roomId === undefined || roomId === call.roomId) handle(payload);
      }),
    );
  }

  private receive(producer: WireProducer): void {
    if (producer.userId === this.state().selfId) return;
    if (producer.appData?.label !== "screen") {
      this.mark(producer.userId, producer.kind, producer.paused ?? false);
    }
    void this.media?.receive(producer);
  }

  private onReceived({ userId, label, consumer }: Received): void {
    if (consumer.kind === "audio") {
      this.sound.add(consumer.id, consumer.track);
      return;
    }
    this.store.setCall((call) => ({
      videos: [
        ...call.videos,
        {
          producerId: consumer.producerId,
          consumerId: consumer.id,
          userId,
          source: label === "screen" ? "screen" : "camera",
          stream: new MediaStream([consumer.track]),
        },
      ],
    }));
  }

  private onGone({ consumer }: Received): void {
    if (consumer.kind === "audio") this.sound.remove(consumer.id);
    this.store.setCall((call) => ({
      videos: call.videos.filter((video) => video.consumerId !== consumer.id),
    }));
  }

  private async muted(mutedBy: string): Promise<void> {
    if (!this.store.get().local.micOn) return;
    await this.local.setMic(false);
    await this.publish();
    this.listener.notify("muted", `${this.nameOf(mutedBy)} muted you. You can unmute yourself.`);
  }

  private onRole(userId: string, newRole: ServerEvents["room:roleChanged"]["newRole"]): void {
    this.store.setCall((call) => ({ people: people.withRole(call.people, userId, newRole) }));
    if (userId !== this.state().selfId) return;
    const text = {
      host: "You are now the host.",
      co_host: "You are now a co-host: you can mute and remove people.",
      participant: "You are no longer a co-host.",
    }[newRole];
    this.listener.notify("role-changed", text);
  }

  private finish(code: "kicked" | "closed"): void {
    this.end();
    this.listener.onEnded(code);
  }

  private mark(userId: string, kind: "audio" | "video", off: boolean): void {
    if (userId === this.state().selfId) return;
    this.store.setCall((call) => ({ people: people.withTrack(call.people, userId, kind, off) }));
  }

  private *levels(): Iterable<[string, number]> {
    for (const { userId, consumer } of this.media?.all.received ?? []) {
      if (consumer.kind === "audio") yield [userId, levelOf(consumer)];
    }
    const { local } = this.store.get();
    if (local.micOn) yield [this.state().selfId, this.local.micLevel.level() / 2];
  }

  private isScreen(producerId: string): boolean {
    return this.state().videos.some((v) => v.producerId === producerId && v.source === "screen");
  }

  private sendsVideo(userId: string): boolean {
    return this.state().videos.some((v) => v.userId === userId && v.source === "camera");
  }

  private nameOf(userId: string): string {
    return this.state().people.find((person) => person.userId === userId)?.name ?? "Someone";
  }

  private tell(event: string, payload: object): void {
    if (this.signal.isUp) this.signal.request(event, payload).catch(() => {});
  }

  private isStale(epoch: number): boolean {
    return this.over || epoch !== this.epoch;
  }

  private state(): CallState {
    const { call } = this.store.get();
    if (call === null) throw new Failure("Not in a room", "CONFLICT");
    return call;
  }
}
