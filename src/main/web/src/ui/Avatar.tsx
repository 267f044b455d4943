/** Initials on a colour of one's own, where there is no picture. */
import type { JSX } from "preact";

export function Avatar({ name, seed }: { name: string; seed: string }): JSX.Element {
  return (
    <span class="avatar" style={{ "--hue": String(hueOf(seed)) }} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

function hueOf(seed: string): number {
  let hash = 0;
  for (const char of seed) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return hash;
}
