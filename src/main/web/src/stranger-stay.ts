/**
 * A stay among strangers: brought together with one after the other, each directly connected. The
 * server knows when two are together and carries their words; it sees nothing of the call itself.
 */
import { codeOf, Failure } from "./failure";
import { block, newToken, relays, report, type Reason } from "./device";
import type { Identity } from "./identity";
import type { Local, Outgoing } from "./local";
import type { Word } from "./peer";
import { PeerStay } from "./peer-stay";
import { newCall, newPerson, type Search, type Store, type Stranger } from "./state";
import type { StayListener, Talkative } from "./stay";
import { NAMESPACE, type StrangerEvents } from "./stranger-wire";
import { Talk } from "./talk";
import { interestsOf, type Wish } from "./wish";

/** What is told over the direct connection: the server has no words for it. */
interface Told {
  audio: boolean;
  video: boolean;
  name: string;
}

const FEATURES = {
  screen: false,
  chat: true,
  reactions: true,
  hands: false,
  company: false,
  coHosts: false,
};

/** A way that is not found by then will not be found. */
const FIND_MS = 30_000;
/** TURN credentials are asked for anew after this, long before they end. */
const RELAYS_MS = 15 * 60_000;
const PAUSE_MS = 5_000;
/** Who closes the direct connection has gone; the server says it too, and sooner. */
const GONE_MS = 2_000;
/** The server says every two seconds where one stands; after this silence one asks again. */
const SILENCE_MS = 10_000;
const MAX_NAME = 50;
const NOBODY = "Stranger";

export class StrangerStay extends PeerStay<StrangerEvents, Stranger> implements Talkative {
  /** Who is here. */
  private match: Stranger | null = null;
  private matchedAt = 0;
  /** Whether this side's offer has an answer. */
  private isAnswered = false;
  /** Whether there was a way to the one who is here. */
  private isFound = false;
  private finding: ReturnType<typeof setTimeout> | undefined;
  private going: ReturnType<typeof setTimeout> | undefined;
  /** When to ask again. */
  private asking: ReturnType<typeof setTimeout> | undefined;
  private relaysAt = -Infinity;
  /** Nobody is looked for before the server knows whom not to find. */
  private blocking: Promise<unknown> = Promise.resolve();
  private told: Told;
  private readonly talk: Talk;

  constructor(
    store: Store,
    local: Local,
    self: Identity,
    private readonly wish: Wish,
    listener: StayListener,
  ) {
    super(store, local, self, listener, {
      namespace: NAMESPACE,
      token: newToken,
      welcome: "connected",
    });
    this.told = { audio: false, video: false, name: self.name };
    this.talk = new Talk(store);
    this.follow();
  }

  /** Complete when one begins to be looked for somebody. */
  override async enter(): Promise<void> {
    await this.signal.ready();
    if (this.over) return;
    this.isIn = true;
    this.showSearch();
    this.scene.start();
    this.seek();
  }

  /** Goes on to someone else. */
  next(): void {
    if (this.match === null) return;
    this.part(true);
    this.seek();
  }

  /** Never meets the last one again, reports them if there is a reason, and goes on. */
  shun(reason: Reason | null): void {
    const { stranger } = this.state();
    if (stranger === null) return;
    const { peerId, sessionId } = stranger;
    const isHere = this.match?.sessionId === sessionId;
    if (isHere) this.part(false);
    this.store.setCall(() => ({ stranger: null }));
    const requests = [
      block(peerId, sessionId),
      ...(reason === null ? [] : [report(peerId, sessionId, reason)]),
    ];
    this.blocking = Promise.allSettled(requests).then((results) => {
      const failed = results.find((result) => result.status === "rejected");
      if (this.over) return;
      if (failed === undefined) {
        const words = reason === null ? "Blocked." : "Reported and blocked.";
        this.listener.notify("shunned", `${words} You will not meet them again.`);
      } else {
        console.warn("Not blocked or reported", failed.reason);
        this.listener.notify("not-shunned", "That did not reach the server. Try again.", "error");
        this.store.setCall(() => ({ stranger }));
      }
    });
    if (isHere) this.seek();
  }

  say(message: string): void {
    const { match } = this;
    if (match === null || !this.signal.isUp) {
      this.listener.notify("not-sent", "Nobody is there to read that.", "error");
      return;
    }
    const { sessionId } = match;
    const { name } = this.told;
    const sender = name === "" ? {} : { sender: name };
    const timestamp = Date.now();
    this.signal.tell("send-message", { sessionId, message, ...sender, timestamp });
    const userId = this.self.userId;
    this.talk.line({ userId, name, text: message, at: new Date(timestamp) });
  }

