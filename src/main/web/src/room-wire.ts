/** The payloads of a quick room as they travel. */

/** Someone in the room; `socketId` is what tells them apart. */
export interface RoomUser {
  id: string;
  username: string;
  socketId: string;
}

export interface RoomEvents {
  "joined-room": { userId: string; roomId: string; participants: RoomUser[] };
  "user-joined": { userId: string; username: string; socketId: string };
  "user-left": { userId: string; username: string; socketId: string };
  "webrtc-offer": { from: string; offer: RTCSessionDescriptionInit };
  "webrtc-answer": { from: string; answer: RTCSessionDescriptionInit };
  "ice-candidate": { from: string; candidate: RTCIceCandidateInit };
  "room-deleted": { roomId: string };
  error: { message?: string; code?: string };
}
