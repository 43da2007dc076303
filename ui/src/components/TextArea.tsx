import { useId } from "react";
import type { ReactNode, Ref } from "react";
import { Icon } from "./Icon";

export type TextAreaProps = {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value. */
  error?: ReactNode;
  rows?: number;
  value: string;
  onChange: (value: string) => void;
  ref?: Ref<HTMLTextAreaElement>;
};

/** Several lines in the type of patterns, with their label, hint and error. */
export function TextArea({ label, hint, error, rows = 4, value, onChange, ref }: TextAreaProps) {
  const id = useId();
  const described = [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div className="fld">
      <label className="lbl" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        ref={ref}
        className={`area mono${error ? " err" : ""}`}
        rows={rows}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {error && <span id={`${id}-error`} className="hint bad row area-error"><Icon name="error" /><span>{error}</span></span>}
      {hint && <span id={`${id}-hint`} className="hint">{hint}</span>}
    </div>
  );
}