  react(emoji: string): void {
    const { match } = this;
    if (match === null) return;
    const { sessionId } = match;
    this.signal.tell("send-reaction", { sessionId, emoji, timestamp: Date.now() });
    this.talk.reaction(this.self.userId, emoji);
  }

  override end(): void {
    for (const timer of [this.finding, this.going, this.asking]) clearTimeout(timer);
    super.end();
  }

  protected override async joinAnew(): Promise<void> {
    if (this.match !== null) {
      this.match = null;
      this.tellCut();
    }
    this.showSearch();
    await this.blocking;
    if (!this.over) await this.join();
  }

  protected async prepare(): Promise<void> {
    if (performance.now() - this.relaysAt < RELAYS_MS) return;
    this.mesh.iceServers = await relays();
    this.relaysAt = performance.now();
  }

  /** The answer comes when there is somebody. */
  protected ask(): void {
    this.beginWaiting();
    this.askAgainIn(SILENCE_MS);
    const { language, region } = this.wish;
    const interests = interestsOf(this.wish);
    this.signal.tell("join-queue", { language, region, interests });
  }

  protected onJoined(stranger: Stranger): void {
    const { peerId } = stranger;
    this.match = stranger;
    this.matchedAt = performance.now();
    this.isAnswered = false;
    this.isFound = false;
    this.store.setCall(({ people }) => ({
      people: [
        newPerson(peerId, NOBODY, "participant", false),
        ...people.filter((person) => person.isSelf),
      ],
      search: null,
      stranger,
    }));
    this.listener.notify("met", "You are together with someone.");
    clearTimeout(this.finding);
    this.finding = setTimeout(() => this.onNotFound(), FIND_MS);
    if (this.makesOffer(peerId)) this.open(true);
  }

  protected carry(to: string, word: Word): void {
    const { match } = this;
    if (match === null || match.peerId !== to) return;
    const { sessionId } = match;
    const data = word.kind === "candidate" ? word.candidate : word.description;
    this.signal.tell(`send-${word.kind}`, { sessionId, type: word.kind, data });
  }

  protected async announce({ mic, camera }: Outgoing): Promise<void> {
    this.told = { ...this.told, audio: mic !== null, video: camera !== null };
    this.mesh.tellAll(this.told);
  }

  protected onTold(from: string, message: object): void {
    const { audio, video, name } = message as { audio?: unknown; video?: unknown; name?: unknown };
    this.update(from, { isMuted: audio === false, isVideoOff: video === false });
    this.learnName(from, name);
  }

  protected sayGoodbye(): void {
    if (this.match === null) this.signal.tell("leave-queue");
    else this.signal.tell("end-call", { sessionId: this.match.sessionId });
  }

  protected override async catchUp(): Promise<void> {
    if (this.match === null && !this.isAsking) this.seek();
  }

  protected override onPeerEnd(userId: string): void {
    if (this.match?.peerId !== userId) return;
    clearTimeout(this.going);
    this.going = setTimeout(() => this.onGone(), GONE_MS);
  }

  protected override onPeerState(userId: string, state: RTCPeerConnectionState): void {
    if (state !== "connected" || this.match?.peerId !== userId || this.isFound) return;
    this.isFound = true;
    clearTimeout(this.finding);
    void this.tellFound(this.match);
  }

  protected override onRefused(why: Failure): void {
    this.finish(codeOf(why) === "BLOCKED" ? "blocked" : "lost", why);
  }

  private follow(): void {
    this.on("matched", ({ sessionId, peerId, commonInterests = [] }) =>
      this.settle({ sessionId, peerId, commonInterests }),
    );
    this.on("queue-joined", ({ position }) => this.onPlace({ position }));
    this.on("queue-update", ({ position, estimatedWaitTime: waitSeconds = null }) =>
      this.onPlace({ position, waitSeconds }),
    );
    this.on("moderation-action", ({ type }) => {
      if (type === "blocked") this.finish("blocked");
    });
    this.on("error", (error) => this.onError(error));
    this.together("offer", ({ from, offer }) => this.onOffer(from, offer));
    this.together("answer", ({ from, answer }) => {
      this.isAnswered = true;
      this.mesh.accept(from, answer);
    });
    this.together("candidate", ({ from, candidate }) => this.mesh.addCandidate(from, candidate));
    this.together("message", ({ from, message, sender, timestamp }) => {
      if (this.person(from)?.name === NOBODY) this.learnName(from, sender);
      const line = { userId: from, text: message, at: new Date(timestamp) };
      this.talk.line({ ...line, name: this.nameOf(from) });
    });
    this.together("reaction", ({ from, emoji }) => this.talk.reaction(from, emoji));
    this.together("peer-disconnected", () => this.onGone());
  }

