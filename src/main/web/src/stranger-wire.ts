/** The payloads of random video chat as they travel. */

/** Where its sockets live. */
export const NAMESPACE = "/signaling";

export interface StrangerEvents {
  connected: { deviceId: string };
  "queue-joined": { position: number; queueLength?: number };
  "queue-update": { position: number; estimatedWaitTime?: number };
  matched: {
    sessionId: string;
    peerId: string;
    compatibilityScore?: number | null;
    commonInterests?: string[];
  };
  offer: { sessionId: string; offer: RTCSessionDescriptionInit; from: string };
  answer: { sessionId: string; answer: RTCSessionDescriptionInit; from: string };
  candidate: { sessionId: string; candidate: RTCIceCandidateInit; from: string };
  message: {
    sessionId: string;
    message: string;
    from: string;
    sender?: string;
    timestamp: number;
  };
  reaction: { sessionId: string; emoji: string; from: string };
  "peer-disconnected": { sessionId: string };
  "moderation-action": { type: string; message?: string };
  error: { message?: string; code?: string; retryAfterMs?: number };
}
