/** Signs one gives without a word: a raised hand and reactions. */
import type { JSX } from "preact";
import type { App } from "../app";
import type { Person } from "../state";
import { Menu } from "./Menu";

const REACTIONS: readonly (readonly [sign: string, name: string])[] = [
  ["👍", "Thumbs up"],
  ["❤️", "Heart"],
  ["😂", "Laugh"],
  ["👏", "Applause"],
  ["🎉", "Celebrate"],
];

interface ReactionMenuProps {
  self: Person | undefined;
  hands: boolean;
  app: App;
}

export function ReactionMenu({ self, hands, app }: ReactionMenuProps): JSX.Element {
  const isUp = self?.hasHandUp ?? false;
  return (
    <Menu
      testid="react"
      icon={hands ? "hand" : "smile"}
      label={isUp ? "Hand is up" : "Reactions"}
      short="React"
      title="Reactions"
      isOn={isUp}
    >
      {(close) => (
        <>
          {hands && (
            <button
              type="button"
              class="chip"
              data-testid="raise-hand"
              data-on={isUp}
              aria-pressed={isUp}
              onClick={() => {
                app.meeting?.raiseHand(!isUp);
                close();
              }}
            >
              ✋ {isUp ? "Lower hand" : "Raise hand"}
            </button>
          )}
          {REACTIONS.map(([sign, name]) => (
            <button
              key={sign}
              type="button"
              class="round"
              data-testid="reaction"
              data-reaction={sign}
              aria-label={name}
              onClick={() => app.talk?.react(sign)}
            >
              {sign}
            </button>
          ))}
        </>
      )}
    </Menu>
  );
}
