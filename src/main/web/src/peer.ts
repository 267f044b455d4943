/**
 * One direct connection to someone else: its offers and answers, its tracks, a small channel beside
 * them, and ICE restarts when the way is lost. The tracks sent are exchanged in place, so that a
 * client that never negotiates again sees whatever is sent.
 */

/** A way that was lost this long is worth a restart; shorter gaps mend by themselves. */
const PATIENCE_MS = 2_000;
/** How long a restart may take before it is tried again. */
const RESTART_MS = 5_000;
const MAX_RESTARTS = 12;
const CHANNEL = "parley";
const KINDS = ["audio", "video"] as const;

/** What goes to the other side through the server. */
export type Word =
  | { kind: "offer" | "answer"; description: RTCSessionDescriptionInit }
  | { kind: "candidate"; candidate: RTCIceCandidateInit };

/** The event that carries a word, and its payload without the address. */
export function eventOf(word: Word): [event: string, payload: object] {
  switch (word.kind) {
    case "offer":
      return ["webrtc-offer", { offer: word.description }];
    case "answer":
      return ["webrtc-answer", { answer: word.description }];
    case "candidate":
      return ["ice-candidate", { candidate: word.candidate }];
  }
}

/** What is sent to everyone. */
export interface Sent {
  audio: MediaStreamTrack | null;
  video: MediaStreamTrack | null;
}

export interface PeerListener {
  /** To be carried to the other side. */
  onWord(word: Word): void;
  onReceiver(receiver: RTCRtpReceiver): void;
  /** The other side said something over the channel. */
  onTold(message: object): void;
  /** The other side closed the connection. */
  onEnd(): void;
  /** The way to the other side was found, or lost. */
  onState(state: RTCPeerConnectionState): void;
}

export class Peer {
  private readonly pc: RTCPeerConnection;
  /** Names what is sent as one stream, so that the other side gets picture and sound together. */
  private readonly stream = new MediaStream();
  private channel: RTCDataChannel | null = null;
  private lane: Promise<void> = Promise.resolve();
  /** What came before the description it belongs to. */
  private readonly earlyCandidates: RTCIceCandidateInit[] = [];
  private readonly untold: string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private restarts = 0;
  private closed = false;

  constructor(
    iceServers: RTCIceServer[],
    /** Whether this side makes the offers. */
    private readonly offers: boolean,
    private sent: Sent,
    private readonly listener: PeerListener,
  ) {
    this.pc = new RTCPeerConnection({ iceServers });
    this.pc.onicecandidate = ({ candidate }) => {
      if (candidate !== null) listener.onWord({ kind: "candidate", candidate: candidate.toJSON() });
    };
    this.pc.ontrack = ({ receiver }) => listener.onReceiver(receiver);
    this.pc.onconnectionstatechange = () => this.onState();
    this.pc.ondatachannel = ({ channel }) => {
      if (channel.label === CHANNEL) this.adopt(channel);
    };
    if (!offers) return;
    this.adopt(this.pc.createDataChannel(CHANNEL));
    for (const kind of KINDS) this.addSender(kind);
    this.offer();
  }

  /** Takes an offer or answer of the other side. */
  accept(description: RTCSessionDescriptionInit): void {
    this.enqueue(async () => {
      if (description.type === "offer") await this.onOffer(description);
      else if (this.pc.signalingState === "have-local-offer") {
        await this.pc.setRemoteDescription(description);
        await this.addEarlyCandidates();
      }
    });
  }

  addCandidate(candidate: RTCIceCandidateInit): void {
    this.enqueue(async () => {
      if (this.pc.remoteDescription === null) this.earlyCandidates.push(candidate);
      else await this.pc.addIceCandidate(candidate);
    });
  }

  /** Exchanges what is sent, without a new negotiation. */
  send(sent: Sent): void {
    this.sent = sent;
    this.enqueue(() => this.applySent());
  }

  /** Says something over the channel, once there is one. */
  tell(message: object): void {
    const text = JSON.stringify(message);
    if (this.channel?.readyState === "open") this.channel.send(text);
    else this.untold.push(text);
  }

  /** Tries again now if the way is lost, as after the signaling line came back. */
  nudge(): void {
    const { connectionState } = this.pc;
    if (connectionState !== "failed" && connectionState !== "disconnected") return;
    this.restarts = 0;
    this.restart();
  }

