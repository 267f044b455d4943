/** Choice of camera, microphone and speaker. */
import type { JSX } from "preact";
import { canChooseSpeaker } from "../devices";
import { mayPublish } from "../pass";
import type { ViewProps } from "./ViewProps";

type Kind = "cameraId" | "micId" | "speakerId";

export function DeviceSelects({ state, app }: ViewProps): JSX.Element {
  const { devices, local, session } = state;
  const publishes = mayPublish(session);
  const used = (stream: MediaStream | null, kind: "audio" | "video"): string =>
    stream?.getTracks().find((track) => track.kind === kind)?.getSettings().deviceId ?? "";
  const select = (
    kind: Kind,
    label: string,
    options: MediaDeviceInfo[],
    current: string,
  ): JSX.Element => (
    <div class="field">
      <label for={`device-${kind}`}>{label}</label>
      <select
        id={`device-${kind}`}
        data-testid={`device-${kind}`}
        value={options.some((o) => o.deviceId === current) ? current : options[0]?.deviceId}
        disabled={options.length === 0}
        onChange={(event) => void app.chooseDevice(kind, event.currentTarget.value)}
      >
        {options.length === 0 && <option value="">None found</option>}
        {options.map((device, index) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || `${label} ${index + 1}`}
          </option>
        ))}
      </select>
    </div>
  );
  return (
    <div class="device-selects">
      {publishes &&
        select("cameraId", "Camera", devices.cameras, used(local.camera, "video") || devices.cameraId)}
      {publishes &&
        select("micId", "Microphone", devices.mics, used(local.mic, "audio") || devices.micId)}
      {canChooseSpeaker &&
        select("speakerId", "Speaker", devices.speakers, devices.speakerId || "default")}
    </div>
  );
}
