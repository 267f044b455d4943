import type { PlaceKind } from "./place";

/** What the server refused or what did not work, with the stable code when there is one. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
    this.name = "Failure";
  }
}

/** The code of anything thrown; `UNKNOWN` for what is not a {@link Failure}. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Failure ? thrown.code : "UNKNOWN";
}

/**
 * A code for a message that came without one. The texts are part of the wire contract, so they
 * may be relied on.
 */
export function codeFromMessage(message: string): string {
  switch (message) {
    case "Room not found":
      return "NOT_FOUND";
    case "Room is full":
      return "ROOM_FULL";
    case "Room is closed":
      return "ROOM_CLOSED";
    case "Rate limit exceeded":
      return "RATE_LIMITED";
    case "Authentication failed":
    case "Authentication token required":
    case "Socket not authenticated":
      return "UNAUTHENTICATED";
    default:
      return "UNKNOWN";
  }
}

/** A sentence for a person, from whatever was thrown while entering or being at a place. */
export function inWords(thrown: unknown, kind: PlaceKind = "room"): string {
  const place = kind === "meeting" ? "meeting" : "room";
  switch (codeOf(thrown)) {
    case "NOT_FOUND":
      return kind === "room"
        ? "There is no room with this code. Check the code, or ask for a new link."
        : kind === "call"
          ? "This call is over. Open it again from where you found it."
          : `This link leads to no ${place}, or the ${place} is over. Ask for a new link.`;
    case "ROOM_FULL":
      return `This ${place} is full. Try again when someone has left.`;
    case "DOMAIN_NOT_ALLOWED":
      return "Only people with certain e-mail addresses may join this meeting, and yours is not one of them.";
    case "JOIN_REJECTED":
      return "The host did not let you in.";
    case "JOIN_TIMED_OUT":
      return "Nobody answered your request to join.";
    case "SIGN_IN":
      return "This server asks for an account here. Log in first.";
    case "ROOM_CLOSED":
      return "This room has been closed.";
    case "RATE_LIMITED":
      return "That was a bit too fast. Wait a moment, then try again.";
    case "UNAUTHENTICATED":
      return "Your session has expired. Please log in again.";
    case "UNREACHABLE":
    case "UNAVAILABLE":
      return "The server is not available right now. Try again in a moment.";
    case "TIMEOUT":
      return "The server did not answer in time. Try again.";
    default:
      return thrown instanceof Error && thrown.message !== ""
        ? thrown.message
        : "Something went wrong. Try again.";
  }
}
