/** A list of names and what they stand for; what is not known is left out. */
import type { JSX } from "preact";

type Fact = readonly [name: string, value: string | undefined];

export function Facts({ facts }: { facts: readonly Fact[] }): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === undefined || value === "" ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** A time in the words of the browser's language. */
export function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined
    ? undefined
    : new Date(ms).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
}
