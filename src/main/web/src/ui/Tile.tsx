/** One picture in the call, or the initials of who shows none. */
import type { JSX } from "preact";
import type { Person } from "../state";
import type { Role } from "../wire";
import { Avatar } from "./Avatar";
import { Icon } from "./Icon";
import { Video } from "./Video";

export interface TileModel {
  key: string;
  person: Person;
  kind: "camera" | "screen";
  stream: MediaStream | null;
  muted: boolean;
  videoOff: boolean;
  speaking: boolean;
  /** A sign given a moment ago. */
  reaction: string | null;
}

export function Tile({ tile }: { tile: TileModel }): JSX.Element {
  const { person, kind, stream } = tile;
  const shown = tile.videoOff ? null : stream;
  return (
    <article
      class={`tile tile-${kind} ${tile.speaking ? "speaking" : ""}`}
      data-testid="tile"
      data-user-id={person.userId}
      data-self={person.isSelf}
      data-kind={kind}
      data-muted={tile.muted}
      data-video-off={tile.videoOff}
      data-speaking={tile.speaking}
      data-via={person.via}
      data-hand={person.hasHandUp}
      aria-label={describe(tile)}
    >
      {kind === "camera" && <Avatar name={person.name} seed={person.userId} />}
      {shown !== null && (
        <Video
          stream={shown}
          mirrored={person.isSelf && kind === "camera"}
          label={`${kind === "screen" ? "Screen" : "Camera"} of ${person.name}`}
        />
      )}
      {tile.reaction !== null && (
        <span class="tile-reaction" data-testid="tile-reaction" role="img" aria-label={`Reaction of ${person.name}`}>
          {tile.reaction}
        </span>
      )}
      {kind === "camera" && person.hasHandUp && (
        <span class="tile-hand" title="Hand is up">
          <Icon name="hand" />
        </span>
      )}
      <footer class="tile-label">
        {kind === "camera" && tile.muted && (
          <span class="tile-muted" title="Muted">
            <Icon name="micOff" />
          </span>
        )}
        <span class="tile-name" data-testid="tile-name">
          {kind === "screen" ? screenTitle(person) : nameOf(person)}
        </span>
        {kind === "camera" && <RoleBadge role={person.role} />}
      </footer>
    </article>
  );
}

export function RoleBadge({ role }: { role: Role }): JSX.Element | null {
  if (role === "participant") return null;
  return (
    <span class={`badge badge-${role}`} data-testid="role" data-role={role}>
      {role === "host" ? "Host" : "Co-host"}
    </span>
  );
}

export function nameOf(person: Person): string {
  if (!person.isSelf) return person.name;
  return person.name === "" ? "You" : `${person.name} (you)`;
}

function screenTitle(person: Person): string {
  return person.isSelf ? "Your screen" : `${person.name}'s screen`;
}

function describe({ person, kind, muted, videoOff }: TileModel): string {
  if (kind === "screen") return screenTitle(person);
  const marks = [
    muted ? "muted" : "",
    videoOff ? "camera off" : "",
    person.hasHandUp ? "hand is up" : "",
  ];
  return [nameOf(person), ...marks.filter(Boolean)].join(", ");
}
