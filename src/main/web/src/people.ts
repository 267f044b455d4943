/** The list of who is in the room, as pure functions from what was to what is. */
import type { Person } from "./state";
import { flagOf, newPerson } from "./state";
import type { Kind, Role, WireParticipant, WireProducer } from "./wire";

/** The people of a participants list, in the order they are shown: oneself first. */
export function peopleOf(list: WireParticipant[], selfId: string, known: Person[] = []): Person[] {
  const people = list.map((participant): Person => {
    const before = known.find((person) => person.userId === participant.userId);
    const name = participant.displayName || before?.name || "Guest";
    return {
      ...newPerson(participant.userId, name, participant.role, participant.userId === selfId),
      via: participant.userId === selfId ? null : "sfu",
      isMuted: before?.isMuted ?? participant.isMuted ?? false,
      isVideoOff: before?.isVideoOff ?? participant.isVideoOff ?? false,
    };
  });
  return [...people.filter((p) => p.isSelf), ...people.filter((p) => !p.isSelf)];
}

/** As {@link peopleOf}, adding the newcomer if the list does not hold them. */
export function joined(
  known: Person[],
  event: { userId: string; role: Role; displayName?: string; participants?: WireParticipant[] },
  selfId: string,
): Person[] {
  const rest = known.filter((person) => person.userId !== event.userId);
  const list = event.participants ?? rest.map(wireOf);
  const whole = list.some((p) => p.userId === event.userId)
    ? list
    : [...list, { userId: event.userId, role: event.role }];
  return peopleOf(
    whole.map((p) =>
      p.userId === event.userId && event.displayName ? { ...p, displayName: event.displayName } : p,
    ),
    selfId,
    rest,
  );
}

export function left(
  known: Person[],
  event: { userId: string; participants?: WireParticipant[] },
  selfId: string,
): Person[] {
  const list = (event.participants ?? known.map(wireOf)).filter((p) => p.userId !== event.userId);
  return peopleOf(list, selfId, known);
}

export function withRole(known: Person[], userId: string, role: Role): Person[] {
  return withPerson(known, userId, { role });
}

/** Changes what is known of one person. */
export function withPerson(known: Person[], userId: string, patch: Partial<Person>): Person[] {
  return known.map((person) => (person.userId === userId ? { ...person, ...patch } : person));
}

export function withTrack(known: Person[], userId: string, kind: Kind, off: boolean): Person[] {
  return withPerson(known, userId, { [flagOf(kind)]: off });
}

/** Marks those off who send nothing of a kind, whatever the list said of them. */
export function withProducers(people: Person[], producers: WireProducer[]): Person[] {
  const sends = (userId: string, kind: Kind): boolean =>
    producers.some(
      (p) =>
        p.userId === userId && p.kind === kind && p.appData?.label !== "screen" && !p.paused,
    );
  return people.map((person) =>
    person.isSelf
      ? person
      : {
          ...person,
          isMuted: person.isMuted || !sends(person.userId, "audio"),
          isVideoOff: person.isVideoOff || !sends(person.userId, "video"),
        },
  );
}

export type Tool = "mute" | "kick" | "make-co-host" | "unmake-co-host";

/** What someone of this role may do to that person. */
export function toolsFor(own: Role, target: Person, coHosts: boolean): Tool[] {
  if (target.isSelf || target.role === "host" || own === "participant") return [];
  const tools: Tool[] = target.isMuted ? [] : ["mute"];
  if (own === "host" && coHosts) tools.push(target.role === "co_host" ? "unmake-co-host" : "make-co-host");
  tools.push("kick");
  return tools;
}

function wireOf(person: Person): WireParticipant {
  return { userId: person.userId, displayName: person.name, role: person.role };
}
