/** A look in the mirror before the room is entered. */
import type { JSX } from "preact";
import { troubleInWords } from "../devices";
import { linkTo } from "../place";
import type { LocalMedia } from "../state";
import { Avatar } from "./Avatar";
import { DeviceSelects } from "./DeviceSelects";
import { Field, FormError } from "./Field";
import { Icon } from "./Icon";
import { MicMeter } from "./MicMeter";
import type { ViewProps } from "./ViewProps";
import { TopBar } from "./TopBar";
import { Video } from "./Video";

export function LobbyView({ state, app }: ViewProps): JSX.Element {
  const { local, session, place, preview, guest } = state;
  const isVisitor = session === null;
  const enter = (event: Event): void => {
    event.preventDefault();
    void app.enterRoom();
  };
  return (
    <div class="start">
      <TopBar session={session} app={app} />
      <main class="lobby" data-testid="lobby">
        <div class="preview" data-testid="preview" data-video-off={local.camera === null}>
          {local.camera !== null ? (
            <Video stream={local.camera} mirrored label="Your camera" />
          ) : (
            <div class="preview-off">
              <Avatar name={session?.displayName ?? guest.name} seed={session?.userId ?? ""} />
              <p>{local.opening && local.cameraOn ? "Starting the camera…" : "Camera is off"}</p>
            </div>
          )}
          <div class="preview-controls">
            <button
              type="button"
              class={`round large ${local.micOn && local.mic !== null ? "" : "off"}`}
              aria-label={local.micOn ? "Turn microphone off" : "Turn microphone on"}
              data-testid="lobby-mic"
              data-on={local.micOn && local.mic !== null}
              onClick={() => void app.toggleMic()}
            >
              <Icon name={local.micOn && local.mic !== null ? "mic" : "micOff"} />
            </button>
            <button
              type="button"
              class={`round large ${local.camera !== null ? "" : "off"}`}
              aria-label={local.cameraOn ? "Turn camera off" : "Turn camera on"}
              data-testid="lobby-camera"
              data-on={local.camera !== null}
              onClick={() => void app.toggleCamera()}
            >
              <Icon name={local.camera !== null ? "camera" : "cameraOff"} />
            </button>
            <MicMeter app={app} active={local.micOn && local.mic !== null} />
          </div>
        </div>
        <form class="card lobby-side" onSubmit={enter}>
          <h1 tabIndex={-1} data-focus>
            {preview?.title || "Ready to join?"}
          </h1>
          <p class="room-line">
            <span class={place?.kind === "quick" ? "room-link" : "room-code"} data-testid="room-code">
              {place?.kind === "quick" ? linkTo(place) : place?.id}
            </span>
            <button type="button" class="chip" data-testid="copy-link" onClick={() => void app.copy("link")}>
              <Icon name="link" />
              Copy link
            </button>
          </p>
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
          <Trouble local={local} />
          <FormError id="lobby-error" text={state.formError} />
          <button
            type="submit"
            class="primary wide"
            data-testid="enter"
            disabled={state.busy}
          >
            {state.busy ? "Joining…" : joinWords(local)}
          </button>
          <button type="button" class="link" data-testid="lobby-back" onClick={() => app.leave()}>
            Back
          </button>
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

function Trouble({ local }: { local: LocalMedia }): JSX.Element {
  return (
    <div class="trouble-place" role="status">
      {local.cameraTrouble !== null && (
        <p class="trouble" data-testid="camera-trouble" data-trouble={local.cameraTrouble}>
          <Icon name="alert" />
          <span>{troubleInWords("camera", local.cameraTrouble)} You can join without it.</span>
        </p>
      )}
      {local.micTrouble !== null && (
        <p class="trouble" data-testid="mic-trouble" data-trouble={local.micTrouble}>
          <Icon name="alert" />
          <span>{troubleInWords("microphone", local.micTrouble)} You can join without it.</span>
        </p>
      )}
    </div>
  );
}
