/**
 * One stay at a place where people connect directly: its own signaling line, joining, coming back
 * after a lost connection, and leaving. What is said on the line is up to the kind of place.
 */
import { Comeback } from "./comeback";
import { codeOf, Failure } from "./failure";
import type { Identity } from "./identity";
import { outgoing, type Local, type Outgoing } from "./local";
import { Mesh, type MeshListener } from "./mesh";
import type { Word } from "./peer";
import * as people from "./people";
import { Scene } from "./scene";
import { Signal, type Entry, type Line } from "./signal";
import { newPerson, type Call, type Person, type Store } from "./state";
import type { EndCode, Inside, Stay, StayListener } from "./stay";

const JOIN_TIMEOUT_MS = 10_000;

export abstract class PeerStay<Events extends object, Joined> implements Stay {
  protected readonly signal: Signal<Events>;
  protected readonly mesh: Mesh;
  protected readonly scene: Scene;
  protected over = false;
  /** Resolved or rejected by what the server says to the wish to join. */
  private pending: {
    resolve(joined: Joined): void;
    reject(thrown: unknown): void;
    timer: ReturnType<typeof setTimeout>;
    /** Whether the line was there to ask on. */
    isAsked: boolean;
  } | null = null;
  protected readonly comeback: Comeback;
  protected isIn = false;
  /** Counts joins, so that one which was overtaken ends there. */
  private epoch = 0;

  constructor(
    protected readonly store: Store,
    protected readonly local: Local,
    protected readonly self: Identity,
    protected readonly listener: StayListener,
    entry: Entry | string | null = self.token,
  ) {
    this.scene = new Scene(store, local.micLevel, (userId) => this.onFlow(userId));
    const mesh: MeshListener = {
      onWord: (to, word) => this.carry(to, word),
      onReceiver: (from, receiver) => this.scene.addDirect(from, receiver),
      onTold: (from, message) => this.onTold(from, message),
      onEnd: (from) => this.onPeerEnd(from),
      onState: (of, state) => this.onPeerState(of, state),
    };
    this.mesh = new Mesh(mesh);
    this.comeback = new Comeback({
      join: () => this.joinAnew(),
      isOpen: () => !this.over && this.signal.isUp,
      onShut: (thrown) => this.onShut(thrown),
    });
    this.signal = new Signal<Events>(entry, {
      onLine: (line, resumed) => this.onLine(line, resumed),
      onRefused: (why) => this.onRefused(why),
    });
  }

  async enter(): Promise<void> {
    await this.signal.ready();
    await this.join();
  }

  async publish(): Promise<void> {
    if (this.store.get().call === null) return;
    const sent = outgoing(this.store.get().local);
    const { mic, camera, screen } = sent;
    this.mesh.send({ audio: mic, video: screen ?? camera });
    this.update(this.state().selfId, { isMuted: mic === null, isVideoOff: camera === null });
    await this.announce(sent);
  }

  leave(): void {
    if (this.over) return;
    this.sayGoodbye();
    this.end();
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.refuse(new Failure("Left", "LEFT"));
    this.comeback.stop();
    this.mesh.closeAll();
    this.scene.stop();
    this.signal.close();
  }

  prefer(_large: (userId: string) => boolean): void {}

  mute(_userId: string): void {}

  muteAll(): void {}

  remove(_userId: string): void {}

  changeRole(_userId: string): void {}

  endForAll(): void {}

  get sound(): Scene["sound"] {
    return this.scene.sound;
  }

  get inside(): Inside {
    return { arriving: this.scene.arriving, media: null };
  }

  protected get isAsking(): boolean {
    return this.pending !== null;
  }

  /** Asks the server to join; `settle` or `refuse` is called when it has answered. */
  protected abstract ask(): void;
  /** Shows the place that was joined and opens its connections. */
  protected abstract onJoined(joined: Joined): void;
  /** What happens before each wish to join. */
  protected abstract prepare(): Promise<void>;
  /** Carries a word of a direct connection through the server. */
  protected abstract carry(to: string, word: Word): void;
  /** Tells the others what is switched on. */
  protected abstract announce(sent: Outgoing): Promise<void>;
  protected abstract sayGoodbye(): void;
  /** The other side of a direct connection said something. */
  protected abstract onTold(from: string, message: object): void;

  /** The line came back and the server still knows us. */
  protected async catchUp(): Promise<void> {}

