/** How one will be seen, with switches for camera and microphone. */
import type { JSX } from "preact";
import { Avatar } from "./Avatar";
import { Icon } from "./Icon";
import { MicMeter } from "./MicMeter";
import { Video } from "./Video";
import type { ViewProps } from "./ViewProps";

interface MirrorProps extends ViewProps {
  /** Whose initials are shown without a picture, and in which colour. */
  name: string;
  seed: string;
}

export function Mirror({ name, seed, state, app }: MirrorProps): JSX.Element {
  const { local } = state;
  return (
    <div class="preview" data-testid="preview" data-video-off={local.camera === null}>
      {local.camera !== null ? (
        <Video stream={local.camera} mirrored label="Your camera" />
      ) : (
        <div class="preview-off">
          <Avatar name={name} seed={seed} />
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
  );
}
