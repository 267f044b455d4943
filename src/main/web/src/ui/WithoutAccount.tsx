/** What needs no account: a quick room, meetings, and strangers. */
import type { JSX } from "preact";
import { STRANGERS } from "../place";
import { Icon } from "./Icon";
import type { ViewProps } from "./ViewProps";

interface QuickRoomProps extends ViewProps {
  /** Called first, so that a refusal can be shown beside the button. */
  onUse(): void;
}

export function QuickRoomButton({ state, app, onUse }: QuickRoomProps): JSX.Element {
  return (
    <button
      type="button"
      class="secondary wide"
      data-testid="quick-room"
      disabled={state.busy}
      onClick={() => {
        onUse();
        void app.createQuickRoom();
      }}
    >
      <Icon name="link" />
      Quick room
    </button>
  );
}

export function MeetingsButton({ state, app }: ViewProps): JSX.Element {
  return (
    <button
      type="button"
      class="secondary wide"
      data-testid="meetings"
      disabled={state.busy}
      onClick={() => app.showMeetings()}
    >
      <Icon name="calendar" />
      Meetings
    </button>
  );
}

export function StrangersButton({ state, app }: ViewProps): JSX.Element {
  return (
    <button
      type="button"
      class="secondary wide"
      data-testid="strangers-button"
      disabled={state.busy}
      onClick={() => app.goTo(STRANGERS)}
    >
      <Icon name="meet" />
      Meet someone
    </button>
  );
}