  protected onFlow(_userId: string): void {}

  protected onPeerEnd(_userId: string): void {}

  protected onPeerState(_userId: string, _state: RTCPeerConnectionState): void {}

  /** The server lets nobody in by what we have to show. */
  protected onRefused(why: Failure): void {
    this.refuse(why);
    this.listener.onRefused();
  }

  protected settle(joined: Joined): void {
    this.takePending()?.resolve(joined);
  }

  /** Ends the wish to join, if there is one. */
  protected refuse(thrown: unknown): boolean {
    const pending = this.takePending();
    pending?.reject(thrown);
    return pending !== null;
  }

  /** The answer takes as long as a person needs. */
  protected beginWaiting(): void {
    clearTimeout(this.pending?.timer);
  }

  /** Listens while the stay lasts. */
  protected on<E extends keyof Events & string>(event: E, handle: (payload: Events[E]) => void): void {
    this.signal.on(event, (payload) => {
      if (!this.over) handle(payload);
    });
  }

  /** As {@link on}, once one is in. */
  protected onceIn<E extends keyof Events & string>(
    event: E,
    handle: (payload: Events[E]) => void,
  ): void {
    this.on(event, (payload) => {
      if (this.store.get().call !== null) handle(payload);
    });
  }

  protected finish(code: EndCode, thrown?: unknown): void {
    this.end();
    this.listener.onEnded(code, thrown);
  }

  protected person(userId: string): Person | undefined {
    return this.store.get().call?.people.find((person) => person.userId === userId);
  }

  protected nameOf(userId: string): string {
    return this.person(userId)?.name ?? "Someone";
  }

  protected newSelf(selfId: string): Person {
    return newPerson(selfId, this.self.name, "participant", true);
  }

  protected addPerson(person: Person): void {
    const isNew = this.person(person.userId) === undefined;
    this.store.setCall((call) => ({
      people: [...call.people.filter((p) => p.userId !== person.userId), person],
    }));
    if (isNew) this.listener.notify("joined", `${person.name} joined`);
  }

  protected dropPerson(userId: string): void {
    if (this.person(userId) === undefined) return;
    this.listener.notify("left", `${this.nameOf(userId)} left`);
    this.mesh.close(userId);
    this.store.setCall((call) => ({ people: call.people.filter((p) => p.userId !== userId) }));
    this.scene.drop(userId);
  }

  protected update(userId: string, patch: Partial<Person>): void {
    this.store.setCall((call) => ({ people: people.withPerson(call.people, userId, patch) }));
    this.scene.show();
  }

  protected state(): Call {
    const { call } = this.store.get();
    if (call === null) throw new Failure("Not in a room", "CONFLICT");
    return call;
  }

  protected async join(): Promise<void> {
    const epoch = ++this.epoch;
    await this.prepare();
    if (this.over || epoch !== this.epoch) return;
    const joined = await new Promise<Joined>((resolve, reject) => {
      const late = new Failure("No answer", "TIMEOUT");
      const timer = setTimeout(() => this.refuse(late), JOIN_TIMEOUT_MS);
      this.pending = { resolve, reject, timer, isAsked: this.signal.isUp };
      this.ask();
    });
    if (this.over) return;
    this.scene.clear();
    this.isIn = true;
    this.onJoined(joined);
    this.scene.start();
    await this.publish();
    this.store.setCall(() => ({ media: "up" }));
  }

  protected async joinAnew(): Promise<void> {
    this.mesh.closeAll();
    this.store.setCall(() => ({ media: "rebuilding" }));
    await this.join();
  }

  private onShut(thrown: unknown): void {
    this.finish(codeOf(thrown) === "NOT_FOUND" ? "closed" : "lost", thrown);
  }

  private onLine(line: Line, resumed: boolean): void {
    this.listener.onLine(line);
    if (line !== "up" || this.over) return;
    if (this.pending !== null) {
      if (resumed && this.pending.isAsked) return;
      this.pending.isAsked = true;
      this.ask();
    } else if (this.isIn && !resumed) {
      void this.comeback.start();
    } else if (this.isIn) {
      this.mesh.nudge();
      void this.catchUp()
        .then(() => this.publish())
        .catch(() => this.comeback.start());
    }
  }

  private takePending(): typeof this.pending {
    const { pending } = this;
    clearTimeout(pending?.timer);
    this.pending = null;
    return pending;
  }
}
