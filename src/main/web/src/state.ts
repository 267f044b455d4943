/**
 * All that the page shows, in one value. Controllers replace it, views only read it: data flows
 * one way, from what happened to what is seen.
 */
import type { Ending } from "./endings";
import type { Guest } from "./identity";
import type { MeetingInfo } from "./meetings";
import { atTheDoor, type Moderation } from "./moderation";
import type { Place, PlaceKind } from "./place";
import type { Session } from "./session";
import { firstWish, type Wish } from "./wish";
import type { Kind, Role } from "./wire";

export type Screen =
  | "auth"
  | "start"
  | "meetings"
  | "lobby"
  | "strangers"
  | "moderation"
  | "waiting"
  | "call"
  | "ended";

export interface Notice {
  id: number;
  tone: "info" | "error";
  /** Stable name of what happened, for tests and styles. */
  code: string;
  text: string;
}

/** How media of someone reaches this page: directly, or through the server. */
export type Route = "mesh" | "sfu";

export interface Person {
  /** Account or guest; in a quick room, where someone may be twice, the connection. */
  userId: string;
  name: string;
  role: Role;
  isSelf: boolean;
  /** As announced; what is heard and seen also needs a live track. */
  isMuted: boolean;
  isVideoOff: boolean;
  isSharing: boolean;
  hasHandUp: boolean;
  /** Null while neither way is open. */
  via: Route | null;
}

/** A remote picture that is being received. */
export interface RemoteVideo {
  id: string;
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

/** What a place offers beside sound and picture. */
export interface Features {
  screen: boolean;
  chat: boolean;
  reactions: boolean;
  /** Raised hands. */
  hands: boolean;
  /** There may be more than two: a list of who is there, and a link for others. */
  company: boolean;
  coHosts: boolean;
}

export interface ChatLine {
  id: number;
  userId: string;
  name: string;
  text: string;
  at: Date;
}

export interface Reaction {
  id: number;
  userId: string;
  reaction: string;
}

/** Someone who asks to be let in. */
export interface JoinRequest {
  userId: string;
  name: string;
}

/** What is known while one waits to be brought together with a stranger. */
export interface Search {
  /** Place in the queue; null until the server has said it. */
  position: number | null;
  waitSeconds: number | null;
  /** Too many wishes in a short time: the next is sent by itself. */
  isPaused: boolean;
}

/** Someone one was brought together with. */
export interface Stranger {
  sessionId: string;
  peerId: string;
  commonInterests: string[];
}

export interface Call {
  kind: PlaceKind;
  features: Features;
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
  chat: ChatLine[];
  /** Lines that came since the chat was last open. */
  unread: number;
  /** Those of the last seconds. */
  reactions: Reaction[];
  requests: JoinRequest[];
  /** Among strangers, while nobody is there; otherwise null. */
  search: Search | null;
  /** The last stranger who was there, until they are blocked. */
  stranger: Stranger | null;
}

/** What is known of a place before it is entered. */
export interface Preview {
  title: string;
  /** Only e-mail addresses of certain domains are let in. */
  asksEmail: boolean;
}

export type Panel = "people" | "chat";

export interface State {
  screen: Screen;
  session: Session | null;
  line: "connecting" | "up" | "lost";
  /** A request of the current form is running. */
  busy: boolean;
  /** What the current form has to say about its last attempt. */
  formError: string | null;
  /** Where to go; survives logging in. */
  place: Place | null;
  preview: Preview | null;
  /** How a visitor without an account wants to be called. */
  guest: Guest;
  /** Whom one wants to meet among strangers. */
  wish: Wish;
  /** Whether the rules for meeting strangers were accepted on this device. */
  consented: boolean;
  moderation: Moderation;
  /** Own meetings; null until they are known. */
  meetings: MeetingInfo[] | null;
  local: LocalMedia;
  devices: DeviceChoice;
  call: Call | null;
  ended: Ending | null;
  panel: Panel | null;
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
  place: null,
  preview: null,
  guest: { name: "", email: "" },
  wish: firstWish,
  consented: false,
  moderation: atTheDoor,
  meetings: null,
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

/** Someone of whom nothing is known but who they are. */
export function newPerson(userId: string, name: string, role: Role, isSelf: boolean): Person {
  return {
    userId,
    name,
    role,
    isSelf,
    isMuted: false,
    isVideoOff: false,
    isSharing: false,
    hasHandUp: false,
    via: null,
  };
}

/** A call of which only its place is known. */
export function newCall(kind: PlaceKind, roomId: string, features: Features): Call {
  return {
    kind,
    features,
    roomId,
    roomCode: roomId,
    title: "",
    selfId: "",
    people: [],
    videos: [],
    speaking: new Set(),
    media: "starting",
    chat: [],
    unread: 0,
    reactions: [],
    requests: [],
    search: null,
    stranger: null,
  };
}
