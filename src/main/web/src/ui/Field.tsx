/** A labelled input of a form. */
import type { JSX } from "preact";

interface FieldProps {
  id: string;
  label: string;
  hint?: string;
  value: string;
  onValue(value: string): void;
  type?: string;
  autocomplete?: string;
  minLength?: number;
  maxLength?: number;
  min?: string;
  max?: string;
  required?: boolean;
  placeholder?: string;
  focus?: boolean;
  error?: boolean;
  /** Id of the element that explains an error. */
  errorId?: string;
}

export function Field(props: FieldProps): JSX.Element {
  const { id, hint, focus } = props;
  const described = [hint === undefined ? "" : `${id}-hint`, props.error ? props.errorId : ""];
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        data-testid={id}
        name={id}
        type={props.type ?? "text"}
        value={props.value}
        onInput={(event) => props.onValue(event.currentTarget.value)}
        required={props.required ?? true}
        autocomplete={props.autocomplete ?? "off"}
        minLength={props.minLength}
        maxLength={props.maxLength}
        min={props.min}
        max={props.max}
        placeholder={props.placeholder}
        aria-invalid={props.error ?? false}
        aria-describedby={described.filter(Boolean).join(" ") || undefined}
        {...(focus ? { "data-focus": true } : {})}
      />
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** Why the last attempt failed; the place is kept so that nothing jumps for screen readers. */
export function FormError({ id, text }: { id: string; text: string | null }): JSX.Element {
  return (
    <div class="form-error-place" role="alert" id={id}>
      {text !== null && (
        <p class="form-error" data-testid="form-error">
          {text}
        </p>
      )}
    </div>
  );
}
