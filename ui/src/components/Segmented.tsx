import { useRef } from "react";
import type { KeyboardEvent } from "react";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";

export interface SegmentedOption<V extends string> {
  value: V;
  label: string;
  icon?: IconName;
  disabledReason?: string | null | undefined;
}

export interface SegmentedProps<V extends string> {
  label: string;
  value: V;
  options: readonly SegmentedOption<V>[];
  onChange: (value: V) => void;
}

/** A choice among a few: one tab stop, arrows move and choose. */
export function Segmented<V extends string>({ label, value, options, onChange }: SegmentedProps<V>) {
  const box = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const open = options.filter((option) => !option.disabledReason);
    const at = open.findIndex((option) => option.value === value);
    const next = open[(at + step + open.length) % open.length];
    if (!next) return;
    onChange(next.value);
    box.current?.querySelectorAll<HTMLElement>("[role=radio]")[options.indexOf(next)]?.focus();
  };
  const chosen = options.some((option) => option.value === value);
  return (
    <div className="seg" role="radiogroup" aria-label={label} ref={box} onKeyDown={move}>
      {options.map((option, index) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          aria-disabled={Boolean(option.disabledReason) || undefined}
          title={option.disabledReason ?? undefined}
          tabIndex={option.value === value || (!chosen && index === 0) ? 0 : -1}
          onClick={() => {
            if (!option.disabledReason) onChange(option.value);
          }}
        >
          {option.icon && <Icon name={option.icon} />}
          {option.label}
          {option.disabledReason && <span className="sr">, {option.disabledReason}</span>}
        </button>
      ))}
    </div>
  );
}
