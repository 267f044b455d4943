/** Who is shut out, and letting them in again. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { App } from "../app";
import type { Ban } from "../moderation";
import { Facts, timeOf } from "./Facts";
import { Field } from "./Field";
import { Select } from "./Select";
import type { ViewProps } from "./ViewProps";

const KINDS: readonly (readonly [Ban["kind"], string])[] = [
  ["device", "Device"],
  ["ip", "IP address"],
];

export function Bans({ state, app }: ViewProps): JSX.Element {
  const { bans, withPast } = state.moderation;
  return (
    <>
      <NewBanForm busy={state.busy} app={app} />
      <label class="check">
        <input
          type="checkbox"
          data-testid="past-bans"
          checked={withPast}
          onChange={(event) => void app.moderator.showPast(event.currentTarget.checked)}
        />
        Show those that are over, too
      </label>
      {bans?.length === 0 && <p class="hint">There are none.</p>}
      {bans?.map((ban) => (
        <BanCard key={ban.id} ban={ban} busy={state.busy} app={app} />
      ))}
    </>
  );
}

function NewBanForm({ busy, app }: { busy: boolean; app: App }): JSX.Element {
  const [kind, setKind] = useState<Ban["kind"]>("device");
  const [value, setValue] = useState("");
  const [reason, setReason] = useState("");
  const [duration, setDuration] = useState("");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const ban = { kind, value: value.trim(), reason: reason.trim(), duration: duration.trim() };
    if (!(await app.moderator.ban(ban))) return;
    setValue("");
    setReason("");
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)} data-testid="ban-form">
      <h2>Shut someone out</h2>
      <Select
        id="ban-kind"
        label="What"
        value={kind}
        onValue={(value) => setKind(value)}
        options={KINDS}
      />
      <Field
        id="ban-value"
        label={kind === "device" ? "Device" : "IP address"}
        value={value}
        onValue={setValue}
        maxLength={128}
      />
      <Field id="ban-reason" label="Why" value={reason} onValue={setReason} required={false} maxLength={500} />
      <Field
        id="ban-duration"
        label="For how long"
        hint="Such as 30m, 12h or 7d; empty for good."
        value={duration}
        onValue={setDuration}
        required={false}
        maxLength={20}
      />
      <button type="submit" class="danger" data-testid="ban-submit" disabled={busy}>
        Shut out
      </button>
    </form>
  );
}

function BanCard({ ban, busy, app }: { ban: Ban; busy: boolean; app: App }): JSX.Element {
  const isOver = ban.liftedAt !== undefined || (ban.expiresAt ?? Infinity) <= Date.now();
  return (
    <article
      class="card report"
      data-testid="ban"
      data-kind={ban.kind}
      data-value={ban.value}
      data-over={isOver}
    >
      <h2>{ban.kind === "device" ? "Device" : "IP address"}</h2>
      <Facts
        facts={[
          ["Which", ban.value],
          ["Why", ban.reason],
          ["Since", timeOf(ban.createdAt)],
          ["Until", ban.expiresAt === undefined ? "For good" : timeOf(ban.expiresAt)],
          ["By", ban.createdBy ?? "A rule"],
          ["Report", ban.reportId],
          ["Lifted by", ban.liftedBy],
          ["Lifted", timeOf(ban.liftedAt)],
        ]}
      />
      {!isOver && (
        <div class="report-actions">
          <button
            type="button"
            class="secondary"
            data-testid="lift"
            aria-label={`Let ${ban.value} in again`}
            disabled={busy}
            onClick={() => void app.moderator.lift(ban.id)}
          >
            Let in again
          </button>
        </div>
      )}
    </article>
  );
}
