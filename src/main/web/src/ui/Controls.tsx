/** The bar of buttons below a call. */
import type { ComponentChildren, JSX } from "preact";
import { canShareScreen } from "../devices";
import { Icon, type IconName } from "./Icon";
import type { ViewProps } from "./ViewProps";

export function Controls({ state, app }: ViewProps): JSX.Element {
  const { local, call } = state;
  const micOn = local.micOn && local.mic !== null;
  const cameraOn = local.camera !== null;
  const sharing = local.screen !== null;
  return (
    <nav class="controls" aria-label="Call controls">
      <Control
        testid="mic"
        icon={micOn ? "mic" : "micOff"}
        label={micOn ? "Mute" : "Unmute"}
        short={micOn ? "Mute" : "Unmute"}
        on={micOn}
        tone={micOn ? "" : "off"}
        onClick={() => void app.toggleMic()}
      />
      <Control
        testid="camera"
        icon={cameraOn ? "camera" : "cameraOff"}
        label={cameraOn ? "Stop camera" : "Start camera"}
        short="Camera"
        on={cameraOn}
        tone={cameraOn ? "" : "off"}
        onClick={() => void app.toggleCamera()}
      />
      {canShareScreen && (
        <Control
          testid="screen"
          icon={sharing ? "screenOff" : "screen"}
          label={sharing ? "Stop sharing" : "Share screen"}
          short={sharing ? "Stop" : "Share"}
          on={sharing}
          tone={sharing ? "active" : ""}
          onClick={() => void app.toggleScreen()}
        />
      )}
      <Control
        testid="people"
        icon="people"
        label="People"
        short="People"
        on={state.panel === "people"}
        tone={state.panel === "people" ? "active" : ""}
        onClick={() => app.togglePeople()}
      >
        <span class="count" aria-hidden="true">
          {call?.people.length ?? 0}
        </span>
      </Control>
      <Control
        testid="devices"
        icon="settings"
        label="Devices"
        short="Devices"
        on={state.dialog === "devices"}
        tone=""
        onClick={() => app.showDialog("devices")}
      />
      <Control
        testid="leave"
        icon="leave"
        label="Leave"
        short="Leave"
        on
        tone="leave"
        onClick={() => app.leave()}
      />
    </nav>
  );
}

interface ControlProps {
  testid: string;
  icon: IconName;
  label: string;
  /** The label where there is little room. */
  short: string;
  on: boolean;
  tone: "" | "off" | "active" | "leave";
  onClick(): void;
  children?: ComponentChildren;
}

function Control(props: ControlProps): JSX.Element {
  const { testid, icon, label, on, tone } = props;
  return (
    <button
      type="button"
      class={`control ${tone}`}
      data-testid={`control-${testid}`}
      data-on={on}
      title={label}
      aria-label={label}
      onClick={props.onClick}
    >
      <span class="control-face">
        <Icon name={icon} />
        {props.children}
      </span>
      <span class="control-label long">{label}</span>
      <span class="control-label short">{props.short}</span>
    </button>
  );
}
