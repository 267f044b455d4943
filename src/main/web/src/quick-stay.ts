/** One stay in a quick room, where everyone is connected to everyone and no account is needed. */
import { codeFromMessage, Failure } from "./failure";
import type { Identity } from "./identity";
import type { Local, Outgoing } from "./local";
import { eventOf, type Word } from "./peer";
import { PeerStay } from "./peer-stay";
import { turnServers } from "./rooms";
import type { RoomEvents, RoomUser } from "./room-wire";
import { newCall, newPerson, type Store } from "./state";
import type { StayListener } from "./stay";

type Joined = RoomEvents["joined-room"];

/** What is told over the direct connection: the server of quick rooms knows nothing of it. */
interface Switches {
  audio: boolean;
  video: boolean;
  screen: boolean;
}

const FEATURES = {
  screen: true,
  chat: false,
  reactions: false,
  hands: false,
  company: true,
  coHosts: false,
};

export class QuickStay extends PeerStay<RoomEvents, Joined> {
  private switches: Switches = { audio: false, video: false, screen: false };

  constructor(
    store: Store,
    local: Local,
    self: Identity,
    private readonly roomId: string,
    listener: StayListener,
  ) {
    super(store, local, self, listener);
    this.follow();
  }

  protected async prepare(): Promise<void> {
    this.mesh.iceServers = await turnServers(this.self.token);
  }

  protected ask(): void {
    this.signal.tell("join-room", { roomId: this.roomId, username: this.self.name });
  }

  protected onJoined({ participants }: Joined): void {
    const selfId = this.signal.id;
    const others = participants.filter(({ socketId }) => socketId !== selfId);
    this.store.set({
      call: {
        ...newCall("quick", this.roomId, FEATURES),
        title: this.store.get().preview?.title ?? "",
        selfId,
        people: [
          this.newSelf(selfId),
          ...others.map((user) => newPerson(user.socketId, user.username, "participant", false)),
        ],
      },
    });
    for (const { socketId } of others) this.connect(socketId);
  }

  protected carry(to: string, word: Word): void {
    const [event, payload] = eventOf(word);
    this.signal.tell(event, { to, ...payload });
  }

  protected async announce({ mic, camera, screen }: Outgoing): Promise<void> {
    this.switches = { audio: mic !== null, video: camera !== null, screen: screen !== null };
    this.mesh.tellAll(this.switches);
  }

  protected onTold(from: string, message: object): void {
    const { audio, video, screen } = message as Partial<Switches>;
    this.update(from, {
      isMuted: audio === false,
      isVideoOff: video === false,
      isSharing: screen === true,
    });
  }

  protected sayGoodbye(): void {
    this.signal.tell("leave-room");
  }

  private follow(): void {
    this.on("joined-room", (joined) => this.settle(joined));
    this.on("error", ({ message = "", code }) => {
      const failure = new Failure(message, code ?? codeFromMessage(message));
      if (!this.refuse(failure)) this.listener.notify("refused", message, "error");
    });
    this.onceIn("user-joined", (user) => this.onUser({ ...user, id: user.userId }));
    this.onceIn("user-left", ({ socketId }) => this.dropPerson(socketId));
    this.onceIn("webrtc-offer", ({ from, offer }) => {
      if (this.person(from) === undefined) return;
      const isNew = !this.mesh.has(from);
      this.mesh.accept(from, offer);
      if (isNew) this.mesh.tell(from, this.switches);
    });
    this.onceIn("webrtc-answer", ({ from, answer }) => this.mesh.accept(from, answer));
    this.onceIn("ice-candidate", ({ from, candidate }) => this.mesh.addCandidate(from, candidate));
    this.onceIn("room-deleted", () => this.finish("closed"));
  }

  private onUser({ socketId, username }: RoomUser): void {
    if (this.person(socketId) !== undefined) return;
    this.addPerson(newPerson(socketId, username, "participant", false));
    this.connect(socketId);
  }

  /** Of two the one with the greater id makes the offer; the other waits for it. */
  private connect(socketId: string): void {
    if (this.signal.id <= socketId) return;
    this.mesh.open(socketId, true);
    this.mesh.tell(socketId, this.switches);
  }
}