  /** Listens to what concerns the one who is here; the rest is late. */
  private together<E extends keyof StrangerEvents & string>(
    event: E,
    handle: (payload: StrangerEvents[E]) => void,
  ): void {
    this.onceIn(event, (payload) => {
      const { sessionId } = payload as { sessionId?: string };
      if (this.match !== null && sessionId === this.match.sessionId) handle(payload);
    });
  }

  /**
   * Of two that cross the server lets one offer through: ours is lost when another comes before it
   * was answered.
   */
  private onOffer(from: string, offer: RTCSessionDescriptionInit): void {
    const isCrossed = this.makesOffer(from) && !this.isAnswered;
    if (isCrossed || !this.mesh.has(from)) this.open(false);
    this.mesh.accept(from, offer);
  }

  private open(offers: boolean): void {
    if (this.match === null) return;
    this.mesh.open(this.match.peerId, offers).tell(this.told);
  }

  /** Two pages do not both offer; another client may. */
  private makesOffer(peerId: string): boolean {
    return this.self.userId < peerId;
  }

  private onError({ message = "", code = "UNKNOWN", retryAfterMs = PAUSE_MS }: StrangerEvents["error"]): void {
    switch (code) {
      case "RATE_LIMITED":
        if (!this.isAsking) return;
        this.showPlace({ isPaused: true });
        this.askAgainIn(retryAfterMs);
        return;
      case "CONFLICT":
        this.finish("elsewhere");
        return;
      case "FORBIDDEN":
      case "NOT_FOUND":
        // Said to someone who has just gone.
        return;
      default:
        if (!this.refuse(new Failure(message, code))) {
          this.listener.notify("refused", message, "error");
        }
    }
  }

  private onGone(): void {
    const name = this.match === null ? NOBODY : this.nameOf(this.match.peerId);
    // When the server has forgotten us, they may have learned it first.
    if (!this.signal.isUp) this.tellCut();
    else this.listener.notify("left", `${name === NOBODY ? "They" : name} left.`);
    this.part(false);
    this.seek();
  }

  private onNotFound(): void {
    const { match } = this;
    if (match === null) return;
    this.signal.tell("connection-status", { sessionId: match.sessionId, status: "failed" });
    this.listener.notify("no-way", "There is no way to reach them from here.", "error");
    this.part(false);
    this.seek();
  }

  private async tellFound({ sessionId, peerId }: Stranger): Promise<void> {
    const connectionTime = Math.round(performance.now() - this.matchedAt);
    const isRelayed = await this.mesh.isRelayed(peerId).catch(() => false);
    const connectionType = isRelayed ? "turn" : "p2p";
    const status = { sessionId, status: "connected", connectionTime, connectionType };
    this.signal.tell("connection-status", status);
  }

  private part(wasSkipped: boolean): void {
    if (this.match === null) return;
    this.signal.tell("end-call", { sessionId: this.match.sessionId, wasSkipped });
    this.match = null;
    this.showSearch();
  }

  private seek(): void {
    void this.comeback.start();
  }

  private learnName(userId: string, name: unknown): void {
    if (typeof name !== "string" || name.trim() === "") return;
    this.update(userId, { name: name.trim().slice(0, MAX_NAME) });
  }

  private onPlace(place: Partial<Search>): void {
    if (!this.isAsking) return;
    this.askAgainIn(SILENCE_MS);
    this.showPlace({ ...place, isPaused: false });
  }

  /** The server takes no notice of the same wish while it keeps the one before. */
  private askAgainIn(ms: number): void {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => {
      if (this.isAsking) this.ask();
    }, ms);
  }

  private tellCut(): void {
    this.listener.notify("cut", "The connection was lost, and the conversation with it.", "error");
  }

  private showPlace(patch: Partial<Search>): void {
    this.store.setCall(({ search }) => ({ search: search === null ? null : { ...search, ...patch } }));
  }

  /** Nobody is here. */
  private showSearch(): void {
    clearTimeout(this.finding);
    clearTimeout(this.going);
    this.mesh.closeAll();
    this.scene.clear();
    const call = this.store.get().call ?? newCall("strangers", "", FEATURES);
    this.store.set({
      call: {
        ...call,
        selfId: this.self.userId,
        people: call.people.filter((person) => person.isSelf),
        media: "up",
        chat: [],
        unread: 0,
        reactions: [],
        search: { position: null, waitSeconds: null, isPaused: false },
      },
    });
    if (call.people.length === 0) this.addSelf();
  }

  private addSelf(): void {
    this.store.setCall(() => ({ people: [this.newSelf(this.self.userId)] }));
    void this.publish();
  }
}
