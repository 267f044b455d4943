/**
 * Passes for calls. They come in the address's fragment, which no server gets to see, and are kept for
 * this window alone, so that it can be loaded again.
 */
import { sessionOf, type Session } from "./session";

/** What a pass lets one do in its room. */
export interface Pass {
  room: string;
  owner: boolean;
  publish: boolean;
}

const TOKEN = /^#(?:.*&)?token=([^&]+)/;

/** Takes the token out of the address bar; null when there is none. */
function tokenInAddress(): string | null {
  const { pathname, search, hash } = window.location;
  const [, token] = TOKEN.exec(hash) ?? [];
  if (token === undefined) return null;
  window.history.replaceState(null, "", pathname + search);
  return token;
}

/** Who one is in a call, by the pass one has come with; null without one that may hold. */
export function sessionAt(room: string): Session | null {
  const key = `parley.pass.${room}`;
  const given = tokenInAddress();
  if (given !== null) sessionStorage.setItem(key, given);
  const token = given ?? sessionStorage.getItem(key);
  const session = token === null ? null : sessionOf(token);
  return session?.pass?.room.toLowerCase() === room ? session : null;
}

/** Whether one may send sound and pictures: all may but those whose pass is for watching. */
export function mayPublish(session: Session | null): boolean {
  return session?.pass?.publish !== false;
}
