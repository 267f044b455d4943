/** Who one is where no account is needed: the account if there is one, else a made-up id and a name. */
import type { Session } from "./session";

const ID_KEY = "parley.guest";
const NAME_KEY = "parley.guest-name";
const EMAIL_KEY = "parley.guest-email";

export interface Identity {
  userId: string;
  name: string;
  email: string;
  token: string | null;
}

export interface Guest {
  name: string;
  email: string;
}

/** What a guest said of themselves on this device before. */
export function rememberedGuest(): Guest {
  return {
    name: localStorage.getItem(NAME_KEY) ?? "",
    email: localStorage.getItem(EMAIL_KEY) ?? "",
  };
}

export function rememberGuest(guest: Guest): void {
  localStorage.setItem(NAME_KEY, guest.name);
  localStorage.setItem(EMAIL_KEY, guest.email);
}

export function identityOf(session: Session | null, guest: Guest): Identity {
  if (session === null) {
    return { userId: guestId(), name: guest.name.trim(), email: guest.email.trim(), token: null };
  }
  const { userId, displayName: name, email, token } = session;
  return { userId, name, email, token };
}

/** An id that nobody else has; it is what makes this device the host of its meetings. */
function guestId(): string {
  const known = localStorage.getItem(ID_KEY);
  if (known !== null) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = `guest-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  localStorage.setItem(ID_KEY, id);
  return id;
}
