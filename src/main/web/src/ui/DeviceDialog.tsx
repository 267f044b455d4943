import type { JSX } from "preact";
import { mayPublish } from "../pass";
import { DeviceSelects } from "./DeviceSelects";
import { Dialog } from "./Dialog";
import { MicMeter } from "./MicMeter";
import type { ViewProps } from "./ViewProps";

/** Devices during a call. */
export function DeviceDialog({ state, app }: ViewProps): JSX.Element {
  return (
    <Dialog title="Devices" testid="devices-dialog" onClose={() => app.showDialog(null)}>
      <DeviceSelects state={state} app={app} />
      {mayPublish(state.session) && (
        <p class="meter-row">
          Microphone level
          <MicMeter app={app} active={state.local.mic !== null && state.local.micOn} />
        </p>
      )}
    </Dialog>
  );
}
