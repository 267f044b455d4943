/**
 * One Socket.IO connection, with an account or without: requests that are acknowledged or fail,
 * events, and the state of the line. Knows nothing of rooms or media.
 */
import { io, type Socket } from "socket.io-client";
import { codeFromMessage, Failure } from "./failure";

const ACK_TIMEOUT_MS = 10_000;
const READY_TIMEOUT_MS = 10_000;

export type Line = "connecting" | "up" | "lost";

export interface SignalListener {
  /** The line changed. `resumed` when it came back and the server kept what it knew of us. */
  onLine(line: Line, resumed: boolean): void;
  /** The server does not accept the token (any more). */
  onRefused(): void;
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
  private refused = false;
  private closed = false;
  private revive: ReturnType<typeof setTimeout> | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(
    token: string | null,
    private readonly listener: SignalListener,
  ) {
    this.socket = io(window.location.origin, {
      transports: ["websocket"],
      auth: token === null ? {} : { token },
      reconnectionDelay: 300,
      reconnectionDelayMax: 4_000,
      forceNew: true,
    });
    this.socket.on("connect", () => {
      // Only a socket with a token is told that it is authenticated.
      if (this.socket.recovered || token === null) this.turn("up", this.socket.recovered);
    });
    this.socket.on("authenticated", () => this.turn("up", this.socket.recovered));
    this.socket.on("error", (error: { message?: string } | undefined) => {
      if (isRefusal(error?.message)) this.refuse();
    });
    this.socket.on("connect_error", (error: Error) => {
      if (isRefusal(error.message)) this.refuse();
      else if (!this.closed) this.turn("lost", false);
    });
    this.socket.on("disconnect", (reason) => this.onDisconnect(reason));
  }

  /** Resolves when the line is up; fails after ten seconds or when the token is refused. */
  ready(): Promise<void> {
    if (this.line === "up") return Promise.resolve();
    if (this.refused) return Promise.reject(unauthenticated());
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        this.waiting.delete(look);
        end();
      };
      const look = (): void => {
        if (this.line === "up") settle(resolve);
        else if (this.refused) settle(() => reject(unauthenticated()));
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
    if (this.closed || this.refused) return;
    this.turn("lost", false);
    // The library does not come back by itself when the server ended the connection, as it does
    // when a node drains.
    if (reason === "io server disconnect") {
      this.revive = setTimeout(() => this.socket.connect(), 1_000);
    }
  }

  private turn(line: Line, resumed: boolean): void {
    if (this.line === line || this.closed || this.refused) return;
    this.line = line;
    this.look();
    this.listener.onLine(line, resumed);
  }

  private refuse(): void {
    if (this.refused || this.closed) return;
    this.refused = true;
    this.line = "lost";
    this.socket.close();
    this.look();
    this.listener.onRefused();
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
