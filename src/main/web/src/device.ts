/**
 * This browser as a device that meets strangers: an id it made up, tokens that prove it for a few
 * minutes, and what may be asked of the server with them.
 */
import { Failure } from "./failure";
import { ask, failureOf, fetched } from "./http";
import { turnServers } from "./rooms";
import { sessionOf } from "./session";

const ID_KEY = "parley.device";
/** A token that ends sooner is not used for another request. */
const SLACK_MS = 30_000;

export const REASONS = [
  ["harassment", "Harassment"],
  ["inappropriate_content", "Inappropriate content"],
  ["nudity", "Nudity"],
  ["violence", "Violence"],
  ["spam", "Spam"],
  ["other", "Something else"],
] as const;

export type Reason = (typeof REASONS)[number][0];

/** Made up once and kept: whom one has blocked is known by it. */
export function deviceId(): string {
  const known = localStorage.getItem(ID_KEY);
  if (known !== null && known !== "") return known;
  const id = randomId();
  localStorage.setItem(ID_KEY, id);
  return id;
}

let latest = "";

/** A new token; fails with `BLOCKED` when this device is shut out. */
export async function newToken(): Promise<string> {
  const answer = await ask("POST", "/auth/token", { body: { deviceId: deviceId() } });
  if (answer.status === 403) throw new Failure("This device is blocked", "BLOCKED");
  const { accessToken } = (answer.body ?? {}) as { accessToken?: unknown };
  if (!answer.ok || typeof accessToken !== "string") throw failureOf(answer);
  latest = accessToken;
  return accessToken;
}

/** A token that holds for a while yet. */
export async function currentToken(): Promise<string> {
  return sessionOf(latest, Date.now() + SLACK_MS) === null ? newToken() : latest;
}

/** TURN servers for this device. Where there are none, those that tell addresses may be enough. */
export async function relays(): Promise<RTCIceServer[]> {
  try {
    const token = await currentToken();
    const { urls, username, credential } = await fetched<{
      urls: string[];
      username: string;
      credential: string;
    }>("POST", "/turn/credentials", { token });
    if (urls.length > 0) return [{ urls, username, credential }];
  } catch (thrown) {
    console.warn("No TURN servers", thrown);
  }
  return turnServers(null);
}

export async function report(
  reportedPeerId: string,
  sessionId: string,
  reason: Reason,
): Promise<unknown> {
  const body = { reportedPeerId, sessionId, reason };
  return fetched("POST", "/reports", { body, token: await currentToken() });
}

/** After this the two are not brought together again. */
export async function block(blockedUserId: string, sessionId: string): Promise<unknown> {
  const body = { blockedUserId, sessionId };
  return fetched("POST", "/blocks", { body, token: await currentToken() });
}

/** A UUID, also where the page is not served securely and the browser makes none. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
