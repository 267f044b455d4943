/**
 * One stay in a meeting: with a host, a waiting room, chat, hands and reactions. People are
 * connected directly while they are few; see `handover.ts` for what happens when they become many.
 */
import { Failure } from "./failure";
import { Handover } from "./handover";
import type { Identity } from "./identity";
import type { Local, Outgoing } from "./local";
import type { MeetingSettings } from "./meetings";
import type { MeetingEvents, MeetingParticipant } from "./meeting-wire";
import { eventOf, type Word } from "./peer";
import { PeerStay } from "./peer-stay";
import { newCall, newPerson, type Features, type Person, type Store } from "./state";
import type { Inside, StayListener, Talkative } from "./stay";
import { Talk } from "./talk";

/** What the server says on joining, in the order it does. */
interface Joined {
  participants: MeetingParticipant[];
  meeting: MeetingEvents["joined-meeting"];
}

export class MeetingStay extends PeerStay<MeetingEvents, Joined> implements Talkative {
  /** The connection of each person: where words of a direct connection go. */
  private readonly sockets = new Map<string, string>();
  private readonly handover: Handover;
  private existing: MeetingParticipant[] = [];
  /** What the others were told last. */
  private told = { audio: true, video: true, screen: false };
  private readonly talk: Talk;

  constructor(
    store: Store,
    local: Local,
    self: Identity,
    private readonly roomId: string,
    listener: StayListener,
  ) {
    super(store, local, self, listener);
    this.talk = new Talk(store);
    this.handover = new Handover(store, this.signal, this.mesh, this.scene, roomId);
    this.follow();
  }

  say(message: string): void {
    void this.request("meeting-chat-message", { message });
  }

  react(reaction: string): void {
    this.signal.tell("meeting-reaction", { roomId: this.roomId, reaction });
    this.talk.reaction(this.state().selfId, reaction);
  }

  raiseHand(isRaised: boolean): void {
    void this.request("raise-hand", { isRaised });
  }

  /** Lets one who waits in, or turns them away. */
  decide(userId: string, isApproved: boolean): void {
    void this.request(isApproved ? "approve-participant" : "reject-participant", { userId });
    this.dropRequest(userId);
  }

  override mute(userId: string): void {
    void this.request("control:mute", { targetSocketId: this.sockets.get(userId) });
  }

  override muteAll(): void {
    for (const { userId, isSelf, isMuted } of this.state().people) {
      if (!isSelf && !isMuted) this.mute(userId);
    }
  }

  override remove(userId: string): void {
    void this.request("control:remove", { targetSocketId: this.sockets.get(userId) });
  }

  override endForAll(): void {
    void this.request("meeting:end", {});
  }

  override end(): void {
    super.end();
    this.handover.close();
  }

  override get inside(): Inside {
    return { ...super.inside, media: this.handover.media };
  }

  protected async prepare(): Promise<void> {
    this.existing = [];
  }

  protected ask(): void {
    const { local } = this.store.get();
    this.told = { audio: local.micOn, video: local.camera !== null, screen: false };
    this.signal.tell("join-meeting", {
      roomId: this.roomId,
      userId: this.self.userId,
      userName: this.self.name,
      isAudioEnabled: this.told.audio,
      isVideoEnabled: this.told.video,
      ...(this.self.email === "" ? {} : { userEmail: this.self.email }),
    });
  }

  protected onJoined({ participants, meeting: joined }: Joined): void {
    const before = this.store.get().call;
    const { userId: selfId, meeting } = joined;
    const { hostId } = meeting;
    const others = participants.filter(({ userId }) => userId !== selfId);
    this.sockets.clear();
    for (const { userId, socketId } of others) this.sockets.set(userId, socketId);
    this.store.set({
      call: {
        ...newCall("meeting", joined.roomId, featuresOf(meeting.settings)),
        title: meeting.title,
        selfId,
        chat: before?.chat ?? [],
        people: [
          { ...this.newSelf(selfId), role: selfId === hostId ? "host" : "participant" },
          ...others.map(personOf),
        ],
      },
    });
    this.handover.begin(
      joined.topology ?? "mesh",
      others.map(({ userId }) => userId),
    );
  }

