/** A labelled choice of one from a few. */
import type { JSX } from "preact";

interface SelectProps<T extends string> {
  id: string;
  label: string;
  value: T;
  onValue(value: T): void;
  options: readonly (readonly [value: T, words: string])[];
}

export function Select<T extends string>(props: SelectProps<T>): JSX.Element {
  const { id, label, value, onValue, options } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        data-testid={id}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value as T)}
      >
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
