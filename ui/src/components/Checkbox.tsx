import { Icon } from "./Icon";

/** A box to tick with its text. */
export function Checkbox({ checked, label, name, onChange, disabled = false }: {
  checked: boolean;
  label: string;
  /** The accessible name, where it differs from the text. */
  name?: string;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <button type="button" role="checkbox" className="tick" aria-checked={checked} aria-disabled={disabled || undefined} aria-label={name && name !== label ? `${name}: ${label}` : undefined} onClick={() => !disabled && onChange(!checked)}>
      <span className="cb" data-on={checked || undefined}>{checked && <Icon name="check" />}</span>
      {label}
    </button>
  );
}
