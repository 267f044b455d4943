/** What a person can do on the page. Each method is one action of a view. */
import * as api from "./api";
import { Call } from "./call";
import { deviceId } from "./device";
import * as devices from "./devices";
import { endingOf } from "./endings";
import { codeOf, Failure, inWords } from "./failure";
import { identityOf, rememberedGuest, rememberGuest, type Guest, type Identity } from "./identity";
import { Local } from "./local";
import { MeetingStay } from "./meeting-stay";
import { meetingInfo, type MeetingPlan } from "./meetings";
import { Moderator } from "./moderator";
import { mayPublish, sessionAt } from "./pass";
import { linkTo, placeInAddress, placeOf, showInAddress, type Place } from "./place";
import { Planner } from "./planner";
import { QuickStay } from "./quick-stay";
import { openQuickRoom, quickRoom } from "./rooms";
import * as sessions from "./session";
import { Signal, type Line } from "./signal";
import type { Notice, Panel, Preview, Store } from "./state";
import type { EndCode, Stay, StayListener, Talkative } from "./stay";
import { StrangerStay } from "./stranger-stay";
import { consent, hasConsented, rememberedWish, rememberWish, type Wish } from "./wish";
import type { CreatedRoom, ServerEvents } from "./wire";

const NOTICE_MS = 5_000;
const ERROR_NOTICE_MS = 12_000;
/** Timers hold at most 2^31 - 1 milliseconds. */
const LONGEST_TIMER_MS = 2_147_483_647;

export class App {
  readonly local: Local;
  readonly planner: Planner;
  readonly moderator: Moderator;
  private signal: Signal<ServerEvents> | null = null;
  private line: Line = "connecting";
  private stay: Stay | null = null;
  private notices = 0;
  private expiry: ReturnType<typeof setTimeout> | undefined;
  /** Device actions run one after another. */
  private devicesLane: Promise<void> = Promise.resolve();

  constructor(private readonly store: Store) {
    this.local = new Local(store, (what) => void this.onDeviceEnded(what));
    this.planner = new Planner(store, (text) => this.notify("meetings", text, "error"));
    this.moderator = new Moderator(store);
  }

  /** Shows the first screen: the one the address and the stored session ask for. */
  start(): void {
    const { place, isBad } = placeInAddress();
    if (isBad) {
      this.notify("bad-link", "This link does not lead to a room. Check its code.", "error");
    }
    const [guest, wish, consented] = [rememberedGuest(), rememberedWish(), hasConsented()];
    this.store.set({ place, guest, wish, consented });
    if (place?.kind === "call") {
      this.callAt(place);
      return;
    }
    const { session, expired } = sessions.load();
    if (session !== null) {
      this.signedIn(session);
      return;
    }
    if (expired) this.notify("session-expired", "Your session has expired. Log in again.", "error");
    if (place !== null && place.kind !== "room") this.goTo(place);
  }

  /** Comes to a call by a pass, which takes the place of an account. */
  private callAt(place: Place): void {
    const session = sessionAt(place.id);
    if (session === null) {
      this.onEnded("refused");
      return;
    }
    if (!mayPublish(session)) this.store.setLocal({ micOn: false, cameraOn: false });
    this.signedIn(session);
  }

  register(registration: api.Registration, stay: boolean): Promise<void> {
    return this.form(async () => this.signIn(await api.register(registration), stay));
  }

  logIn(email: string, password: string, stay: boolean): Promise<void> {
    return this.form(async () => this.signIn(await api.logIn(email, password), stay));
  }

  logOut(): void {
    this.quit("auth");
    sessions.forget();
    showInAddress(null);
    this.store.set({ session: null, place: null, meetings: null });
  }

  /** From where no account is needed to where one logs in; the place is kept. */
  toLogIn(): void {
    this.quit("auth");
  }

  setGuest(patch: Partial<Guest>): void {
    this.store.set({ guest: { ...this.store.get().guest, ...patch } });
  }

  setWish(patch: Partial<Wish>): void {
    this.store.set({ wish: { ...this.store.get().wish, ...patch } });
  }

  /** Accepts the rules for meeting strangers, once for this device. */
  consent(): void {
    consent();
    this.store.set({ consented: true });
    void this.withDevices(() => this.local.prepare());
  }

  createRoom(title: string): Promise<void> {
    return this.form(async () => {
      const signal = await this.ready();
      const created = await signal.request<CreatedRoom>("room:create", { title });
      this.goTo({ kind: "room", id: created.roomCode });
    });
  }

