/** One's own camera, microphone and screen, before and during a call. */
import * as devices from "./devices";
import { MicLevel } from "./levels";
import type { LocalMedia, Store } from "./state";

/** The tracks that are switched on. */
export interface Outgoing {
  mic: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
}

export function outgoing(local: LocalMedia): Outgoing {
  return {
    mic: (local.micOn && local.mic?.getAudioTracks()[0]) || null,
    camera: (local.cameraOn && local.camera?.getVideoTracks()[0]) || null,
    screen: local.screen?.getVideoTracks()[0] ?? null,
  };
}

export class Local {
  readonly micLevel = new MicLevel();
  /** Counts releases: what was being opened before one is closed as soon as it is there. */
  private epoch = 0;

  constructor(
    private readonly store: Store,
    /** A device was unplugged or the sharing was ended from the browser's own bar. */
    private readonly onEnded: (what: "mic" | "camera" | "screen") => void,
  ) {
    store.set({ devices: { ...store.get().devices, ...devices.remembered() } });
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.refresh());
  }

  /** Opens what should be on, as when the lobby appears. */
  async prepare(): Promise<void> {
    this.store.setLocal({ opening: true });
    const { local } = this.store.get();
    // One after the other: a browser asks for one permission at a time.
    if (local.cameraOn) await this.setCamera(true);
    if (local.micOn) await this.setMic(true);
    await this.refresh();
    this.store.setLocal({ opening: false });
  }

  /** Closes everything. */
  release(): void {
    this.epoch++;
    const { local } = this.store.get();
    for (const stream of [local.camera, local.mic, local.screen]) devices.stop(stream);
    this.micLevel.listen(null);
    this.store.setLocal({ camera: null, mic: null, screen: null });
  }

  async setCamera(on: boolean): Promise<void> {
    devices.stop(this.store.get().local.camera);
    if (!on) {
      this.store.setLocal({ cameraOn: false, camera: null, cameraTrouble: null });
      return;
    }
    const { epoch } = this;
    try {
      const camera = await devices.openCamera(this.store.get().devices.cameraId);
      if (this.isStale(epoch, camera)) return;
      this.onEnd(camera, "camera");
      this.store.setLocal({ cameraOn: true, camera, cameraTrouble: null });
    } catch (thrown) {
      const cameraTrouble = devices.troubleOf(thrown);
      this.store.setLocal({ cameraOn: false, camera: null, cameraTrouble });
    }
  }

  /** Muting keeps the microphone open, so that speaking again is instant. */
  async setMic(on: boolean, reopen = false): Promise<void> {
    const { local } = this.store.get();
    const alive = local.mic?.getAudioTracks()[0]?.readyState === "live";
    if (!on || (alive && !reopen)) {
      this.store.setLocal({ micOn: on });
      return;
    }
    devices.stop(local.mic);
    const { epoch } = this;
    try {
      const mic = await devices.openMic(this.store.get().devices.micId);
      if (this.isStale(epoch, mic)) return;
      this.onEnd(mic, "mic");
      this.micLevel.listen(mic);
      this.store.setLocal({ micOn: true, mic, micTrouble: null });
    } catch (thrown) {
      this.micLevel.listen(null);
      const micTrouble = devices.troubleOf(thrown);
      this.store.setLocal({ micOn: false, mic: null, micTrouble });
    }
  }

  /** Starts or ends sharing; false when the person closed the browser's chooser. */
  async setScreen(on: boolean): Promise<boolean> {
    devices.stop(this.store.get().local.screen);
    this.store.setLocal({ screen: null });
    if (!on) return true;
    const { epoch } = this;
    try {
      const screen = await devices.openScreen();
      if (this.isStale(epoch, screen)) return false;
      this.onEnd(screen, "screen");
      this.store.setLocal({ screen });
      return true;
    } catch {
      return false;
    }
  }

  /** Takes another device; the stream changes at once if it is on. */
  async choose(kind: "cameraId" | "micId" | "speakerId", deviceId: string): Promise<void> {
    this.store.set({ devices: { ...this.store.get().devices, [kind]: deviceId } });
    devices.remember(this.store.get().devices);
    const { local } = this.store.get();
    if (kind === "cameraId" && local.cameraOn) await this.setCamera(true);
    if (kind === "micId" && local.mic !== null) {
      await this.setMic(true, true);
      if (!local.micOn) this.store.setLocal({ micOn: false });
    }
  }

  /** Reads the list of devices anew. */
  async refresh(): Promise<void> {
    const found = await devices.list().catch(() => null);
    if (found !== null) this.store.set({ devices: { ...this.store.get().devices, ...found } });
  }

  private isStale(epoch: number, stream: MediaStream): boolean {
    if (epoch === this.epoch) return false;
    devices.stop(stream);
    return true;
  }

  private onEnd(stream: MediaStream, what: "mic" | "camera" | "screen"): void {
    const [track] = what === "mic" ? stream.getAudioTracks() : stream.getVideoTracks();
    track?.addEventListener("ended", () => {
      if (this.store.get().local[what] === stream) this.onEnded(what);
    });
  }
}
