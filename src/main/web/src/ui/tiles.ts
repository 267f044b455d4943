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
      reaction: call.reactions.find((r) => r.userId === person.userId)?.reaction ?? null,
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
        reaction: null,
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
/** Cameras are wide: only an upright window is worth cutting their sides off. */
const NARROWEST = { upright: 3 / 4, lying: 4 / 3 };
/** Tiles smaller than this are not worth looking at: the grid scrolls instead. */
const LEAST_WIDTH = 150;
const LEAST_HEIGHT = 100;

/** The size at which `count` tiles fill an area best. */
export function tileSize(count: number, width: number, height: number, gap: number): TileSize {
  let best: TileSize = { width: 0, height: 0 };
  const narrowest = height > width ? NARROWEST.upright : NARROWEST.lying;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: (width - gap * (columns - 1)) / columns,
      height: (height - gap * (rows - 1)) / rows,
    };
    const size = within(cell, narrowest);
    if (size.width * size.height > best.width * best.height) best = size;
  }
  return best.width >= LEAST_WIDTH && best.height >= LEAST_HEIGHT ? best : scrolling(width, gap);
}

/** The largest tile of a pleasant shape in a cell. */
function within({ width, height }: TileSize, narrowest: number): TileSize {
  return {
    width: Math.max(0, Math.floor(Math.min(width, height * WIDEST))),
    height: Math.max(0, Math.floor(Math.min(height, width / narrowest))),
  };
}

/** As many columns as fit, as many rows as it takes. */
function scrolling(width: number, gap: number): TileSize {
  const columns = Math.max(1, Math.floor((width + gap) / (LEAST_WIDTH * 1.1 + gap)));
  const each = Math.max(0, Math.floor((width - gap * (columns - 1)) / columns));
  return { width: each, height: Math.floor((each * 3) / 4) };
}
