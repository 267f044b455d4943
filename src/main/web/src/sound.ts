/** Plays what is heard: one audio element per received voice. */
export class Sound {
  private readonly elements = new Map<string, HTMLAudioElement>();
  private speakerId = "";

  /** `onBlocked(true)` when the browser wants a click before it plays anything. */
  constructor(private readonly onBlocked: (blocked: boolean) => void) {}

  add(id: string, track: MediaStreamTrack): void {
    this.remove(id);
    const element = document.createElement("audio");
    element.autoplay = true;
    element.srcObject = new MediaStream([track]);
    this.elements.set(id, element);
    this.route(element);
    this.play(element);
  }

  remove(id: string): void {
    const element = this.elements.get(id);
    if (element === undefined) return;
    this.elements.delete(id);
    element.pause();
    element.srcObject = null;
    if (this.elements.size === 0) this.onBlocked(false);
  }

  setSpeaker(speakerId: string): void {
    this.speakerId = speakerId;
    for (const element of this.elements.values()) this.route(element);
  }

  /** To be called from a click. */
  unblock(): void {
    this.onBlocked(false);
    for (const element of this.elements.values()) this.play(element);
  }

  private play(element: HTMLAudioElement): void {
    element.play().catch((thrown: unknown) => {
      if (thrown instanceof DOMException && thrown.name === "NotAllowedError") this.onBlocked(true);
    });
  }

  private route(element: HTMLAudioElement): void {
    if (!("setSinkId" in element)) return;
    element.setSinkId(this.speakerId).catch(() => {});
  }
}
