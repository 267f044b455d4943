/** Those who ask to be let in, for the host to decide about. */
import type { JSX } from "preact";
import type { App } from "../app";
import type { JoinRequest } from "../state";
import { Avatar } from "./Avatar";

export function Requests({ requests, app }: { requests: JoinRequest[]; app: App }): JSX.Element {
  return (
    <section class="requests" data-testid="requests" aria-label="Waiting to join" aria-live="polite">
      {requests.map(({ userId, name }) => (
        <div key={userId} class="request" data-testid="request" data-user-id={userId}>
          <Avatar name={name} seed={userId} />
          <span class="request-name">
            <strong>{name}</strong> wants to join
          </span>
          <button
            type="button"
            class="secondary"
            data-testid="reject"
            aria-label={`Turn ${name} away`}
            onClick={() => app.meeting?.decide(userId, false)}
          >
            Turn away
          </button>
          <button
            type="button"
            class="primary"
            data-testid="approve"
            aria-label={`Let ${name} in`}
            onClick={() => app.meeting?.decide(userId, true)}
          >
            Let in
          </button>
        </div>
      ))}
    </section>
  );
}