  /** Opens a room that needs no account, and goes to its lobby. */
  createQuickRoom(): Promise<void> {
    return this.form(async () => {
      const { session } = this.store.get();
      try {
        const { id } = await openQuickRoom("Quick room", session?.token ?? null);
        this.goTo({ kind: "quick", id });
      } catch (thrown) {
        throw this.asSignIn(thrown);
      }
    });
  }

  showMeetings(): void {
    this.store.set({ screen: "meetings", formError: null });
    void this.planner.refresh();
  }

  /** Makes a meeting; one that starts now is gone to at once. */
  planMeeting(plan: MeetingPlan): Promise<void> {
    return this.form(async () => {
      const { roomId } = await this.planner.plan(plan);
      if (plan.scheduledAt === null) this.goTo({ kind: "meeting", id: roomId });
      else this.notify("scheduled", "The meeting is scheduled. Share its link to invite others.");
    });
  }

  /** Goes to the lobby of the place that a code or link names. */
  chooseRoom(text: string): void {
    const place = placeOf(text);
    if (place === null) {
      this.store.set({ formError: "A room code looks like ABCD-EFGH-JKLM." });
      return;
    }
    this.goTo(place);
  }

  /** To where a place is entered from: for most, its lobby. */
  goTo(place: Place): void {
    showInAddress(place);
    const { kind } = place;
    const screen = kind === "strangers" || kind === "moderation" ? kind : "lobby";
    this.store.set({ screen, place, preview: null, formError: null, ended: null });
    if (kind === "moderation") {
      this.moderator.resume();
      return;
    }
    if (kind === "strangers" && !this.store.get().consented) return;
    void this.withDevices(() =>
      mayPublish(this.store.get().session) ? this.local.prepare() : this.local.refresh(),
    );
    void this.look(place);
  }

  /** From the lobby into the room. */
  enterRoom(): Promise<void> {
    return this.form(async () => {
      const { place } = this.store.get();
      if (place === null) return;
      this.stay?.end();
      const stay = await this.stayAt(place);
      this.stay = stay;
      try {
        await stay.enter();
      } catch (thrown) {
        stay.leave();
        if (this.stay !== stay) return;
        this.forgetStay();
        const code = { JOIN_REJECTED: "rejected", JOIN_TIMED_OUT: "unanswered" } as const;
        const ending = code[codeOf(thrown) as keyof typeof code];
        if (ending !== undefined) this.onEnded(ending, thrown);
        else if (this.store.get().screen === "waiting") this.onEnded("lost", thrown);
        else throw this.asSignIn(thrown);
        return;
      }
      if (this.stay === stay && this.store.get().call !== null) {
        this.store.set({ screen: "call", ended: null });
      }
    });
  }

  /** Leaves the lobby or the room. */
  leave(): void {
    if (this.store.get().place?.kind === "call") {
      this.stay?.leave();
      this.onEnded("left");
      return;
    }
    this.quit("start");
    showInAddress(null);
    this.store.set({ place: null });
  }

  /** From the end of a stay back to the lobby of the same place. */
  again(): void {
    const { place } = this.store.get();
    if (place !== null) this.goTo(place);
  }

  toggleMic(): Promise<void> {
    return this.withDevices(async () => {
      const { micOn } = this.store.get().local;
      await this.local.setMic(!micOn);
      this.tellTrouble("microphone", this.store.get().local.micTrouble);
    });
  }

  toggleCamera(): Promise<void> {
    return this.withDevices(async () => {
      const { cameraOn } = this.store.get().local;
      await this.local.setCamera(!cameraOn);
      this.tellTrouble("camera", this.store.get().local.cameraTrouble);
    });
  }

  toggleScreen(): Promise<void> {
    return this.withDevices(async () => {
      await this.local.setScreen(this.store.get().local.screen === null);
    });
  }

  chooseDevice(kind: "cameraId" | "micId" | "speakerId", deviceId: string): Promise<void> {
    return this.withDevices(async () => {
      await this.local.choose(kind, deviceId);
      if (kind === "speakerId") this.stay?.sound.setSpeaker(deviceId);
    });
  }

  muteAll(): void {
    this.stay?.muteAll();
  }

  muteUser(userId: string): void {
    this.stay?.mute(userId);
  }

  kick(userId: string): void {
    this.stay?.remove(userId);
  }

  changeRole(userId: string, role: "co_host" | "participant"): void {
    this.stay?.changeRole(userId, role);
  }

  /** The meeting one is in, for what only a meeting has. */
  get meeting(): MeetingStay | null {
    return this.stay instanceof MeetingStay ? this.stay : null;
  }

  /** As {@link meeting}, among strangers. */
  get strangers(): StrangerStay | null {
    return this.stay instanceof StrangerStay ? this.stay : null;
  }

