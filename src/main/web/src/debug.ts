/** A look inside from the console and from tests: `await parley.stats()`. */
import type { App } from "./app";
import type { Route, State, Store } from "./state";

interface UserStats {
  /** How the picture that is counted here comes. */
  via: Route | null;
  framesDecoded: number;
  screenFramesDecoded: number;
  frameWidth: number;
  frameHeight: number;
  audioEnergy: number;
  audioPackets: number;
  bytesReceived: number;
}

export interface Stats {
  /** What is received, by user. */
  remote: Record<string, UserStats>;
  transports: { direction: string; state: string; bytesSent: number; bytesReceived: number }[];
  sent: { label: unknown; paused: boolean; id: string }[];
}

declare global {
  interface Window {
    parley: { state(): State; stats(): Promise<Stats> };
  }
}

export function expose(store: Store, app: App): void {
  window.parley = { state: () => store.get(), stats: () => statsOf(store, app) };
}

async function statsOf(store: Store, app: App): Promise<Stats> {
  const stats: Stats = { remote: {}, transports: [], sent: [] };
  const inside = app.running?.inside;
  if (inside === undefined) return stats;
  const viaOf = (userId: string): Route | null =>
    store.get().call?.people.find((person) => person.userId === userId)?.via ?? null;
  for (const { userId, label, via, getStats } of inside.arriving) {
    const user = (stats.remote[userId] ??= { ...nothing(), via: viaOf(userId) });
    if (user.via !== via) continue;
    const report = await getStats().catch(() => null);
    report?.forEach((entry: RTCInboundRtpStreamStats) => {
      if (entry.type !== "inbound-rtp") return;
      user.bytesReceived += entry.bytesReceived ?? 0;
      if (label === "audio") {
        user.audioEnergy += entry.totalAudioEnergy ?? 0;
        user.audioPackets += entry.packetsReceived ?? 0;
      } else if (label === "screen") {
        user.screenFramesDecoded += entry.framesDecoded ?? 0;
      } else {
        user.framesDecoded += entry.framesDecoded ?? 0;
        user.frameWidth = entry.frameWidth ?? 0;
        user.frameHeight = entry.frameHeight ?? 0;
      }
    });
  }
  for (const transport of inside.media?.all.transports ?? []) {
    const { direction, connectionState: state } = transport;
    const sum = { direction, state, bytesSent: 0, bytesReceived: 0 };
    const report = await transport.getStats().catch(() => null);
    report?.forEach((entry: RTCTransportStats) => {
      if (entry.type !== "transport") return;
      sum.bytesSent += entry.bytesSent ?? 0;
      sum.bytesReceived += entry.bytesReceived ?? 0;
    });
    stats.transports.push(sum);
  }
  const sent = inside.media?.all.sent ?? [];
  stats.sent = sent.map(({ appData, paused, id }) => ({ label: appData["label"], paused, id }));
  return stats;
}

function nothing(): UserStats {
  return {
    via: null,
    framesDecoded: 0,
    screenFramesDecoded: 0,
    frameWidth: 0,
    frameHeight: 0,
    audioEnergy: 0,
    audioPackets: 0,
    bytesReceived: 0,
  };
}
