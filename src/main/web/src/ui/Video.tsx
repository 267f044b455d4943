/**
 * A muted picture that plays by itself; sound is played elsewhere. When the stream changes, the
 * picture before stays in front until the new one has its first frame.
 */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface VideoProps {
  stream: MediaStream;
  mirrored?: boolean;
  label: string;
}

export function Video({ stream, mirrored = false, label }: VideoProps): JSX.Element {
  const [former, setFormer] = useState<MediaStream | null>(null);
  const current = useRef(stream);
  if (current.current !== stream) {
    setFormer(current.current);
    current.current = stream;
  }
  const streams = former === null || former === stream ? [stream] : [stream, former];
  return (
    <>
      {streams.map((each) => (
        <Picture
          key={each.id}
          stream={each}
          mirrored={mirrored}
          label={label}
          onPicture={() => {
            if (each === current.current) setFormer(null);
          }}
        />
      ))}
    </>
  );
}

function Picture({ stream, mirrored, label, onPicture }: PictureProps): JSX.Element {
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
      onLoadedData={onPicture}
      autoplay
      playsInline
      muted
    />
  );
}

interface PictureProps extends Required<VideoProps> {
  onPicture(): void;
}