  /** Where one writes and reacts, if one does here. */
  get talk(): Talkative | null {
    return this.meeting ?? this.strangers;
  }

  closeRoom(): void {
    this.showDialog(null);
    this.stay?.endForAll();
  }

  hear(): void {
    this.stay?.sound.unblock();
  }

  prefer(large: (userId: string) => boolean): void {
    this.stay?.prefer(large);
  }

  async copy(what: "link" | "code", place: Place | null = this.here()): Promise<void> {
    if (place === null) return;
    const text = what === "link" ? linkTo(place) : place.id;
    try {
      await navigator.clipboard.writeText(text);
      this.notify("copied", what === "link" ? "Link copied" : "Code copied");
    } catch {
      this.notify("copy", text);
    }
  }

  showDialog(dialog: "devices" | "end-room" | null): void {
    this.store.set({ dialog });
    if (dialog === "devices") void this.local.refresh();
  }

  togglePanel(panel: Panel): void {
    this.store.set({ panel: this.store.get().panel === panel ? null : panel });
    if (panel === "chat") this.store.setCall(() => ({ unread: 0 }));
  }

  clearFormError(): void {
    if (this.store.get().formError !== null) this.store.set({ formError: null });
  }

  notify(code: string, text: string, tone: Notice["tone"] = "info"): void {
    const id = ++this.notices;
    const kept = this.store.get().notices.filter((notice) => notice.text !== text);
    this.store.set({ notices: [...kept.slice(-3), { id, code, text, tone }] });
    setTimeout(() => this.dismiss(id), tone === "error" ? ERROR_NOTICE_MS : NOTICE_MS);
  }

  dismiss(id: number): void {
    this.store.set({ notices: this.store.get().notices.filter((notice) => notice.id !== id) });
  }

  /** The running stay, for looking inside. */
  get running(): Stay | null {
    return this.stay;
  }

  private here(): Place | null {
    const { call, place } = this.store.get();
    return call === null ? place : { kind: call.kind, id: call.roomCode };
  }

  private async stayAt({ kind, id }: Place): Promise<Stay> {
    const { session, guest } = this.store.get();
    const listener: StayListener = {
      notify: (code, text, tone) => this.notify(code, text, tone),
      onEnded: (code, thrown) => this.onEnded(code, thrown),
      onLine: (line) => this.store.set({ line }),
      onRefused: () => {
        if (session !== null) this.expire();
      },
      onWaiting: () => this.store.set({ screen: "waiting" }),
    };
    if (kind === "room" || kind === "call") {
      return new Call(this.store, await this.ready(), this.local, id, listener, kind);
    }
    if (kind === "strangers") return this.strangerStay(listener);
    if (session === null) rememberGuest(guest);
    const self = identityOf(session, guest);
    if (self.name === "") throw new Failure("Enter your name first.", "INVALID");
    const Stay = kind === "quick" ? QuickStay : MeetingStay;
    return new Stay(this.store, this.local, self, id, listener);
  }

  private strangerStay(listener: StayListener): Stay {
    const { wish } = this.store.get();
    rememberWish(wish);
    const self = { userId: deviceId(), name: wish.name.trim(), email: "", token: null };
    return new StrangerStay(this.store, this.local, self, wish, listener);
  }

  /** A refusal for want of an account, where one may be without. */
  private asSignIn(thrown: unknown): unknown {
    const isVisitor = this.store.get().session === null;
    if (!isVisitor || codeOf(thrown) !== "UNAUTHENTICATED") return thrown;
    return new Failure("Sign-in required", "SIGN_IN");
  }

  private signIn(token: string, stay: boolean): void {
    const session = sessions.sessionOf(token);
    if (session === null) throw new Error("The server gave an answer we do not understand.");
    sessions.keep(session, stay);
    this.signedIn(session);
  }

  private signedIn(session: sessions.Session): void {
    this.store.set({ session, formError: null });
    this.signal?.close();
    this.signal = new Signal(session.token, {
      onLine: (line, resumed) => this.onLine(line, resumed),
      onRefused: () => this.expire(),
    });
    this.watchExpiry(session);
    const { place } = this.store.get();
    if (place === null) this.store.set({ screen: "start" });
    else this.goTo(place);
  }

  /** A running call outlives the token; everything else asks for a new one. */
  private watchExpiry(session: sessions.Session): void {
    clearTimeout(this.expiry);
    const left = session.expiresAt - Date.now();
    if (left > LONGEST_TIMER_MS) return;
    this.expiry = setTimeout(() => {
      if (this.store.get().screen !== "call") this.expire();
    }, left);
  }

