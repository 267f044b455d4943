/** Reports of strangers: the next of the queue, and all of them. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { App } from "../app";
import { REASONS } from "../device";
import type { Report, Status } from "../moderation";
import { Facts, timeOf } from "./Facts";
import { Select } from "./Select";
import type { ViewProps } from "./ViewProps";

export function Queue({ state, app }: ViewProps): JSX.Element {
  const { report, figures } = state.moderation;
  const pending = figures?.pendingReports;
  return (
    <>
      <p class="hint" data-testid="pending" role="status">
        {pending === undefined ? "…" : `${pending} undecided`}
      </p>
      {report === null ? (
        <div class="card moderation-empty">
          <p>
            {pending === 0
              ? "Nothing to decide."
              : "A report you take is not offered to other moderators for a while."}
          </p>
          <button
            type="button"
            class="primary"
            data-testid="take-report"
            disabled={state.busy}
            onClick={() => void app.moderator.next()}
          >
            Take the next report
          </button>
        </div>
      ) : (
        <ReportCard key={report.id} report={report} busy={state.busy} app={app} />
      )}
    </>
  );
}

const STATUSES: readonly (readonly [Status | "", string])[] = [
  ["pending", "Undecided"],
  ["accepted", "Accepted"],
  ["rejected", "Rejected"],
  ["", "All"],
];

export function Reports({ state, app }: ViewProps): JSX.Element {
  const { reports, status } = state.moderation;
  return (
    <>
      <Select
        id="report-status"
        label="Show"
        value={status}
        onValue={(value) => void app.moderator.filter(value)}
        options={STATUSES}
      />
      {reports?.length === 0 && <p class="hint">There are none.</p>}
      {reports?.map((report) => (
        <ReportCard key={report.id} report={report} busy={state.busy} app={app} />
      ))}
    </>
  );
}

interface ReportCardProps {
  report: Report;
  busy: boolean;
  app: App;
}

function ReportCard({ report, busy, app }: ReportCardProps): JSX.Element {
  const [blockIp, setBlockIp] = useState(false);
  const { id, status } = report;
  const decide = (decision: "accepted" | "rejected"): void =>
    void app.moderator.decide(id, decision, decision === "accepted" && blockIp);
  return (
    <article class="card report" data-testid="report" data-report-id={id} data-status={status}>
      <h2>{reasonOf(report)}</h2>
      <Facts
        facts={[
          ["When", timeOf(report.timestamp)],
          ["Reported", report.reportedPeerId],
          ["By", report.reporterId],
          ["Session", report.sessionId],
          ["Comment", report.comment],
          ["Evidence", report.evidence],
          ["Report", id],
          ["Status", statusOf(status)],
          ["Decided by", report.moderatorId],
          ["Decided", timeOf(report.moderatedAt)],
        ]}
      />
      {status === "pending" && (
        <>
          <label class="check">
            <input
              type="checkbox"
              data-testid="block-ip"
              checked={blockIp}
              onChange={(event) => setBlockIp(event.currentTarget.checked)}
            />
            Also block the address they came from
          </label>
          <div class="report-actions">
            <button
              type="button"
              class="danger"
              data-testid="accept"
              disabled={busy}
              onClick={() => decide("accepted")}
            >
              Accept and block
            </button>
            <button
              type="button"
              class="secondary"
              data-testid="dismiss"
              disabled={busy}
              onClick={() => decide("rejected")}
            >
              Reject
            </button>
          </div>
        </>
      )}
    </article>
  );
}

function reasonOf({ reason }: Report): string {
  return REASONS.find(([code]) => code === reason)?.[1] ?? reason;
}

function statusOf(status: Status): string {
  return STATUSES.find(([code]) => code === status)?.[1] ?? status;
}
