/** A button of the bar below a call that opens a small menu above it. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Control } from "./Control";
import type { IconName } from "./Icon";

interface MenuProps {
  testid: string;
  icon: IconName;
  label: string;
  short: string;
  /** What the menu is called. */
  title: string;
  isOn?: boolean;
  /** One entry below the other, under the title. */
  isList?: boolean;
  children(close: () => void): ComponentChildren;
}

export function Menu(props: MenuProps): JSX.Element {
  const { testid, icon, label, short, title, isOn = false, isList = false } = props;
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isOpen) menu.current?.querySelector("button")?.focus();
  }, [isOpen]);
  const close = (): void => {
    setOpen(false);
    place.current?.querySelector("button")?.focus();
  };
  return (
    <div
      ref={place}
      class="menu-place"
      onKeyDown={(event) => {
        if (event.key === "Escape" && isOpen) close();
      }}
    >
      <Control
        testid={testid}
        icon={icon}
        label={label}
        short={short}
        on={isOn}
        tone={isOn || isOpen ? "active" : ""}
        expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && (
        <div ref={menu} class={`menu ${isList ? "list" : ""}`} role="group" aria-label={title}>
          {isList && (
            <p class="menu-title" aria-hidden="true">
              {title}
            </p>
          )}
          {props.children(close)}
        </div>
      )}
    </div>
  );
}
