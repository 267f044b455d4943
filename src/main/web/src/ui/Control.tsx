/** One button of the bar below a call. */
import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./Icon";

interface ControlProps {
  testid: string;
  icon: IconName;
  label: string;
  /** The label where there is little room. */
  short: string;
  on: boolean;
  tone: "" | "off" | "active" | "leave";
  /** Whether what the button opens is open. */
  expanded?: boolean;
  onClick(): void;
  children?: ComponentChildren;
}

export function Control(props: ControlProps): JSX.Element {
  const { testid, icon, label, on, tone } = props;
  return (
    <button
      type="button"
      class={`control ${tone}`}
      data-testid={`control-${testid}`}
      data-on={on}
      title={label}
      aria-label={label}
      aria-expanded={props.expanded}
      onClick={props.onClick}
    >
      <span class="control-face">
        <Icon name={icon} />
        {props.children}
      </span>
      <span class="control-label long">{label}</span>
      <span class="control-label short">{props.short}</span>
    </button>
  );
}
