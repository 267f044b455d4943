/** A look in the mirror before the room is entered. */
import type { JSX } from "preact";
import { mayPublish } from "../pass";
import { linkTo } from "../place";
import type { LocalMedia } from "../state";
import { DeviceSelects } from "./DeviceSelects";
import { Field, FormError } from "./Field";
import { Icon } from "./Icon";
import { Mirror } from "./Mirror";
import type { ViewProps } from "./ViewProps";
import { TopBar } from "./TopBar";
import { Trouble } from "./Trouble";

export function LobbyView({ state, app }: ViewProps): JSX.Element {
  const { local, session, place, preview, guest } = state;
  const isVisitor = session === null;
  const isCall = place?.kind === "call";
  const publishes = mayPublish(session);
  const enter = (event: Event): void => {
    event.preventDefault();
    void app.enterRoom();
  };
  return (
    <div class="start">
      <TopBar session={session} app={app} />
      <main class="lobby" data-testid="lobby">
        {publishes && (
          <Mirror
            name={session?.displayName ?? guest.name}
            seed={session?.userId ?? ""}
            state={state}
            app={app}
          />
        )}
        <form class="card lobby-side" onSubmit={enter}>
          <h1 tabIndex={-1} data-focus>
            {preview?.title || "Ready to join?"}
          </h1>
          {!isCall && (
            <p class="room-line">
              <span class={place?.kind === "quick" ? "room-link" : "room-code"} data-testid="room-code">
                {place?.kind === "quick" ? linkTo(place) : place?.id}
              </span>
              <button type="button" class="chip" data-testid="copy-link" onClick={() => void app.copy("link")}>
                <Icon name="link" />
                Copy link
              </button>
            </p>
          )}
          {!publishes && (
            <p class="hint" data-testid="watching">
              You will watch and listen.
            </p>
          )}
          {isVisitor && (
            <Field
              id="guest-name"
              label="Your name"
              value={guest.name}
              onValue={(name) => app.setGuest({ name })}
              autocomplete="name"
              maxLength={100}
            />
          )}
          {isVisitor && preview?.asksEmail && (
            <Field
              id="guest-email"
              label="Your e-mail"
              hint="This meeting is for certain e-mail addresses."
              type="email"
              value={guest.email}
              onValue={(email) => app.setGuest({ email })}
              autocomplete="email"
              maxLength={254}
            />
          )}
          <DeviceSelects state={state} app={app} />
          {publishes && <Trouble local={local} />}
          <FormError id="lobby-error" text={state.formError} />
          <button
            type="submit"
            class="primary wide"
            data-testid="enter"
            disabled={state.busy}
          >
            {state.busy ? "Joining…" : publishes ? joinWords(local) : "Watch now"}
          </button>
          {!isCall && (
            <button type="button" class="link" data-testid="lobby-back" onClick={() => app.leave()}>
              Back
            </button>
          )}
        </form>
      </main>
    </div>
  );
}

function joinWords(local: LocalMedia): string {
  if (local.camera === null && local.mic === null && !local.opening) {
    return "Join without camera and microphone";
  }
  return "Join now";
}
