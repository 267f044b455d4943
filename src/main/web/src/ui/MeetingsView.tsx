/** One's meetings, and a form for a new one. */
import type { JSX } from "preact";
import type { App } from "../app";
import type { MeetingInfo } from "../meetings";
import { identityOf } from "../identity";
import type { State } from "../state";
import { Icon } from "./Icon";
import { MeetingForm } from "./MeetingForm";
import { TopBar } from "./TopBar";
import type { ViewProps } from "./ViewProps";

export function MeetingsView({ state, app }: ViewProps): JSX.Element {
  return (
    <div class="start">
      <TopBar session={state.session} app={app} />
      <main class="start-main">
        <h1 tabIndex={-1} data-focus>
          Meetings
        </h1>
        <div class="start-cards">
          <MeetingForm state={state} app={app} />
          <section class="card meeting-list" aria-label="Your meetings">
            <h2>Your meetings</h2>
            <List state={state} app={app} />
          </section>
        </div>
        <p>
          <button type="button" class="link" data-testid="meetings-back" onClick={() => app.leave()}>
            Back
          </button>
        </p>
      </main>
    </div>
  );
}

function List({ state, app }: ViewProps): JSX.Element {
  const { meetings } = state;
  if (meetings === null) return <p class="hint">Looking for your meetings…</p>;
  if (meetings.length === 0) return <p class="hint">There are none yet.</p>;
  return (
    <ul>
      {meetings.map((meeting) => (
        <Row key={meeting.roomId} meeting={meeting} isHost={isHost(meeting, state)} app={app} />
      ))}
    </ul>
  );
}

interface RowProps {
  meeting: MeetingInfo;
  isHost: boolean;
  app: App;
}

function Row({ meeting, isHost, app }: RowProps): JSX.Element {
  const { roomId, title, status } = meeting;
  const place = { kind: "meeting", id: roomId } as const;
  const isOver = status === "completed";
  return (
    <li data-testid="meeting" data-room-id={roomId} data-status={status}>
      <div class="meeting-about">
        <strong>{title}</strong>
        <span class="hint">{whenOf(meeting)}</span>
      </div>
      <div class="meeting-tools">
        {!isOver && (
          <>
            <button type="button" class="chip" data-testid="meeting-open" onClick={() => app.goTo(place)}>
              Open
            </button>
            <button
              type="button"
              class="chip"
              data-testid="meeting-link"
              aria-label={`Copy the link of ${title}`}
              onClick={() => void app.copy("link", place)}
            >
              <Icon name="link" />
              Copy link
            </button>
          </>
        )}
        {isHost && !isOver && (
          <button
            type="button"
            class="chip"
            data-testid="meeting-end"
            aria-label={`End ${title}`}
            onClick={() => void app.planner.end(roomId)}
          >
            End
          </button>
        )}
        {isHost && status !== "active" && (
          <button
            type="button"
            class="round risky"
            data-testid="meeting-delete"
            aria-label={`Delete ${title}`}
            title="Delete"
            onClick={() => void app.planner.delete(roomId)}
          >
            <Icon name="trash" />
          </button>
        )}
      </div>
    </li>
  );
}

function isHost(meeting: MeetingInfo, { session, guest }: State): boolean {
  return meeting.hostId === identityOf(session, guest).userId;
}

function whenOf({ status, scheduledAt, createdAt }: MeetingInfo): string {
  const time = scheduledAt ?? createdAt;
  const when = time === undefined ? "" : new Date(time).toLocaleString([], format);
  switch (status) {
    case "scheduled":
      return when;
    case "waiting":
      return `${when}, nobody is there yet`;
    case "active":
      return "Now";
    case "completed":
      return `${when}, over`;
  }
}

const format: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
