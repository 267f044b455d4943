/** The signed-in user: kept for this window, or on this device when asked to stay signed in. */
import type { Pass } from "./pass";

const KEY = "parley.token";
/** A token this close to its end is treated as expired. */
const SLACK_MS = 5_000;

export interface Session {
  token: string;
  userId: string;
  displayName: string;
  email: string;
  /** Epoch milliseconds; infinite when the token does not say. */
  expiresAt: number;
  /** What lets one in who has no account; null for an account. */
  pass: Pass | null;
}

interface Claims {
  sub?: string;
  email?: string;
  displayName?: string;
  exp?: number;
  pass?: Pass;
}

/** The session a token stands for, or null when it is no token or has expired. */
export function sessionOf(token: string, now: number = Date.now()): Session | null {
  const claims = claimsOf(token);
  if (claims === null || typeof claims.sub !== "string") return null;
  const expiresAt = typeof claims.exp === "number" ? claims.exp * 1000 : Infinity;
  if (expiresAt - SLACK_MS <= now) return null;
  const email = claims.email ?? "";
  const displayName = claims.displayName || email.split("@")[0] || "You";
  return { token, userId: claims.sub, displayName, email, expiresAt, pass: claims.pass ?? null };
}

/** Reads the stored session; `expired` tells that there was one and it has run out. */
export function load(): { session: Session | null; expired: boolean } {
  const token = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  if (token === null) return { session: null, expired: false };
  const session = sessionOf(token);
  if (session === null) forget();
  return { session, expired: session === null };
}

/** Stores the session for this window, or for this device if it should stay. */
export function keep(session: Session, stay: boolean): void {
  forget();
  (stay ? localStorage : sessionStorage).setItem(KEY, session.token);
}

export function forget(): void {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
}

function claimsOf(token: string): Claims | null {
  const payload = token.split(".")[1];
  if (payload === undefined) return null;
  try {
    const base64 = payload.replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
  } catch {
    return null;
  }
}
