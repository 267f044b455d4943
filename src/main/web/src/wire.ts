/**
 * The payloads of the conference dialect as they travel: HTTP bodies, acknowledgements and events.
 * Fields marked optional are additions that a plainer server may leave out.
 */
import type { types } from "mediasoup-client";

export type Role = "host" | "co_host" | "participant";
export type Kind = "audio" | "video";
/** What a producer shows or carries; travels as `appData.label`. */
export type Label = "audio" | "video" | "screen";

export interface WireParticipant {
  userId: string;
  displayName?: string;
  role: Role;
  joinedAt?: number;
  producerIds?: string[];
  isMuted?: boolean;
  isVideoOff?: boolean;
}

export interface WireProducer {
  producerId: string;
  userId: string;
  kind: Kind;
  paused?: boolean;
  appData?: { label?: string };
}

export interface CreatedRoom {
  roomId: string;
  roomCode: string;
}

export interface JoinedRoom {
  role: Role;
  participants: WireParticipant[];
  rtpCapabilities: types.RtpCapabilities;
  existingProducers: WireProducer[];
  roomId?: string;
  roomCode?: string;
  title?: string;
}

export interface CreatedTransport {
  id: string;
  iceParameters: types.IceParameters;
  iceCandidates: types.IceCandidate[];
  dtlsParameters: types.DtlsParameters;
  iceServers?: RTCIceServer[];
}

export interface Consumed {
  consumerId: string;
  producerId: string;
  kind: Kind;
  rtpParameters: types.RtpParameters;
  appData?: { label?: string };
}

/** Every event the server sends that this page listens to, with its payload. */
export interface ServerEvents {
  authenticated: { userId: string };
  "room:userJoined": {
    userId: string;
    role: Role;
    displayName?: string;
    participants: WireParticipant[];
  };
  "room:userLeft": { userId: string; participants: WireParticipant[]; kicked?: boolean };
  "room:closed": { roomId: string };
  "room:userKicked": { roomId: string; reason?: string };
  "room:allMuted": { roomId: string; mutedBy: string };
  "room:userMuted": { roomId: string; mutedBy: string };
  "room:roleChanged": { userId: string; newRole: Role };
  "media:newProducer": WireProducer;
  "media:producerClosed": { producerId: string; userId: string };
  "media:producerPaused": { userId: string; producerId: string; kind: Kind };
  "media:producerResumed": { userId: string; producerId: string; kind: Kind };
  "media:peerUpdate": { userId: string; audioEnabled: boolean; videoEnabled: boolean };
}

export type ServerEvent = keyof ServerEvents;
