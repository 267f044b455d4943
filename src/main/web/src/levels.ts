/** How loud things are, from 0 to 1: one's own microphone, and who is speaking in a call. */
const POLL_MS = 150;
/** Louder than this is speech. */
const SPEECH = 0.03;
/** Speech goes on through pauses this short. */
const HOLD_MS = 700;

/** Level meter of a microphone stream. */
export class MicLevel {
  private context: AudioContext | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private analyser: AnalyserNode | null = null;
  private samples = new Float32Array(512);

  listen(stream: MediaStream | null): void {
    this.source?.disconnect();
    this.source = null;
    if (stream === null || stream.getAudioTracks().length === 0) return;
    this.context ??= new AudioContext();
    void this.context.resume().catch(() => {});
    this.analyser ??= new AnalyserNode(this.context, { fftSize: 512 });
    this.source = this.context.createMediaStreamSource(stream);
    this.source.connect(this.analyser);
  }

  /** Root mean square of the last few milliseconds, stretched so that speech fills the range. */
  level(): number {
    if (this.source === null || this.analyser === null) return 0;
    if (this.context?.state === "suspended") void this.context.resume().catch(() => {});
    this.analyser.getFloatTimeDomainData(this.samples);
    const sum = this.samples.reduce((total, sample) => total + sample * sample, 0);
    return Math.min(1, Math.sqrt(sum / this.samples.length) * 4);
  }
}

/** Level of a received voice, as its packets tell. */
export function levelOf(receiver: RTCRtpReceiver | undefined): number {
  const [source] = receiver?.getSynchronizationSources() ?? [];
  return source?.audioLevel ?? 0;
}

/** Watches levels by user and tells when the set of those who speak changes. */
export class Speakers {
  private readonly heardAt = new Map<string, number>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private last = "";

  constructor(
    private readonly levels: () => Iterable<[userId: string, level: number]>,
    private readonly onChange: (speaking: ReadonlySet<string>) => void,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => this.poll(performance.now()), POLL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.heardAt.clear();
    this.last = "";
  }

  private poll(now: number): void {
    for (const [userId, level] of this.levels()) {
      if (level > SPEECH) this.heardAt.set(userId, now);
    }
    for (const [userId, at] of this.heardAt) {
      if (now - at > HOLD_MS) this.heardAt.delete(userId);
    }
    const speaking = [...this.heardAt.keys()].sort();
    const key = speaking.join();
    if (key === this.last) return;
    this.last = key;
    this.onChange(new Set(speaking));
  }
}
