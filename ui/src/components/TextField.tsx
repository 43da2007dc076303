import { useId } from "react";
import type { InputHTMLAttributes, ReactNode, Ref } from "react";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";

export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "size"> {
  label: string;
  hideLabel?: boolean;
  /** A word beside the label, such as "optional". */
  aside?: string;
  value: string;
  onChange: (value: string) => void;
  /** The value is complete: the field was left, or the value came as a whole. Never in the middle of typing. */
  onComplete?: (() => void) | undefined;
  icon?: IconName;
  hint?: ReactNode;
  /** What is wrong with the value. */
  error?: ReactNode;
  /** Something at the end of the field. */
  end?: ReactNode;
  mono?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/** Ways in which a text gets into a field other than by typing: pasted, dropped, filled in by a password manager. */
const WHOLE = new Set(["insertFromPaste", "insertFromDrop", "insertReplacementText"]);

/** A line of text with its label, hint and error. */
export function TextField({ label, hideLabel = false, aside, value, onChange, onComplete, icon, hint, error, end, mono = false, ref, className, onBlur, ...rest }: TextFieldProps) {
  const id = useId();
  const described = [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div className={`fld ${className ?? ""}`}>
      {!hideLabel && (
        <label className="lbl" htmlFor={id}>
          {label}
          {aside && <span className="t3" style={{ fontWeight: 400 }}>{aside}</span>}
        </label>
      )}
      <div className={`inp lg${error ? " err" : ""}`}>
        {icon && <span className="t3"><Icon name={icon} /></span>}
        <input
          autoComplete="off"
          spellCheck={false}
          {...rest}
          id={id}
          ref={ref}
          className={mono ? "mono" : undefined}
          aria-label={hideLabel ? label : undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
            if (WHOLE.has((event.nativeEvent as InputEvent).inputType)) onComplete?.();
          }}
          onBlur={(event) => {
            onBlur?.(event);
            // Another window came to the front: the field keeps the cursor, and the typing may go on.
            if (document.activeElement !== event.target) onComplete?.();
          }}
        />
        {end}
      </div>
      {error && <span id={`${id}-error`} className="hint bad row" style={{ gap: 6 }}><Icon name="error" /><span>{error}</span></span>}
      {hint && <span id={`${id}-hint`} className="hint">{hint}</span>}
    </div>
  );
}