  private expire(): void {
    const { place, session } = this.store.get();
    if (session?.pass) {
      this.signal?.close();
      this.signal = null;
      this.stay?.end();
      this.onEnded("refused");
      return;
    }
    this.quit("auth");
    sessions.forget();
    this.store.set({ session: null, place });
    this.notify("session-expired", "Your session has expired. Log in again.", "error");
  }

  private onLine(line: Line, resumed: boolean): void {
    this.line = line;
    const { stay } = this;
    if (stay !== null && !(stay instanceof Call)) return;
    this.store.set({ line });
    if (line === "up") void stay?.onUp(resumed);
  }

  private onEnded(code: EndCode, thrown?: unknown): void {
    this.forgetStay();
    this.local.release();
    const kind = this.store.get().place?.kind ?? "room";
    this.store.set({ screen: "ended", ended: endingOf(code, kind, thrown) });
  }

  private forgetStay(): void {
    this.stay = null;
    this.store.set({
      call: null,
      panel: null,
      dialog: null,
      soundBlocked: false,
      line: this.line,
    });
  }

  /** Ends call and capture and shows another screen; to log in, the line is given up as well. */
  private quit(screen: "auth" | "start"): void {
    const { stay } = this;
    this.stay = null;
    stay?.leave();
    this.local.release();
    if (screen === "auth") {
      clearTimeout(this.expiry);
      this.signal?.close();
      this.signal = null;
      this.line = "connecting";
    }
    this.forgetStay();
    const { session } = this.store.get();
    // Without an account there is nothing to start but what the first screen offers.
    this.store.set({ screen: session === null ? "auth" : screen, formError: null, busy: false });
    if (screen === "start" && session !== null && session.expiresAt <= Date.now()) this.expire();
  }

  /** Learns what can be known of a place from outside. */
  private async look(place: Place): Promise<void> {
    const { session, guest } = this.store.get();
    const isStillThere = (): boolean =>
      this.store.get().place === place && this.store.get().screen === "lobby";
    try {
      const preview = await previewOf(place, identityOf(session, guest));
      if (isStillThere()) this.store.set({ preview });
    } catch (thrown) {
      if (!isStillThere()) return;
      this.store.set({ formError: inWords(this.asSignIn(thrown), place.kind) });
    }
  }

  private async ready(): Promise<Signal<ServerEvents>> {
    const { signal } = this;
    if (signal === null) throw new Error("Log in first.");
    await signal.ready();
    return signal;
  }

  /** Runs what a form asks for: one at a time, its failure shown in the form. */
  private async form(action: () => Promise<void> | void): Promise<void> {
    if (this.store.get().busy) return;
    this.store.set({ busy: true, formError: null });
    try {
      await action();
    } catch (thrown) {
      const { busy, place } = this.store.get();
      if (busy) this.store.set({ formError: inWords(thrown, place?.kind) });
    } finally {
      this.store.set({ busy: false });
    }
  }

  private withDevices(action: () => Promise<void>): Promise<void> {
    const run = this.devicesLane.then(action).then(() => this.stay?.publish());
    this.devicesLane = run.catch((thrown: unknown) => console.warn("Device action failed", thrown));
    return this.devicesLane;
  }

  private async onDeviceEnded(what: "mic" | "camera" | "screen"): Promise<void> {
    await this.withDevices(async () => {
      if (what === "screen") await this.local.setScreen(false);
      else if (what === "camera") await this.local.setCamera(false);
      else await this.local.setMic(false);
    });
    if (what === "camera") this.notify("camera-lost", "The camera was disconnected.", "error");
    if (what === "mic") this.notify("mic-lost", "The microphone was disconnected.", "error");
  }

  private tellTrouble(
    device: "camera" | "microphone",
    trouble: Parameters<typeof devices.troubleInWords>[1] | null,
  ): void {
    if (trouble === null || this.store.get().screen !== "call") return;
    this.notify(`no-${device}`, devices.troubleInWords(device, trouble), "error");
  }
}

async function previewOf({ kind, id }: Place, self: Identity): Promise<Preview | null> {
  switch (kind) {
    case "room":
    case "call":
    case "strangers":
    case "moderation":
      return null;
    case "quick":
      return { title: (await quickRoom(id, self.token)).name, asksEmail: false };
    case "meeting": {
      const { title, hostId, status, settings } = await meetingInfo(id, self.token);
      if (status === "completed") throw new Failure("The meeting is over", "NOT_FOUND");
      const asksEmail = settings.allowedDomains.length > 0 && hostId !== self.userId;
      return { title, asksEmail };
    }
  }
}
