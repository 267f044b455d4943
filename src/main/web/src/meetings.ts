/** Meetings over HTTP: making them, listing one's own, ending and deleting. */
import { fetched } from "./http";
import type { Identity } from "./identity";

export interface MeetingSettings {
  maxParticipants: number;
  isChatEnabled: boolean;
  isScreenShareEnabled: boolean;
  requireApproval: boolean;
  allowedDomains: string[];
}

export interface MeetingInfo {
  roomId: string;
  title: string;
  description?: string | null;
  hostId: string;
  status: "scheduled" | "waiting" | "active" | "completed";
  scheduledAt?: string | null;
  createdAt?: string;
}

export interface MeetingPlan {
  title: string;
  description: string;
  /** ISO time; null for a meeting that starts now. */
  scheduledAt: string | null;
  settings: MeetingSettings;
}

export async function planMeeting(plan: MeetingPlan, host: Identity): Promise<MeetingInfo> {
  const body = {
    title: plan.title,
    hostId: host.userId,
    hostName: host.name,
    settings: plan.settings,
    ...(plan.description === "" ? {} : { description: plan.description }),
    ...(plan.scheduledAt === null ? {} : { scheduledAt: plan.scheduledAt }),
  };
  const path = "/api/meetings/create";
  return (await fetched<{ meeting: MeetingInfo }>("POST", path, { body, token: host.token })).meeting;
}

export async function meetingInfo(
  roomId: string,
  token: string | null,
): Promise<MeetingInfo & { settings: MeetingSettings }> {
  const answer = await fetched<{ meeting: MeetingInfo & { settings: MeetingSettings } }>(
    "GET",
    pathOf(roomId),
    { token },
  );
  return answer.meeting;
}

export async function meetingsOf({ userId, token }: Identity): Promise<MeetingInfo[]> {
  const path = `/api/meetings/user/${encodeURIComponent(userId)}?limit=50`;
  return (await fetched<{ meetings: MeetingInfo[] }>("GET", path, { token })).meetings;
}

export function endMeeting(roomId: string, { userId, token }: Identity): Promise<unknown> {
  return fetched("POST", `${pathOf(roomId)}/end`, { body: { hostId: userId }, token });
}

export function deleteMeeting(roomId: string, { userId, token }: Identity): Promise<unknown> {
  return fetched("DELETE", pathOf(roomId), { body: { hostId: userId }, token });
}

function pathOf(roomId: string): string {
  return `/api/meetings/${encodeURIComponent(roomId)}`;
}
