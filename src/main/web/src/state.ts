/**
 * All that the page shows, in one value. Controllers replace it, views only read it: data flows
 * one way, from what happened to what is seen.
 */
import type { Session } from "./session";
import type { Kind, Role } from "./wire";

export type Screen = "auth" | "start" | "lobby" | "call" | "ended";

export interface Notice {
  id: number;
  tone: "info" | "error";
  /** Stable name of what happened, for tests and styles. */
  code: string;
  text: string;
}

export interface Person {
  userId: string;
  name: string;
  role: Role;
  isSelf: boolean;
  /** As announced; what is heard and seen also needs a live track. */
  isMuted: boolean;
  isVideoOff: boolean;
}

/** A remote picture that is being received. */
export interface RemoteVideo {
  producerId: string;
  consumerId: string;
  userId: string;
  source: "camera" | "screen";
  stream: MediaStream;
}

/** Why a camera or microphone is not to be had. */
export type DeviceTrouble = "denied" | "missing" | "busy" | "insecure" | "unknown";

export interface LocalMedia {
  micOn: boolean;
  cameraOn: boolean;
  /** Camera picture for the preview; null when off. */
  camera: MediaStream | null;
  mic: MediaStream | null;
  screen: MediaStream | null;
  micTrouble: DeviceTrouble | null;
  cameraTrouble: DeviceTrouble | null;
  /** A device is being opened. */
  opening: boolean;
}

export interface DeviceChoice {
  cameras: MediaDeviceInfo[];
  mics: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
  cameraId: string;
  micId: string;
  speakerId: string;
}

export interface Call {
  roomId: string;
  roomCode: string;
  /** What the room is about; may be empty. */
  title: string;
  selfId: string;
  people: Person[];
  videos: RemoteVideo[];
  /** Users who are heard right now. */
  speaking: ReadonlySet<string>;
  media: "starting" | "up" | "rebuilding";
}

export interface State {
  screen: Screen;
  session: Session | null;
  line: "connecting" | "up" | "lost";
  /** A request of the current form is running. */
  busy: boolean;
  /** What the current form has to say about its last attempt. */
  formError: string | null;
  /** Code or id of the room to enter; survives logging in. */
  room: string | null;
  local: LocalMedia;
  devices: DeviceChoice;
  call: Call | null;
  ended: { code: string; title: string; text: string; mayRejoin: boolean } | null;
  panel: "people" | null;
  dialog: "devices" | "end-room" | null;
  soundBlocked: boolean;
  notices: Notice[];
}

export const initialState: State = {
  screen: "auth",
  session: null,
  line: "connecting",
  busy: false,
  formError: null,
  room: null,
  local: {
    micOn: true,
    cameraOn: true,
    camera: null,
    mic: null,
    screen: null,
    micTrouble: null,
    cameraTrouble: null,
    opening: false,
  },
  devices: { cameras: [], mics: [], speakers: [], cameraId: "", micId: "", speakerId: "" },
  call: null,
  ended: null,
  panel: null,
  dialog: null,
  soundBlocked: false,
  notices: [],
};

/** Holds the state and tells one listener that it changed, once for all changes of a turn. */
export class Store {
  private state = initialState;
  private listener: (state: State) => void = () => {};
  private scheduled = false;

  get(): State {
    return this.state;
  }

  set(patch: Partial<State>): void {
    this.state = { ...this.state, ...patch };
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.listener(this.state);
    });
  }

  setLocal(patch: Partial<LocalMedia>): void {
    this.set({ local: { ...this.state.local, ...patch } });
  }

  /** Changes the call if there is one. */
  setCall(change: (call: Call) => Partial<Call>): void {
    const { call } = this.state;
    if (call !== null) this.set({ call: { ...call, ...change(call) } });
  }

  watch(listener: (state: State) => void): void {
    this.listener = listener;
    listener(this.state);
  }
}

/** The field of a person that says whether their track of this kind is off. */
export function flagOf(kind: Kind): "isMuted" | "isVideoOff" {
  return kind === "audio" ? "isMuted" : "isVideoOff";
}
