/** How many reports there are, and of what. */
import type { JSX } from "preact";
import { REASONS } from "../device";
import { Facts } from "./Facts";
import type { ViewProps } from "./ViewProps";

export function FiguresPart({ state }: ViewProps): JSX.Element {
  const { figures } = state.moderation;
  if (figures === null) return <p class="hint">…</p>;
  const name = (code: string): string => REASONS.find(([each]) => each === code)?.[1] ?? code;
  return (
    <div class="figures" data-testid="figures">
      <section class="card">
        <h2>Reports</h2>
        <Facts
          facts={[
            ["All", String(figures.totalReports)],
            ["Undecided", String(figures.pendingReports)],
            ["Accepted", String(figures.acceptedReports)],
            ["Rejected", String(figures.rejectedReports)],
          ]}
        />
      </section>
      <section class="card">
        <h2>By reason</h2>
        <Facts
          facts={Object.entries(figures.reportsByReason).map(
            ([code, count]) => [name(code), String(count)] as const,
          )}
        />
      </section>
    </div>
  );
}
