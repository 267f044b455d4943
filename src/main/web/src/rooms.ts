/** Quick rooms over HTTP. */
import { fetched } from "./http";

export interface QuickRoom {
  id: string;
  name: string;
}

export function openQuickRoom(name: string, token: string | null): Promise<QuickRoom> {
  return fetched("POST", "/api/rooms", { body: { name }, token });
}

export function quickRoom(id: string, token: string | null): Promise<QuickRoom> {
  return fetched("GET", `/api/rooms/${encodeURIComponent(id)}`, { token });
}

/** Servers that help to find a direct way; none is no reason not to try. */
export async function turnServers(token: string | null): Promise<RTCIceServer[]> {
  try {
    const path = "/api/turn-credentials";
    return (await fetched<{ iceServers: RTCIceServer[] }>("GET", path, { token })).iceServers;
  } catch (thrown) {
    console.warn("No servers to find a direct way with", thrown);
    return [];
  }
}
