/**
 * One stay in a conference room, by account or by pass: joining, following what happens there, coming back after a lost connection,
 * and leaving.
 */
import { Comeback } from "./comeback";
import { codeOf, Failure } from "./failure";
import { outgoing, type Local } from "./local";
import { Media } from "./media";
import * as people from "./people";
import { Scene } from "./scene";
import { conferenceSfu } from "./sfu";
import type { Signal } from "./signal";
import { newCall, type Call as CallState, type Store } from "./state";
import type { Inside, Stay, StayListener } from "./stay";
import type { JoinedRoom, ServerEvent, ServerEvents, WireProducer } from "./wire";

/** So often are transports rebuilt that never carried anything, before the network is blamed. */
const FRUITLESS_REBUILDS = 2;
const FEATURES = {
  screen: true,
  chat: false,
  reactions: false,
  hands: false,
  company: true,
  coHosts: true,
};

export class Call implements Stay {
  private readonly scene: Scene;
  private readonly comeback: Comeback;
  private media: Media | null = null;
  /** Producers announced while the transports are being built. */
  private early: WireProducer[] = [];
  private readonly unsubscribe: (() => void)[] = [];
  /** Counts joins, so that what belongs to an earlier one is dropped. */
  private epoch = 0;
  private fruitless = 0;
  private over = false;

  constructor(
    private readonly store: Store,
    private readonly signal: Signal<ServerEvents>,
    private readonly local: Local,
    private readonly room: string,
    private readonly listener: StayListener,
    private readonly kind: "room" | "call" = "room",
  ) {
    this.scene = new Scene(store, local.micLevel);
    this.comeback = new Comeback({
      join: () => this.joinAnew(),
      isOpen: () => !this.over && this.signal.isUp,
      onShut: (thrown) => this.onShut(thrown),
    });
    this.follow();
  }

  enter(): Promise<void> {
    return this.join(this.room);
  }

  private async join(room: string): Promise<void> {
    const epoch = ++this.epoch;
    this.early = [];
    const joined = await this.signal.request<JoinedRoom>("room:join", { roomId: room });
    if (this.isStale(epoch)) return;
    this.store.set({ call: this.entered(room, joined) });
    this.scene.start();
    const { roomId } = this.state();
    const media = await Media.open(conferenceSfu(this.signal, roomId), joined.rtpCapabilities, {
      onReceived: (received) => this.scene.addServed(received),
      onGone: (received) => this.scene.dropServed(received),
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
    const { mic, camera, screen } = outgoing(this.store.get().local);
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
      await this.comeback.start();
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
      await this.comeback.start();
    }
  }

  leave(): void {
    if (this.over) return;
    const { call } = this.store.get();
    if (call !== null) this.tell("room:leave", { roomId: call.roomId });
    this.end();
  }

  mute(targetUserId: string): void {
    void this.command("room:muteUser", { targetUserId });
  }

  muteAll(): void {
    void this.command("room:muteAll");
  }

  remove(targetUserId: string): void {
    void this.command("room:kick", { targetUserId });
  }

  changeRole(targetUserId: string, newRole: "co_host" | "participant"): void {
    void this.command("room:changeRole", { targetUserId, newRole });
  }

  endForAll(): void {
    void this.command("room:close");
  }

  /** A host's request about the room or someone in it. */
  private async command(event: string, payload: object = {}): Promise<void> {
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

  get sound(): Scene["sound"] {
    return this.scene.sound;
  }

  get inside(): Inside {
    return { arriving: this.scene.arriving, media: this.media };
  }

  /** Ends the stay here, without a word to the server. */
  end(): void {
    this.over = true;
    this.epoch++;
    this.comeback.stop();
    for (const stop of this.unsubscribe.splice(0)) stop();
    this.media?.close();
    this.media = null;
    this.scene.stop();
  }

  private entered(room: string, joined: JoinedRoom): CallState {
    const before = this.store.get().call;
    const selfId = this.store.get().session?.userId ?? "";
    const list = people.peopleOf(joined.participants, selfId);
    const roomId = joined.roomId ?? before?.roomId ?? room;
    return {
      ...newCall(this.kind, roomId, FEATURES),
      roomCode: joined.roomCode ?? before?.roomCode ?? room,
      title: joined.title ?? before?.title ?? "",
      selfId,
      people: people.withProducers(list, joined.existingProducers),
      media: before === null ? "starting" : "rebuilding",
    };
  }

  /** Joins again, with media built anew. */
  private joinAnew(): Promise<void> {
    this.media?.close(this.signal.isUp);
    this.media = null;
    this.store.setCall(() => ({ media: "rebuilding", videos: [], speaking: new Set() }));
    return this.join(this.state().roomId);
  }

  private onShut(thrown: unknown): void {
    this.end();
    const isClosed = ["NOT_FOUND", "ROOM_CLOSED"].includes(codeOf(thrown));
    this.listener.onEnded(isClosed ? "closed" : "lost", thrown);
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
    await this.comeback.start();
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
      this.store.setCall((call) => ({ people: people.left(call.people, event, selfId) }));
      this.scene.drop(event.userId);
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

  private isScreen(producerId: string): boolean {
    const received = this.media?.all.received ?? [];
    return received.some((r) => r.consumer.producerId === producerId && r.label === "screen");
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
