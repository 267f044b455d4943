/** What is said when a stay is over that one did not end oneself. */
import { inWords } from "./failure";
import type { PlaceKind } from "./place";
import type { EndCode } from "./stay";

export interface Ending {
  code: EndCode;
  title: string;
  text: string;
  mayRejoin: boolean;
}

export function endingOf(code: EndCode, kind: PlaceKind, thrown?: unknown): Ending {
  const place = kind === "meeting" ? "meeting" : kind === "strangers" ? "conversation" : kind === "call" ? "call" : "room";
  switch (code) {
    case "kicked":
      return {
        code,
        title: "You were removed",
        text: `A host removed you from the ${place}.`,
        mayRejoin: true,
      };
    case "closed":
      return kind === "meeting" || kind === "call"
        ? { code, title: `The ${place} is over`, text: "It was ended for everyone.", mayRejoin: false }
        : {
            code,
            title: "The room was closed",
            text: "The meeting is over for everyone.",
            mayRejoin: false,
          };
    case "rejected":
      return { code, title: "You were not let in", text: inWords(thrown, kind), mayRejoin: false };
    case "unanswered":
      return { code, title: "Nobody let you in", text: inWords(thrown, kind), mayRejoin: true };
    case "blocked":
      return {
        code,
        title: "You have been blocked",
        text: "Moderators of this server do not let this device meet strangers.",
        mayRejoin: false,
      };
    case "elsewhere":
      return {
        code,
        title: "You are here in another window",
        text: "Strangers meet you in one window at a time, the newest.",
        mayRejoin: true,
      };
    case "left":
      return { code, title: "You have left the call", text: "", mayRejoin: true };
    case "refused":
      return {
        code,
        title: "This link does not let you in",
        text: "It has expired, or it is not complete. Open the call again from where you found it.",
        mayRejoin: false,
      };
    case "lost":
      return {
        code,
        title: `You are out of the ${place}`,
        text: inWords(thrown, kind),
        mayRejoin: true,
      };
  }
}
