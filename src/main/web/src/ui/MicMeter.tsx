/** Shows how loud the microphone is, many times a second and past the state. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { App } from "../app";

export function MicMeter({ app, active }: { app: App; active: boolean }): JSX.Element {
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!active) return;
    let frame = 0;
    let shown = 0;
    const draw = (): void => {
      shown = Math.max(app.local.micLevel.level(), shown * 0.9);
      bar.current?.style.setProperty("--level", shown.toFixed(3));
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      bar.current?.style.setProperty("--level", "0");
    };
  }, [active]);
  return (
    <span class="meter" data-testid="mic-meter" data-active={active} aria-hidden="true">
      <span ref={bar} />
    </span>
  );
}
