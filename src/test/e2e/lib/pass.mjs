// Passes as a system that opens rooms for its own people makes them.
import { createHmac, randomUUID } from "node:crypto";
import { url } from "./browser.mjs";

/** The secret of the system under test. */
const secret = process.env.PARLEY_JWT_SECRET ?? "for-these-tests-only";

/** The link by which one person comes to a room; `pass` is what it lets them do there. */
export function linkTo(room, displayName, { owner = false, publish = true, seconds = 300 } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const pass = { room, owner, publish };
  const claims = { sub: randomUUID(), displayName, pass, iat: now, exp: now + seconds };
  const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${base64({ typ: "JWT", alg: "HS256" })}.${base64(claims)}`;
  const signature = createHmac("sha256", secret).update(signed).digest("base64url");
  return `${url}/?call=${room}#token=${signed}.${signature}`;
}
