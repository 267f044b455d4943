/** Which tiles a call shows, and how large they are: pure functions. */
import type { Call, LocalMedia } from "../state";
import type { TileModel } from "./Tile";

export interface Tiles {
  /** Shared screens, the newest first. */
  screens: TileModel[];
  cameras: TileModel[];
}

export function tilesOf(call: Call, local: LocalMedia): Tiles {
  const tiles: Tiles = { screens: [], cameras: [] };
  for (const person of call.people) {
    const of = (source: "camera" | "screen"): MediaStream | null =>
      call.videos.find((v) => v.userId === person.userId && v.source === source)?.stream ?? null;
    const camera = person.isSelf ? local.camera : of("camera");
    const screen = person.isSelf ? local.screen : of("screen");
    const muted = person.isSelf ? !local.micOn || local.mic === null : person.isMuted;
    tiles.cameras.push({
      key: `${person.userId}/camera`,
      person,
      kind: "camera",
      stream: camera,
      muted,
      videoOff: camera === null || (person.isSelf ? !local.cameraOn : person.isVideoOff),
      speaking: !muted && call.speaking.has(person.userId),
    });
    if (screen !== null) {
      tiles.screens.unshift({
        key: `${person.userId}/screen`,
        person,
        kind: "screen",
        stream: screen,
        muted: true,
        videoOff: false,
        speaking: false,
      });
    }
  }
  return tiles;
}

export interface TileSize {
  width: number;
  height: number;
}

const WIDEST = 16 / 9;
const NARROWEST = 3 / 4;
const LEAST_WIDTH = 150;

/** The size at which `count` tiles fill an area best; small areas scroll instead of shrinking. */
export function tileSize(count: number, width: number, height: number, gap: number): TileSize {
  let best: TileSize = { width: 0, height: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns);
    let w = (width - gap * (columns - 1)) / columns;
    let h = (height - gap * (rows - 1)) / rows;
    if (columns > 1 && w < LEAST_WIDTH) break;
    // Too many rows for the area: they scroll.
    h = Math.max(h, Math.min(w / WIDEST, w));
    if (w / h > WIDEST) w = h * WIDEST;
    else if (w / h < NARROWEST) h = w / NARROWEST;
    const scrolls = rows * h + gap * (rows - 1) > height + 1;
    const better = w * h > best.width * best.height;
    if (best.width === 0 || (better && !scrolls) || (scrolls && width < 500 && columns === 2)) {
      best = { width: Math.floor(w), height: Math.floor(h) };
    }
  }
  return best;
}
