/** The payloads of a meeting as they travel. */
import type { MeetingSettings } from "./meetings";
import type { Kind } from "./wire";

export interface MeetingParticipant {
  userId: string;
  userName: string;
  socketId: string;
  isAudioEnabled?: boolean;
  isVideoEnabled?: boolean;
  isScreenSharing?: boolean;
  isHandRaised?: boolean;
  isHost?: boolean;
}

/** A producer of someone in the meeting. */
export interface MeetingProducer {
  producerId: string;
  userId: string;
  kind: Kind;
  paused?: boolean;
  appData?: { label?: string };
}

export interface MeetingRequest {
  roomId: string;
  userId: string;
  userName: string;
}

export type Topology = "mesh" | "sfu";

/** The sender of what came by way of the server. */
interface From {
  fromUserId: string;
  socketId: string;
}

export interface MeetingEvents {
  "ice-servers": { iceServers: RTCIceServer[] };
  "existing-participants": { participants: MeetingParticipant[] };
  "joined-meeting": {
    roomId: string;
    userId: string;
    isHost?: boolean;
    topology?: Topology;
    meeting: { title: string; hostId: string; settings: MeetingSettings };
  };
  "waiting-for-approval": { roomId: string; userId: string };
  "meeting-error": { error: string; code?: string };
  "participant-joined": MeetingParticipant;
  "participant-left": { userId: string; socketId?: string };
  "webrtc-offer": From & { offer: RTCSessionDescriptionInit };
  "webrtc-answer": From & { answer: RTCSessionDescriptionInit };
  "ice-candidate": From & { candidate: RTCIceCandidateInit };
  "participant-audio-changed": { userId: string; isAudioEnabled: boolean };
  "participant-video-changed": { userId: string; isVideoEnabled: boolean };
  "participant-screen-share-changed": { userId: string; isScreenSharing: boolean };
  "participant-hand-changed": { userId: string; isHandRaised: boolean };
  "meeting-chat-message": { userId: string; userName: string; message: string; timestamp: string };
  "meeting-reaction": { userId: string; userName: string; reaction: string };
  "join-request": MeetingRequest;
  "join-request-cancelled": { roomId: string; userId: string };
  "control:mute": { by?: string };
  "control:removed": { by?: string };
  "meeting:ended": { by?: string };
  "meeting:updated": { roomId: string; title: string; settings: MeetingSettings };
  "meeting:topology": { roomId: string; topology: Topology };
  newProducer: MeetingProducer;
  producerClosed: { producerId: string };
}
