/** What moderators read and decide, over HTTP, and what of it the page shows. */
import { ask, failureOf, fetched } from "./http";

export type Status = "pending" | "accepted" | "rejected";
export type Decision = Exclude<Status, "pending">;

/** Times are epoch milliseconds here and below. */
export interface Report {
  id: string;
  reporterId: string;
  reportedPeerId: string;
  sessionId: string;
  reason: string;
  comment?: string;
  evidence?: string;
  timestamp: number;
  status: Status;
  moderatorId?: string;
  moderatedAt?: number;
}

export interface Ban {
  id: string;
  kind: "device" | "ip";
  value: string;
  reason: string;
  reportId?: string;
  createdBy?: string;
  createdAt: number;
  expiresAt?: number;
  liftedBy?: string;
  liftedAt?: number;
}

export interface NewBan {
  kind: Ban["kind"];
  value: string;
  reason: string;
  /** Such as `30m` or `1d`; empty for good. */
  duration: string;
}

export interface Figures {
  totalReports: number;
  pendingReports: number;
  acceptedReports: number;
  rejectedReports: number;
  reportsByReason: Record<string, number>;
}

export interface Deed {
  id: string;
  action: string;
  timestamp: number;
  metadata: Record<string, unknown> | null;
}

export const TABS = ["queue", "reports", "bans", "figures", "audit"] as const;
export type Tab = (typeof TABS)[number];

export interface Moderation {
  /** What one is let in by; null at the door. */
  by: "token" | "device" | null;
  tab: Tab;
  /** Why the last request failed. */
  trouble: string | null;
  /** The report one has taken from the queue; null when there is none. */
  report: Report | null;
  /** What follows is null until it is known. */
  reports: Report[] | null;
  status: Status | "";
  bans: Ban[] | null;
  withPast: boolean;
  figures: Figures | null;
  deeds: Deed[] | null;
}

export const atTheDoor: Moderation = {
  by: null,
  tab: "queue",
  trouble: null,
  report: null,
  reports: null,
  status: "pending",
  bans: null,
  withPast: false,
  figures: null,
  deeds: null,
};

const LIMIT = 100;

/** Takes the oldest report from the queue; null when it is empty. */
export async function nextReport(token: string): Promise<Report | null> {
  const answer = await ask("GET", "/reports/next", { token });
  if (!answer.ok) throw failureOf(answer);
  return answer.body as Report | null;
}

export function reportsOf(status: Status | "", token: string): Promise<Report[]> {
  const filter = status === "" ? "" : `&status=${status}`;
  return fetched("GET", `/reports?limit=${LIMIT}${filter}`, { token });
}

/** To accept a report shuts the reported device out, and its address with `blockIp`. */
export function decide(
  reportId: string,
  decision: Decision,
  blockIp: boolean,
  token: string,
): Promise<unknown> {
  const body = { reportId, decision, ...(blockIp ? { blockIp } : {}) };
  return fetched("POST", "/reports/moderate", { body, token });
}

export function figures(token: string): Promise<Figures> {
  return fetched("GET", "/reports/stats", { token });
}

export function bans(withPast: boolean, token: string): Promise<Ban[]> {
  return fetched("GET", `/moderation/bans?limit=${LIMIT}&active=${!withPast}`, { token });
}

export function ban({ duration, reason, ...ban }: NewBan, token: string): Promise<Ban> {
  const body = {
    ...ban,
    ...(reason === "" ? {} : { reason }),
    ...(duration === "" ? {} : { duration }),
  };
  return fetched("POST", "/moderation/bans", { body, token });
}

export function lift(id: string, token: string): Promise<Ban> {
  return fetched("DELETE", `/moderation/bans/${encodeURIComponent(id)}`, { token });
}

export function audit(token: string): Promise<Deed[]> {
  return fetched("GET", `/moderation/audit?limit=${LIMIT}`, { token });
}
