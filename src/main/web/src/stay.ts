/** What every stay has, be it in a conference room, a quick room or a meeting. */
import type { Media } from "./media";
import type { Arriving } from "./scene";
import type { Line } from "./signal";
import type { Sound } from "./sound";

/** Why a stay is over that one did not end oneself. */
export type EndCode =
  | "kicked"
  | "closed"
  | "lost"
  | "rejected"
  | "unanswered"
  | "blocked"
  | "elsewhere"
  | "left"
  | "refused";

export interface StayListener {
  notify(code: string, text: string, tone?: "info" | "error"): void;
  onEnded(code: EndCode, thrown?: unknown): void;
  /** The line of a stay that has its own. */
  onLine(line: Line): void;
  /** The server does not accept the token, or none. */
  onRefused(): void;
  /** The host has to let one in. */
  onWaiting(): void;
}

export interface Inside {
  arriving: Arriving[];
  media: Media | null;
}

/** A stay where people write to one another, and react. */
export interface Talkative {
  say(message: string): void;
  react(reaction: string): void;
}

export interface Stay {
  readonly sound: Sound;
  /** For looking inside. */
  readonly inside: Inside;
  /** Goes in; fails with what the server says against it. */
  enter(): Promise<void>;
  /** Makes what is sent equal to what is switched on, and tells the others. */
  publish(): Promise<void>;
  leave(): void;
  /** Ends the stay here, without a word to the server. */
  end(): void;
  /** Small pictures need only the small encoding. */
  prefer(large: (userId: string) => boolean): void;

  // What a host may do.
  mute(userId: string): void;
  muteAll(): void;
  remove(userId: string): void;
  changeRole(userId: string, role: "co_host" | "participant"): void;
  endForAll(): void;
}
