// A camera for pages that share a small machine with many others.

/** To be run in a page before its scripts: whatever picture is asked for, it is small and slow. */
export function smallCamera() {
  const { mediaDevices } = navigator;
  if (mediaDevices === undefined) return;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = (constraints) =>
    open(
      constraints.video
        ? { ...constraints, video: { width: 320, height: 180, frameRate: 10 } }
        : constraints,
    );
}
