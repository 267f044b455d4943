/**
 * One Socket.IO connection, with an account or without: requests that are acknowledged or fail,
 * events, and the state of the line. Knows nothing of rooms or media.
 */
import { io, type Socket } from "socket.io-client";
import { codeFromMessage, Failure } from "./failure";

const ACK_TIMEOUT_MS = 10_000;
const READY_TIMEOUT_MS = 10_000;
const REVIVE_MS = 1_000;
const TOKEN_RETRY_MS = 3_000;
/** So often in a row the server may end a connection without a welcome, and is tried again. */
const MOST_TURNED_AWAY = 4;

export type Line = "connecting" | "up" | "lost";

export interface SignalListener {
  /** The line changed. `resumed` when it came back and the server kept what it knew of us. */
  onLine(line: Line, resumed: boolean): void;
  /** The server does not accept the token (any more), or gives none. */
  onRefused(why: Failure): void;
}

/** How a line is let in by the server. */
export interface Entry {
  namespace: string;
  /** Asked for anew before each connection. */
  token(): Promise<string>;
  /** The event that says the token is accepted. */
  welcome: string;
}

/** A refusal, as the conference says it or as a meeting does. */
interface ErrorAck {
  status?: "error";
  success?: boolean;
  message?: string;
  error?: string;
  code?: string;
}

/** `Events` names what the server may send here, each with its payload. */
export class Signal<Events extends object> {
  private readonly socket: Socket;
  private line: Line = "connecting";
  private refusal: Failure | null = null;
  private closed = false;
  private revive: ReturnType<typeof setTimeout> | undefined;
  private readonly waiting = new Set<() => void>();
  private turnedAway = 0;
  /** Counts wishes for a token, so that one which was overtaken ends there. */
  private tokens = 0;

  /** `by` is a token for the place where most live, null to come without, or another way in. */
  constructor(
    by: string | null | Entry,
    private readonly listener: SignalListener,
  ) {
    const entry = typeof by === "object" ? by : null;
    this.socket = io(`${window.location.origin}${entry?.namespace ?? ""}`, {
      transports: ["websocket"],
      auth: entry === null ? (by === null ? {} : { token: by }) : (go) => void this.ask(entry, go),
      reconnectionDelay: 300,
      reconnectionDelayMax: 4_000,
      forceNew: true,
    });
    this.socket.on("connect", () => {
      // Only a socket with a token is told that it is authenticated.
      if (this.socket.recovered || by === null) this.turn("up", this.socket.recovered);
    });
    this.socket.on(entry?.welcome ?? "authenticated", () => this.turn("up", this.socket.recovered));
    this.socket.on("error", (error: { message?: string } | undefined) => {
      if (isRefusal(error?.message)) this.refuse(unauthenticated());
    });
    this.socket.on("connect_error", (error: Error) => {
      if (isRefusal(error.message)) this.refuse(unauthenticated());
      else if (!this.closed) this.turn("lost", false);
    });
    this.socket.on("disconnect", (reason) => this.onDisconnect(reason));
  }

  /** Resolves when the line is up; fails after ten seconds or when the token is refused. */
  ready(): Promise<void> {
    if (this.line === "up") return Promise.resolve();
    if (this.refusal !== null) return Promise.reject(this.refusal);
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        this.waiting.delete(look);
        end();
      };
      const look = (): void => {
        if (this.line === "up") settle(resolve);
        else if (this.refusal !== null) settle(() => reject(this.refusal));
      };
      const timer = setTimeout(
        () => settle(() => reject(new Failure("Server not available", "UNREACHABLE"))),
        READY_TIMEOUT_MS,
      );
      this.waiting.add(look);
    });
  }

  /** Sends an event and waits for its acknowledgement. */
  async request<T>(event: string, payload: object): Promise<T> {
    if (this.line !== "up") throw new Failure("Not connected", "UNREACHABLE");
    let answer: unknown;
    try {
      answer = await this.socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, payload);
    } catch {
      if (!this.socket.connected) throw new Failure("Not connected", "UNREACHABLE");
      throw new Failure(`No answer to ${event}`, "TIMEOUT");
    }
    const ack = answer as ErrorAck | null;
    if (ack?.status === "error" || ack?.success === false) {
      const message = ack.message ?? ack.error ?? "Request failed";
      throw new Failure(message, ack.code ?? codeFromMessage(message));
    }
    return answer as T;
  }

  /** Sends an event that nobody answers, if the line is up. */
  tell(event: string, payload: object = {}): void {
    if (this.isUp) this.socket.emit(event, payload);
  }

  /** Calls back on each such event; returns what ends that. */
  on<E extends keyof Events & string>(
    event: E,
    handle: (payload: Events[E]) => void,
  ): () => void {
    const listener = handle as (payload: unknown) => void;
    this.socket.on(event as string, listener);
    return () => this.socket.off(event as string, listener);
  }

  get isUp(): boolean {
    return this.line === "up";
  }

  /** The id by which the server and the others know this connection; empty without a line. */
  get id(): string {
    return this.socket.id ?? "";
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.revive);
    this.socket.close();
  }

  private onDisconnect(reason: string): void {
    if (this.closed || this.refusal !== null) return;
    this.turnedAway = this.isUp || reason !== "io server disconnect" ? 0 : this.turnedAway + 1;
    if (this.turnedAway > MOST_TURNED_AWAY) {
      this.refuse(unauthenticated());
      return;
    }
    this.turn("lost", false);
    // The library does not come back by itself when the server ended the connection, as it does
    // when a node drains.
    if (reason === "io server disconnect") {
      this.revive = setTimeout(() => this.socket.connect(), REVIVE_MS);
    }
  }

  /** Gets a token and goes on with it; without one the connection is tried again later. */
  private async ask({ token }: Entry, go: (auth: object) => void): Promise<void> {
    const mine = ++this.tokens;
    const isOver = (): boolean => this.closed || mine !== this.tokens;
    try {
      const auth = { token: `Bearer ${await token()}` };
      if (!isOver()) go(auth);
    } catch (thrown) {
      if (isOver()) return;
      if (thrown instanceof Failure && thrown.code === "BLOCKED") {
        this.refuse(thrown);
        return;
      }
      console.warn("No token", thrown);
      this.turn("lost", false);
      this.socket.disconnect();
      this.revive = setTimeout(() => this.socket.connect(), TOKEN_RETRY_MS);
    }
  }

  private turn(line: Line, resumed: boolean): void {
    if (this.line === line || this.closed || this.refusal !== null) return;
    this.line = line;
    this.look();
    this.listener.onLine(line, resumed);
  }

  private refuse(why: Failure): void {
    if (this.refusal !== null || this.closed) return;
    this.refusal = why;
    this.line = "lost";
    this.socket.close();
    this.look();
    this.listener.onRefused(why);
  }

  private look(): void {
    for (const look of [...this.waiting]) look();
  }
}

/** Whether a message says that the token, or the want of one, is not accepted. */
function isRefusal(message: string | undefined): boolean {
  return message !== undefined && /^authentication (failed|token|required)/i.test(message);
}

export function unauthenticated(): Failure {
  return new Failure("Authentication failed", "UNAUTHENTICATED");
}
