/** Signs one gives without a word: a raised hand and reactions. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { App } from "../app";
import type { Person } from "../state";
import { Control } from "./Control";

const REACTIONS: readonly (readonly [sign: string, name: string])[] = [
  ["👍", "Thumbs up"],
  ["❤️", "Heart"],
  ["😂", "Laugh"],
  ["👏", "Applause"],
  ["🎉", "Celebrate"],
];

export function ReactionMenu({ self, app }: { self: Person | undefined; app: App }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const isUp = self?.hasHandUp ?? false;
  useEffect(() => {
    if (isOpen) menu.current?.querySelector("button")?.focus();
  }, [isOpen]);
  return (
    <div
      class="reaction-place"
      onKeyDown={(event) => {
        if (event.key === "Escape") setOpen(false);
      }}
    >
      <Control
        testid="react"
        icon="hand"
        label={isUp ? "Hand is up" : "Reactions"}
        short="React"
        on={isUp}
        tone={isUp || isOpen ? "active" : ""}
        expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && (
        <div ref={menu} class="reaction-menu" role="group" aria-label="Reactions">
          <button
            type="button"
            class="chip"
            data-testid="raise-hand"
            data-on={isUp}
            aria-pressed={isUp}
            onClick={() => {
              app.meeting?.raiseHand(!isUp);
              setOpen(false);
            }}
          >
            ✋ {isUp ? "Lower hand" : "Raise hand"}
          </button>
          {REACTIONS.map(([sign, name]) => (
            <button
              key={sign}
              type="button"
              class="round"
              data-testid="reaction"
              data-reaction={sign}
              aria-label={name}
              onClick={() => app.meeting?.react(sign)}
            >
              {sign}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
