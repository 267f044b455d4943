/** The direct connections of one stay, by the id of the person at the other end. */
import { Peer, type Sent, type Word } from "./peer";

export interface MeshListener {
  onWord(to: string, word: Word): void;
  onReceiver(from: string, receiver: RTCRtpReceiver): void;
  onTold(from: string, message: object): void;
  /** The other side closed its connection. */
  onEnd(from: string): void;
  onState(of: string, state: RTCPeerConnectionState): void;
}

export class Mesh {
  iceServers: RTCIceServer[] = [];
  private readonly peers = new Map<string, Peer>();
  private sent: Sent = { audio: null, video: null };

  constructor(private readonly listener: MeshListener) {}

  has(id: string): boolean {
    return this.peers.has(id);
  }

  /** Opens the connection to someone: with an offer, or ready for theirs. */
  open(id: string, offers: boolean): Peer {
    this.close(id);
    const { listener } = this;
    const peer = new Peer(this.iceServers, offers, this.sent, {
      onWord: (word) => listener.onWord(id, word),
      onReceiver: (receiver) => listener.onReceiver(id, receiver),
      onTold: (message) => listener.onTold(id, message),
      onEnd: () => listener.onEnd(id),
      onState: (state) => listener.onState(id, state),
    });
    this.peers.set(id, peer);
    return peer;
  }

  /** Takes a description of someone; an offer opens the connection if there is none. */
  accept(id: string, description: RTCSessionDescriptionInit): void {
    const peer = this.peers.get(id) ?? (description.type === "offer" ? this.open(id, false) : null);
    peer?.accept(description);
  }

  addCandidate(id: string, candidate: RTCIceCandidateInit): void {
    this.peers.get(id)?.addCandidate(candidate);
  }

  /** Sends this to everyone from now on. */
  send(sent: Sent): void {
    this.sent = sent;
    for (const peer of this.peers.values()) peer.send(sent);
  }

  tell(id: string, message: object): void {
    this.peers.get(id)?.tell(message);
  }

  tellAll(message: object): void {
    for (const peer of this.peers.values()) peer.tell(message);
  }

  /** Whether the way to someone leads through a relay. */
  async isRelayed(id: string): Promise<boolean> {
    return (await this.peers.get(id)?.isRelayed()) ?? false;
  }

  nudge(): void {
    for (const peer of this.peers.values()) peer.nudge();
  }

  close(id: string): void {
    this.peers.get(id)?.close();
    this.peers.delete(id);
  }

  closeAll(): void {
    for (const id of [...this.peers.keys()]) this.close(id);
  }
}
