import { Select as Base } from "@base-ui/react/select";
import { Icon } from "./Icon";

export interface SelectOption<V extends string> {
  value: V;
  label: string;
  hint?: string;
}

export interface SelectProps<V extends string> {
  label: string;
  /** The label is read, not drawn. */
  hideLabel?: boolean;
  value: V;
  options: readonly SelectOption<V>[];
  onChange: (value: V) => void;
  disabledReason?: string | null | undefined;
  className?: string;
}

/** One of several, in a list that opens. Its name is "Who can push: Maintainer or higher". */
export function Select<V extends string>({ label, hideLabel = false, value, options, onChange, disabledReason, className }: SelectProps<V>) {
  const shown = options.find((option) => option.value === value)?.label ?? value;
  return (
    <div className={`fld ${className ?? ""}`}>
      {!hideLabel && <span className="lbl" aria-hidden="true">{label}</span>}
      <Base.Root
        value={value}
        disabled={Boolean(disabledReason)}
        onValueChange={(next) => {
          if (next !== null) onChange(next);
        }}
      >
        <Base.Trigger className="inp lg sel" aria-label={`${label}: ${shown}`} title={disabledReason ?? undefined}>
          <span className="trunc">{shown}</span>
          <Icon name="chevron-down" />
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner className="layer" sideOffset={4} alignItemWithTrigger={false}>
            <Base.Popup className="pop">
              <Base.List>
                {options.map((option) => (
                  <Base.Item key={option.value} value={option.value} className="pop-i" label={option.label}>
                    <Base.ItemText>{option.label}</Base.ItemText>
                    {option.hint && <span className="f11 t3">{option.hint}</span>}
                    <Base.ItemIndicator className="ok"><Icon name="check" size="xs" /></Base.ItemIndicator>
                  </Base.Item>
                ))}
              </Base.List>
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </div>
  );
}
