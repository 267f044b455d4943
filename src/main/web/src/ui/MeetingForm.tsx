/** What a new meeting is to be like. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Field, FormError } from "./Field";
import type { ViewProps } from "./ViewProps";

const MOST = 50;

export function MeetingForm({ state, app }: ViewProps): JSX.Element {
  const { session, guest, busy } = state;
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [when, setWhen] = useState("");
  const [most, setMost] = useState(String(MOST));
  const [domains, setDomains] = useState("");
  const [requireApproval, setRequireApproval] = useState(false);
  const [isChatEnabled, setChatEnabled] = useState(true);
  const [isScreenShareEnabled, setScreenShareEnabled] = useState(true);

  const submit = (event: Event): void => {
    event.preventDefault();
    void app.planMeeting({
      title: title.trim(),
      description: description.trim(),
      scheduledAt: when === "" ? null : new Date(when).toISOString(),
      settings: {
        maxParticipants: Number(most),
        isChatEnabled,
        isScreenShareEnabled,
        requireApproval,
        allowedDomains: domains.split(/[\s,;]+/).filter((domain) => domain !== ""),
      },
    });
  };
  const words = when === "" ? "Start now" : "Schedule";
  return (
    <form class="card" onSubmit={submit} data-testid="meeting-form">
      <h2>New meeting</h2>
      {session === null && (
        <Field
          id="meeting-host"
          label="Your name"
          value={guest.name}
          onValue={(name) => app.setGuest({ name })}
          autocomplete="name"
          maxLength={100}
        />
      )}
      <Field id="meeting-title" label="Title" value={title} onValue={setTitle} maxLength={200} />
      <Field
        id="meeting-description"
        label="Description"
        value={description}
        onValue={setDescription}
        required={false}
        maxLength={1000}
      />
      <Field
        id="meeting-when"
        label="When"
        hint="Leave it empty to start now."
        type="datetime-local"
        value={when}
        onValue={setWhen}
        required={false}
      />
      <Check id="meeting-approval" label="Waiting room: I let people in" checked={requireApproval} onChecked={setRequireApproval} />
      <Check id="meeting-chat" label="Chat" checked={isChatEnabled} onChecked={setChatEnabled} />
      <Check id="meeting-screen" label="Screen sharing" checked={isScreenShareEnabled} onChecked={setScreenShareEnabled} />
      <Field
        id="meeting-domains"
        label="Only for e-mail addresses of"
        hint="Domains such as example.org; empty for everyone."
        value={domains}
        onValue={setDomains}
        required={false}
      />
      <Field
        id="meeting-most"
        label="At most so many people"
        type="number"
        min="2"
        max={String(MOST)}
        value={most}
        onValue={setMost}
      />
      <FormError id="meeting-error" text={state.formError} />
      <button class="primary wide" type="submit" data-testid="meeting-submit" disabled={busy}>
        {busy ? "One moment…" : words}
      </button>
    </form>
  );
}

interface CheckProps {
  id: string;
  label: string;
  checked: boolean;
  onChecked(checked: boolean): void;
}

function Check({ id, label, checked, onChecked }: CheckProps): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        data-testid={id}
        checked={checked}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
