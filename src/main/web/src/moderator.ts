/** What a moderator does on the page, by a token they were given or as this browser's device. */
import { currentToken } from "./device";
import { codeOf, inWords } from "./failure";
import * as moderation from "./moderation";
import type { Decision, Moderation, NewBan, Status, Tab } from "./moderation";
import type { Store } from "./state";

/** For this window only: whoever closes it has signed out. */
const KEY = "parley.moderator";

export class Moderator {
  /** Requests run one after another, so that what was asked for last is shown. */
  private lane: Promise<void> = Promise.resolve();

  constructor(private readonly store: Store) {}

  /** Goes on with the token of this window, if it has one. */
  resume(): void {
    if (sessionStorage.getItem(KEY) !== null) void this.signIn("token");
  }

  signInBy(token: string): Promise<void> {
    sessionStorage.setItem(KEY, token.trim().replace(/^Bearer\s+/i, ""));
    return this.signIn("token");
  }

  signInAsDevice(): Promise<void> {
    sessionStorage.removeItem(KEY);
    return this.signIn("device");
  }

  signOut(): void {
    sessionStorage.removeItem(KEY);
    this.store.set({ moderation: moderation.atTheDoor });
  }

  /** Shows a part and reads it anew. The queue is only taken from when asked to. */
  show(tab: Tab): Promise<void> {
    this.patch({ tab, trouble: null });
    return this.read(tab);
  }

  next(): Promise<void> {
    return this.request(async (token) => {
      this.patch({ report: await moderation.nextReport(token) });
      this.patch({ figures: await moderation.figures(token) });
    });
  }

  decide(id: string, decision: Decision, blockIp: boolean): Promise<void> {
    return this.request(async (token) => {
      await moderation.decide(id, decision, blockIp, token);
      const { report, tab } = this.now;
      if (report?.id === id) this.patch({ report: null });
      if (tab !== "queue") {
        this.patch({ reports: await moderation.reportsOf(this.now.status, token) });
        return;
      }
      this.patch({ report: await moderation.nextReport(token) });
      this.patch({ figures: await moderation.figures(token) });
    });
  }

  filter(status: Status | ""): Promise<void> {
    this.patch({ status });
    return this.read("reports");
  }

  showPast(withPast: boolean): Promise<void> {
    this.patch({ withPast });
    return this.read("bans");
  }

  /** Whether it was done. */
  async ban(ban: NewBan): Promise<boolean> {
    await this.request(async (token) => {
      await moderation.ban(ban, token);
      this.patch({ bans: await moderation.bans(this.now.withPast, token) });
    });
    return this.now.trouble === null;
  }

  lift(id: string): Promise<void> {
    return this.request(async (token) => {
      await moderation.lift(id, token);
      this.patch({ bans: await moderation.bans(this.now.withPast, token) });
    });
  }

  private async signIn(by: "token" | "device"): Promise<void> {
    this.patch({ by, report: null });
    await this.read("figures");
    if (this.now.trouble !== null) this.patch({ by: null });
  }

  private read(tab: Tab): Promise<void> {
    return this.request(async (token) => {
      switch (tab) {
        case "queue":
        case "figures":
          return this.patch({ figures: await moderation.figures(token) });
        case "reports":
          return this.patch({ reports: await moderation.reportsOf(this.now.status, token) });
        case "bans":
          return this.patch({ bans: await moderation.bans(this.now.withPast, token) });
        case "audit":
          return this.patch({ deeds: await moderation.audit(token) });
      }
    });
  }

  private request(run: (token: string) => Promise<void>): Promise<void> {
    this.lane = this.lane.then(() => this.running(run));
    return this.lane;
  }

  private async running(run: (token: string) => Promise<void>): Promise<void> {
    this.store.set({ busy: true });
    this.patch({ trouble: null });
    try {
      await run(await this.token());
    } catch (thrown) {
      this.fail(thrown);
    } finally {
      this.store.set({ busy: false });
    }
  }

  /** Whoever the server does not know is back at the door. */
  private fail(thrown: unknown): void {
    const isDevice = this.now.by === "device";
    const code = codeOf(thrown);
    if (code === "UNAUTHENTICATED") {
      sessionStorage.removeItem(KEY);
      this.patch({ by: null });
    }
    this.patch({ trouble: troubleOf(thrown, code, isDevice) });
  }

  private async token(): Promise<string> {
    const { by } = this.now;
    return by === "device" ? currentToken() : (sessionStorage.getItem(KEY) ?? "");
  }

  private get now(): Moderation {
    return this.store.get().moderation;
  }

  private patch(patch: Partial<Moderation>): void {
    this.store.set({ moderation: { ...this.now, ...patch } });
  }
}

function troubleOf(thrown: unknown, code: string, isDevice: boolean): string {
  switch (code) {
    case "UNAUTHENTICATED":
      return "The server does not accept this token. It may have ended.";
    case "FORBIDDEN":
      return isDevice
        ? "This browser's device may not moderate."
        : "This token is good, but not for moderating.";
    case "BLOCKED":
      return "This browser's device is blocked.";
    case "NOT_FOUND":
      return "That is not there any more.";
    default:
      return inWords(thrown, "moderation");
  }
}
