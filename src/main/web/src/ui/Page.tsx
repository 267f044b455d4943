/** The whole page: the current screen, what lies over it, and what is announced. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { State } from "../state";
import { AuthView } from "./AuthView";
import { CallView } from "./CallView";
import { DeviceDialog } from "./DeviceDialog";
import { EndRoomDialog } from "./EndRoomDialog";
import { EndedView } from "./EndedView";
import { LobbyView } from "./LobbyView";
import { MeetingsView } from "./MeetingsView";
import { ModerationView } from "./ModerationView";
import { Notices } from "./Notices";
import { StartView } from "./StartView";
import { StrangersView } from "./StrangersView";
import type { ViewProps } from "./ViewProps";
import { WaitingView } from "./WaitingView";

export function Page({ state, app }: ViewProps): JSX.Element {
  useEffect(() => {
    document.querySelector<HTMLElement>("[data-focus]")?.focus({ preventScroll: true });
    document.title = titleOf(state);
  }, [state.screen]);
  return (
    <div class={`page page-${state.screen}`} data-testid="page" data-screen={state.screen}>
      <Screen state={state} app={app} />
      {state.dialog === "devices" && <DeviceDialog state={state} app={app} />}
      {state.dialog === "end-room" && <EndRoomDialog app={app} />}
      <LineBanner state={state} />
      <Notices notices={state.notices} app={app} />
    </div>
  );
}

function Screen(props: ViewProps): JSX.Element {
  switch (props.state.screen) {
    case "auth":
      return <AuthView {...props} />;
    case "start":
      return <StartView {...props} />;
    case "meetings":
      return <MeetingsView {...props} />;
    case "lobby":
      return <LobbyView {...props} />;
    case "strangers":
      return <StrangersView {...props} />;
    case "moderation":
      return <ModerationView {...props} />;
    case "waiting":
      return <WaitingView {...props} />;
    case "call":
      return <CallView {...props} />;
    case "ended":
      return <EndedView {...props} />;
  }
}

function LineBanner({ state }: { state: State }): JSX.Element {
  const text = bannerOf(state);
  return (
    <div class="banner-place" role="status" aria-live="assertive">
      {text !== null && (
        <p class="banner" data-testid="banner" data-line={state.line}>
          <span class="spinner" aria-hidden="true" />
          {text}
        </p>
      )}
    </div>
  );
}

function bannerOf(state: State): string | null {
  // Without an account there is a line only while one is somewhere.
  if (state.session === null && !["waiting", "call"].includes(state.screen)) return null;
  if (state.line === "lost") {
    return state.screen === "call"
      ? "Connection lost. Reconnecting…"
      : "The server cannot be reached. Trying again…";
  }
  return state.call?.media === "rebuilding" ? "Back online. Restoring sound and picture…" : null;
}

function titleOf(state: State): string {
  const { call, place } = state;
  switch (state.screen) {
    case "auth":
      return "Log in · Parley";
    case "start":
      return "Parley";
    case "meetings":
      return "Meetings · Parley";
    case "lobby":
      if (place?.kind === "call") return "Ready to join · Parley";
      return `Ready to join ${state.preview?.title ?? place?.id ?? ""} · Parley`;
    case "strangers":
      return "Meet someone · Parley";
    case "moderation":
      return "Moderation · Parley";
    case "waiting":
      return "Waiting to be let in · Parley";
    case "call":
      if (call?.kind === "strangers") return "Meet someone · Parley";
      return `${(call?.kind === "room" ? call.roomCode : call?.title) || "Call"} · Parley`;
    case "ended":
      return `${state.ended?.title ?? "Ended"} · Parley`;
  }
}
