import type { JSX } from "preact";

/** Sign and name. */
export function Brand(): JSX.Element {
  return (
    <span class="brand">
      <img src="/favicon.svg" width="32" height="32" alt="" />
      Parley
    </span>
  );
}
