/**
 * Where people meet: conference rooms, quick rooms and meetings, as they are typed and shared; calls,
 * which are conference rooms that one comes to with a pass; where one meets strangers, and where
 * moderators work.
 */

export type PlaceKind = "room" | "call" | "quick" | "meeting" | "strangers" | "moderation";

export interface Place {
  kind: PlaceKind;
  /** Empty where there is but one place of the kind. */
  id: string;
}

export const STRANGERS: Place = { kind: "strangers", id: "" };
export const MODERATION: Place = { kind: "moderation", id: "" };

const SINGLE = /[?&](strangers|moderation)(?=[&#=]|$)/;

const CODE = /^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){2}$/;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MEETING = /^[A-Za-z0-9_-]{4,64}$/;

/** The place a text names: a link, or a room's code with or without dashes, or its id. */
export function placeOf(text: string): Place | null {
  const trimmed = text.trim();
  const [, single] = SINGLE.exec(trimmed) ?? [];
  if (single !== undefined) return single === "strangers" ? STRANGERS : MODERATION;
  const [, kind, value] = /[?&](room|quick|meeting)=([^&#\s]+)/.exec(trimmed) ?? [];
  if (kind === undefined || value === undefined) return placeAt("room", trimmed);
  return placeAt(kind as PlaceKind, unescaped(value));
}

/** The link that leads to a place. */
export function linkTo(place: Place): string {
  return `${window.location.origin}${pathTo(place)}`;
}

/** The place the page was opened with; `isBad` when the address names one that cannot be. */
export function placeInAddress(): { place: Place | null; isBad: boolean } {
  const { search } = window.location;
  const place = search === "" ? null : (callOf(search) ?? placeOf(search));
  return { place, isBad: place === null && /[?&](room|call|quick|meeting)=/.test(search) };
}

/** A call is only come to by its link: a code or id alone is no pass. */
function callOf(search: string): Place | null {
  const [, id] = /[?&]call=([^&]+)/.exec(search) ?? [];
  return id !== undefined && ID.test(id) ? { kind: "call", id: id.toLowerCase() } : null;
}

/** Shows the place in the address bar, or none. */
export function showInAddress(place: Place | null): void {
  window.history.replaceState(null, "", place === null ? "/" : pathTo(place));
}

function pathTo({ kind, id }: Place): string {
  return id === "" ? `/?${kind}` : `/?${kind}=${encodeURIComponent(id)}`;
}

function placeAt(kind: PlaceKind, text: string): Place | null {
  if (kind === "meeting") return MEETING.test(text) ? { kind, id: text } : null;
  if (ID.test(text)) return { kind, id: text.toLowerCase() };
  if (kind === "quick") return null;
  const letters = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  const id = letters.replace(/^(.{4})(.{4})(.{4})$/, "$1-$2-$3");
  return CODE.test(id) ? { kind, id } : null;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
