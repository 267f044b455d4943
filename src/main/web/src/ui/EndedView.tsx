/** Why the stay in a room ended, and where to go from here. */
import type { JSX } from "preact";
import { Brand } from "./Brand";
import type { ViewProps } from "./ViewProps";

export function EndedView({ state, app }: ViewProps): JSX.Element {
  const { ended, place } = state;
  return (
    <div class="start">
      <header class="topbar">
        <Brand />
      </header>
      <main class="ended" data-testid="ended" data-code={ended?.code}>
        <h1 tabIndex={-1} data-focus>
          {ended?.title}
        </h1>
        <p class="lead" role="alert">
          {ended?.text}
        </p>
        <div class="ended-actions">
          {ended?.mayRejoin && (
            <button type="button" class="secondary" data-testid="ended-again" onClick={() => app.again()}>
              Join again
            </button>
          )}
          {place?.kind !== "call" && (
            <button type="button" class="primary" data-testid="ended-start" onClick={() => app.leave()}>
              Back to start
            </button>
          )}
        </div>
      </main>
    </div>
  );
}
