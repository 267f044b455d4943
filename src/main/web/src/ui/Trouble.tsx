/** Why there is no camera or microphone, and what to do about it. */
import type { JSX } from "preact";
import { troubleInWords } from "../devices";
import type { LocalMedia } from "../state";
import { Icon } from "./Icon";

export function Trouble({ local }: { local: LocalMedia }): JSX.Element {
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
