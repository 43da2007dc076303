import { useRef, type KeyboardEvent } from "react";

import { Icon, type IconName } from "../../components/Icon";
import { StateIcon } from "../../components/State";
import { number } from "../../format";
import type { TagState } from "../../ipc/bindings";

export type CountedOption<V extends string> = { value: V; label: string; icon?: IconName; count?: number | null; disabledReason?: string | null };

const STATES: readonly string[] = ["open", "protected", "immutable", "unknown"];

/** A choice among a few, with states in their colours and lists with their length: one tab stop, arrows move and choose. */
export function CountedChoice<V extends string>(props: { label: string; value: V; options: readonly CountedOption<V>[]; onChange: (value: V) => void }) {
  const { label, value, options, onChange } = props;
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const open = options.filter((option) => option.disabledReason == null);
    const at = open.findIndex((option) => option.value === value);
    const option = open[(at + step + open.length) % open.length];
    if (option === undefined) return;
    onChange(option.value);
    box.current?.querySelectorAll<HTMLElement>("[role=radio]")[options.indexOf(option)]?.focus();
  };
  return (
    <div className="seg" role="radiogroup" aria-label={label} ref={box} onKeyDown={onKeyDown}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          aria-disabled={option.disabledReason == null ? undefined : true}
          title={option.disabledReason ?? undefined}
          onClick={() => {
            if (option.disabledReason == null) onChange(option.value);
          }}
        >
          {option.icon === undefined ? null : STATES.includes(option.icon) ? <StateIcon state={option.icon as TagState} decorative /> : <Icon name={option.icon} size="xs" />}
          {option.label}
          {option.count === undefined ? null : <span className="n">{option.count === null ? "–" : number(option.count)}</span>}
          {option.disabledReason == null ? null : <span className="sr">, {option.disabledReason}</span>}
        </button>
      ))}
    </div>
  );
}
