/** What moderators and the server's own rules have done, the newest first. */
import type { JSX } from "preact";
import type { Deed } from "../moderation";
import { Facts, timeOf } from "./Facts";
import type { ViewProps } from "./ViewProps";

export function Audit({ state }: ViewProps): JSX.Element {
  const { deeds } = state.moderation;
  if (deeds === null) return <p class="hint">…</p>;
  if (deeds.length === 0) return <p class="hint">Nothing has happened yet.</p>;
  return (
    <ol class="deeds">
      {deeds.map((deed) => (
        <li key={deed.id} class="card report" data-testid="deed" data-action={deed.action}>
          <h2>{wordsOf(deed.action)}</h2>
          <Facts facts={[["When", timeOf(deed.timestamp)], ...factsOf(deed)]} />
        </li>
      ))}
    </ol>
  );
}

function factsOf({ metadata }: Deed): (readonly [string, string])[] {
  return Object.entries(metadata ?? {}).map(([name, value]) => {
    const isPlain = typeof value === "string" || typeof value === "number";
    return [wordsOf(name), isPlain ? String(value) : JSON.stringify(value)] as const;
  });
}

/** `report_accepted` and `reportAccepted` as people write it. */
function wordsOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/_/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