  protected override async catchUp(): Promise<void> {
    await this.handover.catchUp();
  }

  protected carry(to: string, word: Word): void {
    const [event, payload] = eventOf(word);
    const targetSocketId = this.sockets.get(to);
    this.signal.tell(event, { roomId: this.roomId, targetUserId: to, targetSocketId, ...payload });
  }

  protected async announce(sent: Outgoing): Promise<void> {
    const now = {
      audio: sent.mic !== null,
      video: sent.camera !== null,
      screen: sent.screen !== null,
    };
    const { told, roomId } = this;
    this.told = now;
    const isEnabled = (on: boolean): object => ({ roomId, isEnabled: on });
    if (now.audio !== told.audio) this.signal.tell("toggle-audio", isEnabled(now.audio));
    if (now.video !== told.video) this.signal.tell("toggle-video", isEnabled(now.video));
    if (now.screen !== told.screen) {
      this.signal.tell("toggle-screen-share", { roomId, isSharing: now.screen });
    }
    await this.handover.send(sent);
  }

  protected onTold(from: string, message: object): void {
    this.handover.onTold(from, message);
  }

  protected override onFlow(userId: string): void {
    this.handover.consider(userId);
  }

  protected override onPeerEnd(userId: string): void {
    this.handover.onPeerEnd(userId);
  }

  protected sayGoodbye(): void {
    this.signal.tell("leave-meeting", { roomId: this.roomId });
  }

  private follow(): void {
    this.followJoining();
    this.followPeople();
    this.followTalk();
    this.followHost();
  }

  private followJoining(): void {
    this.on("ice-servers", ({ iceServers }) => {
      this.mesh.iceServers = iceServers;
    });
    this.on("existing-participants", ({ participants }) => {
      this.existing = participants;
    });
    this.on("joined-meeting", (meeting) => {
      this.settle({ participants: this.existing, meeting });
    });
    this.on("waiting-for-approval", () => {
      this.beginWaiting();
      this.listener.onWaiting();
    });
    this.on("meeting-error", ({ error, code = "UNKNOWN" }) => {
      if (!this.refuse(new Failure(error, code))) this.listener.notify("refused", error, "error");
    });
  }

  private followPeople(): void {
    this.onceIn("participant-joined", (participant) => this.onParticipant(participant));
    this.onceIn("participant-left", ({ userId, socketId }) => {
      if (socketId !== undefined && socketId !== this.sockets.get(userId)) return;
      this.sockets.delete(userId);
      this.handover.drop(userId);
      this.dropPerson(userId);
    });
    this.onceIn("webrtc-offer", ({ fromUserId, socketId, offer }) => {
      if (this.isCurrent(fromUserId, socketId)) this.mesh.accept(fromUserId, offer);
    });
    this.onceIn("webrtc-answer", ({ fromUserId, socketId, answer }) => {
      if (this.isCurrent(fromUserId, socketId)) this.mesh.accept(fromUserId, answer);
    });
    this.onceIn("ice-candidate", ({ fromUserId, socketId, candidate }) => {
      if (this.isCurrent(fromUserId, socketId)) this.mesh.addCandidate(fromUserId, candidate);
    });
    this.onceIn("participant-audio-changed", ({ userId, isAudioEnabled }) =>
      this.onSwitch(userId, { isMuted: !isAudioEnabled }),
    );
    this.onceIn("participant-video-changed", ({ userId, isVideoEnabled }) =>
      this.onSwitch(userId, { isVideoOff: !isVideoEnabled }),
    );
    this.onceIn("participant-screen-share-changed", ({ userId, isScreenSharing }) =>
      this.onSwitch(userId, { isSharing: isScreenSharing }),
    );
    this.onceIn("participant-hand-changed", ({ userId, isHandRaised }) => {
      this.update(userId, { hasHandUp: isHandRaised });
      const isOther = userId !== this.state().selfId;
      if (isHandRaised && isOther) this.notify("hand", `${this.nameOf(userId)} raised a hand`);
    });
  }

