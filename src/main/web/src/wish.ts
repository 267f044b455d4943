/** Whom someone wants to meet among strangers; remembered on this device, as is their consent. */

const WISH_KEY = "parley.stranger";
const CONSENT_KEY = "parley.strangers-consent";
/** To be raised when what people consent to changes. */
const CONSENT = "1";
const MAX_INTERESTS = 10;
const MAX_INTEREST = 30;

export interface Wish {
  /** How the other sees one; may be empty. */
  name: string;
  language: string;
  region: string;
  /** As typed, with commas. */
  interests: string;
}

export const LANGUAGES = [
  ..."ar bn cs da de el en es fa fi fr he hi hu id it ja ko".split(" "),
  ..."ms nl no pl pt ro ru sv sw ta th tr uk ur vi zh".split(" "),
];

export const REGIONS: readonly (readonly [code: string, name: string])[] = [
  ["global", "Anywhere"],
  ["africa", "Africa"],
  ["asia", "Asia"],
  ["europe", "Europe"],
  ["north-america", "North America"],
  ["oceania", "Oceania"],
  ["south-america", "South America"],
];

export const firstWish: Wish = { name: "", language: ownLanguage(), region: "global", interests: "" };

export function rememberedWish(): Wish {
  try {
    const stored = JSON.parse(localStorage.getItem(WISH_KEY) ?? "{}") as Partial<Wish>;
    const known = Object.entries(stored).filter(([, value]) => typeof value === "string");
    return { ...firstWish, ...(Object.fromEntries(known) as Partial<Wish>) };
  } catch {
    return firstWish;
  }
}

export function rememberWish(wish: Wish): void {
  localStorage.setItem(WISH_KEY, JSON.stringify(wish));
}

export function hasConsented(): boolean {
  return localStorage.getItem(CONSENT_KEY) === CONSENT;
}

export function consent(): void {
  localStorage.setItem(CONSENT_KEY, CONSENT);
}

export function interestsOf({ interests }: Wish): string[] {
  const words = interests.split(/[,;\n]+/).map((word) => word.trim().slice(0, MAX_INTEREST));
  return [...new Set(words.filter((word) => word !== ""))].slice(0, MAX_INTERESTS);
}

/** What a language is called in the language of the browser. */
export function nameOfLanguage(code: string): string {
  return new Intl.DisplayNames(undefined, { type: "language" }).of(code) ?? code;
}

function ownLanguage(): string {
  const [code = "en"] = navigator.language.toLowerCase().split("-");
  return LANGUAGES.includes(code) ? code : "en";
}
