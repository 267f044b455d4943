/** The tiles of a call, sized to the room there is. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { App } from "../app";
import { Tile } from "./Tile";
import { tileSize, type Tiles } from "./tiles";

const GAP = 10;
/** From this number of cameras on, each is small enough for the small encoding. */
const MANY = 5;

export function Grid({ tiles, app }: { tiles: Tiles; app: App }): JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const [stage, ...otherScreens] = tiles.screens;
  const strip = stage !== undefined;
  const shown = [...otherScreens, ...tiles.cameras];

  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    const measure = (): void =>
      setRoom({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  const many = strip || tiles.cameras.length >= MANY;
  const who = tiles.cameras.map((tile) => tile.key).join();
  useEffect(() => app.prefer(() => !many), [many, who]);

  const size = tileSize(shown.length, room.width, room.height, GAP);
  const style = strip
    ? {}
    : { "--tile-width": `${size.width}px`, "--tile-height": `${size.height}px` };
  return (
    <div class={`stage ${strip ? "with-screen" : ""}`} data-testid="grid">
      {stage !== undefined && (
        <div class="stage-screen">
          <Tile key={stage.key} tile={stage} />
        </div>
      )}
      <div ref={area} class="stage-tiles">
        <div class="tiles" style={style} data-count={shown.length}>
          {shown.map((tile) => (
            <Tile key={tile.key} tile={tile} />
          ))}
        </div>
      </div>
    </div>
  );
}
