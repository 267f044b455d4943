/** Who is here, and what a host or co-host may do about it. */
import type { JSX } from "preact";
import type { App } from "../app";
import { toolsFor, type Tool } from "../people";
import type { Call, LocalMedia, Person } from "../state";
import type { Role } from "../wire";
import { Avatar } from "./Avatar";
import { Icon, type IconName } from "./Icon";
import { nameOf, RoleBadge } from "./Tile";

interface PeoplePanelProps {
  call: Call;
  local: LocalMedia;
  app: App;
}

export function PeoplePanel({ call, local, app }: PeoplePanelProps): JSX.Element {
  const own: Role = call.people.find((person) => person.isSelf)?.role ?? "participant";
  return (
    <aside class="panel people" data-testid="people-panel" aria-label="People in this room">
      <header>
        <h2>People ({call.people.length})</h2>
        <button type="button" class="round" aria-label="Close" onClick={() => app.togglePanel("people")}>
          <Icon name="close" />
        </button>
      </header>
      <ul>
        {call.people.map((person) => (
          <PersonRow
            key={person.userId}
            person={person}
            tools={toolsFor(own, person, call.features.coHosts)}
            local={local}
            app={app}
          />
        ))}
      </ul>
      {own !== "participant" && (
        <footer>
          <button type="button" class="secondary" data-testid="mute-all" onClick={() => app.muteAll()}>
            <Icon name="micOff" />
            Mute all
          </button>
          {own === "host" && (
            <button
              type="button"
              class="danger"
              data-testid="end-room"
              onClick={() => app.showDialog("end-room")}
            >
              End for everyone
            </button>
          )}
        </footer>
      )}
    </aside>
  );
}

interface PersonRowProps {
  person: Person;
  tools: Tool[];
  local: LocalMedia;
  app: App;
}

function PersonRow({ person, tools, local, app }: PersonRowProps): JSX.Element {
  const muted = person.isSelf ? !local.micOn || local.mic === null : person.isMuted;
  const videoOff = person.isSelf ? local.camera === null : person.isVideoOff;
  return (
    <li data-testid="person" data-user-id={person.userId} data-role={person.role}>
      <Avatar name={person.name} seed={person.userId} />
      <span class="person-name">
        {nameOf(person)}
        <RoleBadge role={person.role} />
      </span>
      <span class="person-marks">
        {person.hasHandUp && (
          <span title="Hand is up" data-testid="hand">
            <Icon name="hand" />
          </span>
        )}
        {muted && (
          <span title="Muted">
            <Icon name="micOff" />
          </span>
        )}
        {videoOff && (
          <span title="Camera off">
            <Icon name="cameraOff" />
          </span>
        )}
      </span>
      <span class="person-tools">
        {tools.map((tool) => (
          <button
            key={tool}
            type="button"
            class={`round ${tool === "kick" ? "risky" : ""}`}
            data-testid={`tool-${tool}`}
            aria-label={inWords(tool, person.name)}
            title={inWords(tool, person.name)}
            onClick={() => use(tool, person.userId, app)}
          >
            <Icon name={iconOf[tool]} />
          </button>
        ))}
      </span>
    </li>
  );
}

function inWords(tool: Tool, name: string): string {
  switch (tool) {
    case "mute":
      return `Mute ${name}`;
    case "kick":
      return `Remove ${name}`;
    case "make-co-host":
      return `Make ${name} a co-host`;
    case "unmake-co-host":
      return `Make ${name} a participant again`;
  }
}

const iconOf: Record<Tool, IconName> = {
  mute: "micOff",
  kick: "kick",
  "make-co-host": "star",
  "unmake-co-host": "starOff",
};

function use(tool: Tool, userId: string, app: App): void {
  switch (tool) {
    case "mute":
      return app.muteUser(userId);
    case "kick":
      return app.kick(userId);
    case "make-co-host":
      return app.changeRole(userId, "co_host");
    case "unmake-co-host":
      return app.changeRole(userId, "participant");
  }
}