  /** Whether the way leads through a relay. */
  async isRelayed(): Promise<boolean> {
    const report = await this.pc.getStats();
    const entries = new Map<string, unknown>();
    report.forEach((entry: RTCStats) => entries.set(entry.id, entry));
    return [...entries.values()].some((entry) => {
      const { type, selectedCandidatePairId = "" } = entry as RTCTransportStats;
      if (type !== "transport") return false;
      const pair = entries.get(selectedCandidatePairId) as RTCIceCandidatePairStats | undefined;
      return [pair?.localCandidateId, pair?.remoteCandidateId].some((id) => {
        const candidate = entries.get(id ?? "") as { candidateType?: string } | undefined;
        return candidate?.candidateType === "relay";
      });
    });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.pc.close();
  }

  private async onOffer(description: RTCSessionDescriptionInit): Promise<void> {
    const { pc } = this;
    // Of two offers that cross, that of the side which makes the offers counts.
    if (pc.signalingState !== "stable" && this.offers) return;
    await pc.setRemoteDescription(description);
    await this.addEarlyCandidates();
    await this.applySent();
    await pc.setLocalDescription();
    this.describe();
    const missing = KINDS.filter((kind) => this.senderOf(kind) === null);
    for (const kind of missing) this.addSender(kind);
    if (missing.length > 0) this.offer();
  }

  private offer(options: RTCOfferOptions = {}): void {
    this.enqueue(async () => {
      const { pc } = this;
      if (pc.signalingState === "have-local-offer" && options.iceRestart) {
        await pc.setLocalDescription({ type: "rollback" });
      }
      if (pc.signalingState !== "stable") return;
      await this.applySent();
      await pc.setLocalDescription(await pc.createOffer(options));
      this.describe();
    });
  }

  private describe(): void {
    const description = this.pc.localDescription;
    if (description === null || this.closed) return;
    const kind = description.type === "offer" ? "offer" : "answer";
    this.listener.onWord({ kind, description: description.toJSON() });
  }

  private addSender(kind: "audio" | "video"): void {
    this.pc.addTransceiver(kind, { direction: "sendrecv", streams: [this.stream] });
  }

  /** Puts what is sent on the one sender of each kind. */
  private async applySent(): Promise<void> {
    for (const kind of KINDS) {
      const transceiver = this.senderOf(kind);
      if (transceiver === null) continue;
      if (transceiver.direction !== "sendrecv") {
        transceiver.direction = "sendrecv";
        transceiver.sender.setStreams(this.stream);
      }
      if (transceiver.sender.track !== this.sent[kind]) {
        await transceiver.sender.replaceTrack(this.sent[kind]);
      }
    }
  }

  private senderOf(kind: "audio" | "video"): RTCRtpTransceiver | null {
    const live = this.pc.getTransceivers().filter((t) => t.direction !== "stopped");
    return live.find((transceiver) => transceiver.receiver.track.kind === kind) ?? null;
  }

  private async addEarlyCandidates(): Promise<void> {
    for (const candidate of this.earlyCandidates.splice(0)) {
      await this.pc.addIceCandidate(candidate);
    }
  }

  private adopt(channel: RTCDataChannel): void {
    this.channel = channel;
    channel.onopen = () => {
      for (const text of this.untold.splice(0)) channel.send(text);
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = objectOf(data);
      if (message !== null && !this.closed) this.listener.onTold(message);
    };
    channel.onclose = () => {
      if (!this.closed) this.listener.onEnd();
    };
    if (channel.readyState === "open") channel.onopen(new Event("open"));
  }

  private onState(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.listener.onState(this.pc.connectionState);
    switch (this.pc.connectionState) {
      case "connected":
        this.restarts = 0;
        break;
      case "disconnected":
        this.timer = setTimeout(() => this.restart(), PATIENCE_MS);
        break;
      case "failed":
        this.restart();
        break;
    }
  }

  /** The side that makes the offers mends; so does this one if the other never would. */
  private restart(): void {
    clearTimeout(this.timer);
    const mends = this.offers || this.channel === null;
    if (this.closed || !mends || ++this.restarts > MAX_RESTARTS) return;
    this.offer({ iceRestart: true });
    this.timer = setTimeout(() => {
      if (this.pc.connectionState !== "connected") this.restart();
    }, RESTART_MS);
  }

  /** Runs one step after the other; a step that fails is told and does not stop the next. */
  private enqueue(step: () => Promise<void>): void {
    this.lane = this.lane
      .then(() => (this.closed ? undefined : step()))
      .catch((thrown: unknown) => {
        if (!this.closed) console.warn("A step of a direct connection failed", thrown);
      });
  }
}

function objectOf(data: unknown): object | null {
  try {
    const value: unknown = typeof data === "string" ? JSON.parse(data) : null;
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
