/** What a person can do on the page. Each method is one action of a view. */
import * as api from "./api";
import { Call } from "./call";
import { linkTo, roomInAddress, roomOf, showInAddress } from "./code";
import * as devices from "./devices";
import { inWords } from "./failure";
import { Local } from "./local";
import * as sessions from "./session";
import { Signal, type Line } from "./signal";
import type { Notice, Store } from "./state";
import type { CreatedRoom, ServerEvents } from "./wire";

const NOTICE_MS = 5_000;
const ERROR_NOTICE_MS = 12_000;
/** Timers hold at most 2^31 - 1 milliseconds. */
const LONGEST_TIMER_MS = 2_147_483_647;

export class App {
  readonly local: Local;
  private signal: Signal<ServerEvents> | null = null;
  private call: Call | null = null;
  private notices = 0;
  private expiry: ReturnType<typeof setTimeout> | undefined;
  /** Device actions run one after another. */
  private devicesLane: Promise<void> = Promise.resolve();

  constructor(private readonly store: Store) {
    this.local = new Local(store, (what) => void this.onDeviceEnded(what));
  }

  /** Shows the first screen: the one the address and the stored session ask for. */
  start(): void {
    const room = roomInAddress();
    if (room === null && window.location.search.includes("room=")) {
      this.notify("bad-link", "This link does not lead to a room. Check its code.", "error");
    }
    this.store.set({ room });
    const { session, expired } = sessions.load();
    if (session === null) {
      if (expired) this.notify("session-expired", "Your session has expired. Log in again.", "error");
      return;
    }
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
    this.store.set({ session: null, room: null });
  }

  createRoom(title: string): Promise<void> {
    return this.form(async () => {
      const signal = await this.ready();
      const created = await signal.request<CreatedRoom>("room:create", { title });
      this.toLobby(created.roomCode);
    });
  }

  /** Goes to the lobby of the room that a code or link names. */
  chooseRoom(text: string): void {
    const room = roomOf(text);
    if (room === null) {
      this.store.set({ formError: "A room code looks like ABCD-EFGH-JKLM." });
      return;
    }
    this.toLobby(room);
  }

  /** From the lobby into the room. */
  enterRoom(): Promise<void> {
    return this.form(async () => {
      const { room } = this.store.get();
      const signal = await this.ready();
      if (room === null) return;
      this.call?.end();
      const call = new Call(this.store, signal, this.local, {
        notify: (code, text, tone) => this.notify(code, text, tone),
        onEnded: (code, thrown) => this.onEnded(code, thrown),
      });
      this.call = call;
      try {
        await call.join(room);
      } catch (thrown) {
        call.leave();
        this.call = null;
        this.store.set({ call: null });
        throw thrown;
      }
      if (this.call === call && this.store.get().call !== null) {
        this.store.set({ screen: "call", ended: null });
      }
    });
  }

  /** Leaves the lobby or the room. */
  leave(): void {
    this.quit("start");
    showInAddress(null);
    this.store.set({ room: null });
  }

  /** From the end of a stay back to the lobby of the same room. */
  again(): void {
    const { room } = this.store.get();
    if (room !== null) this.toLobby(room);
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
      if (kind === "speakerId") this.call?.sound.setSpeaker(deviceId);
    });
  }

  muteAll(): void {
    void this.call?.command("room:muteAll");
  }

  muteUser(targetUserId: string): void {
    void this.call?.command("room:muteUser", { targetUserId });
  }

  kick(targetUserId: string): void {
    void this.call?.command("room:kick", { targetUserId });
  }

  changeRole(targetUserId: string, newRole: "co_host" | "participant"): void {
    void this.call?.command("room:changeRole", { targetUserId, newRole });
  }

  closeRoom(): void {
    this.showDialog(null);
    void this.call?.command("room:close");
  }

  hear(): void {
    this.call?.sound.unblock();
  }

  prefer(large: (userId: string) => boolean): void {
    this.call?.prefer(large);
  }

  async copy(what: "link" | "code"): Promise<void> {
    const { call, room } = this.store.get();
    const code = call?.roomCode ?? room ?? "";
    const text = what === "link" ? linkTo(code) : code;
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

  togglePeople(): void {
    this.store.set({ panel: this.store.get().panel === null ? "people" : null });
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
  get running(): Call | null {
    return this.call;
  }

  private signIn(token: string, stay: boolean): void {
    const session = sessions.sessionOf(token);
    if (session === null) throw new Error("The server gave an answer we do not understand.");
    sessions.keep(session, stay);
    this.signedIn(session);
  }

  private signedIn(session: sessions.Session): void {
    this.store.set({ session, formError: null });
    this.signal = new Signal(session.token, {
      onLine: (line, resumed) => this.onLine(line, resumed),
      onRefused: () => this.expire(),
    });
    this.watchExpiry(session);
    const { room } = this.store.get();
    if (room === null) this.store.set({ screen: "start" });
    else this.toLobby(room);
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
    const { room } = this.store.get();
    this.quit("auth");
    sessions.forget();
    this.store.set({ session: null, room });
    this.notify("session-expired", "Your session has expired. Log in again.", "error");
  }

  private onLine(line: Line, resumed: boolean): void {
    this.store.set({ line });
    if (line === "up") void this.call?.onUp(resumed);
  }

  private onEnded(code: "kicked" | "closed" | "lost", thrown?: unknown): void {
    this.call = null;
    this.local.release();
    const ended = {
      kicked: {
        title: "You were removed",
        text: "A host removed you from the room.",
        mayRejoin: true,
      },
      closed: {
        title: "The room was closed",
        text: "The meeting is over for everyone.",
        mayRejoin: false,
      },
      lost: { title: "You are out of the room", text: inWords(thrown), mayRejoin: true },
    }[code];
    this.store.set({
      screen: "ended",
      call: null,
      panel: null,
      dialog: null,
      soundBlocked: false,
      ended: { code, ...ended },
    });
  }

  /** Ends call and capture and shows another screen; to log in, the line is given up as well. */
  private quit(screen: "auth" | "start"): void {
    this.call?.leave();
    this.call = null;
    this.local.release();
    if (screen === "auth") {
      clearTimeout(this.expiry);
      this.signal?.close();
      this.signal = null;
      this.store.set({ line: "connecting" });
    }
    this.store.set({
      screen,
      call: null,
      panel: null,
      dialog: null,
      formError: null,
      soundBlocked: false,
      busy: false,
    });
    const { session } = this.store.get();
    if (screen === "start" && session !== null && session.expiresAt <= Date.now()) this.expire();
  }

  private toLobby(room: string): void {
    showInAddress(room);
    this.store.set({ screen: "lobby", room, formError: null, ended: null });
    void this.withDevices(() => this.local.prepare());
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
      if (this.store.get().busy) this.store.set({ formError: inWords(thrown) });
    } finally {
      this.store.set({ busy: false });
    }
  }

  private withDevices(action: () => Promise<void>): Promise<void> {
    const run = this.devicesLane.then(action).then(() => this.call?.publish());
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
