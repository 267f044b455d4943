/** Cameras, microphones and speakers: finding them, opening them, and saying what went wrong. */
import type { DeviceChoice, DeviceTrouble } from "./state";

const KEY = "parley.devices";

type Chosen = Pick<DeviceChoice, "cameraId" | "micId" | "speakerId">;

/** The choice made on this device before. */
export function remembered(): Chosen {
  const none = { cameraId: "", micId: "", speakerId: "" };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Chosen>) };
  } catch {
    return none;
  }
}

export function remember({ cameraId, micId, speakerId }: Chosen): void {
  localStorage.setItem(KEY, JSON.stringify({ cameraId, micId, speakerId }));
}

/** The devices there are; names are empty until a device was opened once. */
export async function list(): Promise<Pick<DeviceChoice, "cameras" | "mics" | "speakers">> {
  if (navigator.mediaDevices === undefined) return { cameras: [], mics: [], speakers: [] };
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind): MediaDeviceInfo[] =>
    all.filter((device) => device.kind === kind && device.deviceId !== "");
  return { cameras: of("videoinput"), mics: of("audioinput"), speakers: of("audiooutput") };
}

export function openCamera(deviceId: string): Promise<MediaStream> {
  return open({
    video: {
      ...preferring(deviceId),
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30 },
    },
  });
}

export function openMic(deviceId: string): Promise<MediaStream> {
  return open({
    audio: {
      ...preferring(deviceId),
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    },
  });
}

export function openScreen(): Promise<MediaStream> {
  return navigator.mediaDevices.getDisplayMedia({
    video: { frameRate: { ideal: 15, max: 30 } },
    audio: false,
  });
}

export const canShareScreen =
  navigator.mediaDevices !== undefined && "getDisplayMedia" in navigator.mediaDevices;

export const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;

/** Ends the capture, so that the light of the camera goes out. */
export function stop(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop());
}

export function troubleOf(thrown: unknown): DeviceTrouble {
  if (!window.isSecureContext || navigator.mediaDevices === undefined) return "insecure";
  const name = thrown instanceof DOMException ? thrown.name : "";
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "unknown";
  }
}

/** What is wrong with a device and what to do about it. */
export function troubleInWords(device: "camera" | "microphone", trouble: DeviceTrouble): string {
  switch (trouble) {
    case "denied":
      return `The browser was told not to use the ${device}. Allow it in the address bar, then try again.`;
    case "missing":
      return `No ${device} was found.`;
    case "busy":
      return `The ${device} is in use by another program.`;
    case "insecure":
      return `The ${device} only works over https or on localhost.`;
    case "unknown":
      return `The ${device} could not be started.`;
  }
}

function preferring(deviceId: string): MediaTrackConstraints {
  return deviceId === "" ? {} : { deviceId: { ideal: deviceId } };
}

async function open(constraints: MediaStreamConstraints): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia(constraints);
}
