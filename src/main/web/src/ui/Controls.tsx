/** The bar of buttons below a call. */
import type { JSX } from "preact";
import { canShareScreen } from "../devices";
import { mayPublish } from "../pass";
import { Control } from "./Control";
import { ReactionMenu } from "./ReactionMenu";
import { StrangerControls } from "./StrangerControls";
import type { ViewProps } from "./ViewProps";

export function Controls({ state, app }: ViewProps): JSX.Element {
  const { local, call } = state;
  const micOn = local.micOn && local.mic !== null;
  const cameraOn = local.camera !== null;
  const sharing = local.screen !== null;
  const publishes = mayPublish(state.session);
  return (
    <nav class="controls" aria-label="Call controls">
      {publishes && (
        <>
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
        </>
      )}
      {publishes && canShareScreen && call?.features.screen && (
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
      {call?.features.reactions && call.search === null && (
        <ReactionMenu
          self={call.people.find((person) => person.isSelf)}
          hands={call.features.hands}
          app={app}
        />
      )}
      {call?.features.chat && call.search === null && (
        <Control
          testid="chat"
          icon="chat"
          label="Chat"
          short="Chat"
          on={state.panel === "chat"}
          tone={state.panel === "chat" ? "active" : ""}
          onClick={() => app.togglePanel("chat")}
        >
          {call.unread > 0 && (
            <span class="count" data-testid="unread" aria-label={`${call.unread} unread`}>
              {call.unread}
            </span>
          )}
        </Control>
      )}
      {call?.features.company && (
        <Control
          testid="people"
          icon="people"
          label="People"
          short="People"
          on={state.panel === "people"}
          tone={state.panel === "people" ? "active" : ""}
          onClick={() => app.togglePanel("people")}
        >
          <span class="count" aria-hidden="true">
            {call.people.length}
          </span>
        </Control>
      )}
      {call?.kind === "strangers" && <StrangerControls call={call} app={app} />}
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