  private followTalk(): void {
    this.onceIn("meeting-chat-message", ({ userId, userName, message, timestamp }) => {
      this.talk.line({ userId, name: userName, text: message, at: new Date(timestamp) });
    });
    this.onceIn("meeting-reaction", ({ userId, reaction }) => this.talk.reaction(userId, reaction));
    this.onceIn("meeting:updated", ({ title, settings }) =>
      this.store.setCall(() => ({ title, features: featuresOf(settings) })),
    );
    this.onceIn("meeting:topology", ({ topology }) => {
      if (topology === "sfu") void this.handover.toServer();
    });
    this.onceIn("newProducer", (producer) => this.handover.onProducer(producer));
    this.onceIn("producerClosed", ({ producerId }) => this.handover.onProducerClosed(producerId));
  }

  private followHost(): void {
    this.on("join-request", ({ userId, userName }) => {
      this.dropRequest(userId);
      const request = { userId, name: userName };
      this.store.setCall(({ requests }) => ({ requests: [...requests, request] }));
    });
    this.on("join-request-cancelled", ({ userId }) => this.dropRequest(userId));
    this.onceIn("control:mute", () => void this.muteSelf());
    this.onceIn("control:removed", () => this.finish("kicked"));
    this.on("meeting:ended", () => {
      if (this.store.get().call !== null) this.finish("closed");
      else this.refuse(new Failure("The meeting was ended", "NOT_FOUND"));
    });
  }

  private onParticipant(participant: MeetingParticipant): void {
    const { userId, socketId } = participant;
    const { selfId } = this.state();
    if (userId === selfId || this.sockets.get(userId) === socketId) return;
    // Someone who comes by another connection begins anew.
    this.mesh.close(userId);
    this.scene.drop(userId);
    this.handover.drop(userId);
    this.sockets.set(userId, socketId);
    this.addPerson(personOf(participant));
  }

  private onSwitch(userId: string, patch: Partial<Person>): void {
    if (userId === this.state().selfId) return;
    this.update(userId, patch);
    this.handover.consider(userId);
  }

  private isCurrent(userId: string, socketId: string): boolean {
    return this.sockets.get(userId) === socketId;
  }

  private async muteSelf(): Promise<void> {
    if (!this.store.get().local.micOn) return;
    await this.local.setMic(false);
    await this.publish();
    this.notify("muted", "The host muted you. You can unmute yourself.");
  }

  private dropRequest(userId: string): void {
    this.store.setCall(({ requests }) => ({
      requests: requests.filter((request) => request.userId !== userId),
    }));
  }

  private notify(code: string, text: string): void {
    this.listener.notify(code, text);
  }

  /** Asks something of the meeting; a refusal is told. */
  private async request(event: string, payload: object): Promise<void> {
    try {
      await this.signal.request(event, { roomId: this.roomId, ...payload });
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : "";
      this.listener.notify("refused", `That did not work: ${why}`, "error");
    }
  }
}

function personOf(participant: MeetingParticipant): Person {
  const { userId, userName, isHost, isAudioEnabled, isVideoEnabled } = participant;
  return {
    ...newPerson(userId, userName, isHost ? "host" : "participant", false),
    isMuted: !(isAudioEnabled ?? true),
    isVideoOff: !(isVideoEnabled ?? true),
    isSharing: participant.isScreenSharing ?? false,
    hasHandUp: participant.isHandRaised ?? false,
  };
}

function featuresOf({ isChatEnabled, isScreenShareEnabled }: MeetingSettings): Features {
  return {
    screen: isScreenShareEnabled,
    chat: isChatEnabled,
    reactions: true,
    hands: true,
    company: true,
    coHosts: false,
  };
}
