/** Waiting for the host of a meeting to let one in. */
import type { JSX } from "preact";
import { TopBar } from "./TopBar";
import type { ViewProps } from "./ViewProps";

export function WaitingView({ state, app }: ViewProps): JSX.Element {
  return (
    <div class="start">
      <TopBar session={state.session} app={app} />
      <main class="ended" data-testid="waiting">
        <h1 tabIndex={-1} data-focus>
          {state.preview?.title || "Almost there"}
        </h1>
        <p class="lead waiting-line" role="status">
          <span class="spinner" aria-hidden="true" />
          You have asked to join. The host will let you in.
        </p>
        <div class="ended-actions">
          <button type="button" class="secondary" data-testid="waiting-leave" onClick={() => app.leave()}>
            Stop waiting
          </button>
        </div>
      </main>
    </div>
  );
}
