/** A muted picture that plays by itself; sound is played elsewhere. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface VideoProps {
  stream: MediaStream;
  mirrored?: boolean;
  label: string;
}

export function Video({ stream, mirrored = false, label }: VideoProps): JSX.Element {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (video === null) return;
    video.srcObject = stream;
    video.play().catch(() => {});
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={element}
      class={mirrored ? "mirrored" : undefined}
      aria-label={label}
      autoplay
      playsInline
      muted
    />
  );
}
