/** Room codes as people type, paste and share them. */

const CODE = /^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){2}$/;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The room a text names: a code with or without dashes, a link, or an id; null if none. */
export function roomOf(text: string): string | null {
  const trimmed = text.trim();
  const linked = /[?&]room=([^&#\s]+)/.exec(trimmed)?.[1];
  const candidate = linked === undefined ? trimmed : linked.replace(/%2D/gi, "-");
  if (ID.test(candidate)) return candidate.toLowerCase();
  const letters = candidate.toUpperCase().replace(/[^A-Z0-9]/g, "");
  const code = letters.replace(/^(.{4})(.{4})(.{4})$/, "$1-$2-$3");
  return CODE.test(code) ? code : null;
}

/** The link that leads into a room. */
export function linkTo(room: string): string {
  return `${window.location.origin}/?room=${encodeURIComponent(room)}`;
}

/** The room the page was opened with. */
export function roomInAddress(): string | null {
  const room = new URLSearchParams(window.location.search).get("room");
  return room === null ? null : roomOf(room);
}

/** Shows the room in the address bar, or none. */
export function showInAddress(room: string | null): void {
  window.history.replaceState(null, "", room === null ? "/" : `/?room=${encodeURIComponent(room)}`);
}
