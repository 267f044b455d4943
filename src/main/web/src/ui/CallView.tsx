/** The call itself. */
import type { JSX } from "preact";
import type { Call, Stranger } from "../state";
import { ChatPanel } from "./ChatPanel";
import { Controls } from "./Controls";
import { Grid } from "./Grid";
import { Icon } from "./Icon";
import type { ViewProps } from "./ViewProps";
import { PeoplePanel } from "./PeoplePanel";
import { Requests } from "./Requests";
import { SearchNote } from "./SearchNote";
import { tilesOf } from "./tiles";

export function CallView({ state, app }: ViewProps): JSX.Element | null {
  const { call, local } = state;
  if (call === null) return null;
  const alone = call.people.length === 1;
  // A pass is for one person: its link lets in nobody else.
  const invites = call.features.company && call.kind !== "call";
  return (
    <div
      class={`call ${state.panel === null ? "" : "with-panel"}`}
      data-testid="call"
      data-kind={call.kind}
      data-media={call.media}
    >
      <header class="call-head">
        <div class="call-about">
          <h1 tabIndex={-1} data-focus class="room-title" data-testid="room-title">
            {titleOf(call)}
          </h1>
          {call.search === null && call.stranger !== null && <InCommon stranger={call.stranger} />}
          {call.kind === "room" && (
            <p class="room-code" data-testid="room-code">
              {call.roomCode}
            </p>
          )}
        </div>
        {invites && (
          <button type="button" class="chip" data-testid="copy-link" onClick={() => void app.copy("link")}>
            <Icon name="link" />
            Copy link
          </button>
        )}
        {call.kind === "room" && (
          <button
            type="button"
            class="chip code-chip"
            data-testid="copy-code"
            onClick={() => void app.copy("code")}
          >
            <Icon name="copy" />
            Copy code
          </button>
        )}
      </header>
      <main class="call-main">
        <Grid tiles={tilesOf(call, local)} app={app} />
        {call.requests.length > 0 && <Requests requests={call.requests} app={app} />}
        {call.search !== null && <SearchNote search={call.search} />}
        {alone && call.features.company && call.requests.length === 0 && (
          <p class="alone" data-testid="alone">
            You are the only one here.{invites && " Share the link to invite others."}
          </p>
        )}
        {state.soundBlocked && (
          <button type="button" class="hear primary" data-testid="hear" onClick={() => app.hear()}>
            <Icon name="sound" />
            Click to hear the others
          </button>
        )}
      </main>
      {state.panel === "people" && <PeoplePanel call={call} local={local} app={app} />}
      {state.panel === "chat" && <ChatPanel call={call} app={app} />}
      <Controls state={state} app={app} />
    </div>
  );
}

function titleOf({ kind, title, people }: Call): string {
  if (kind !== "strangers") return title || "Room";
  return people.find((person) => !person.isSelf)?.name ?? "Meet someone";
}

function InCommon({ stranger }: { stranger: Stranger }): JSX.Element | null {
  const { commonInterests } = stranger;
  if (commonInterests.length === 0) return null;
  return (
    <p class="hint" data-testid="in-common">
      You both like {commonInterests.join(", ")}
    </p>
  );
}
