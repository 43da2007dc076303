import { useRef, type KeyboardEvent } from "react";

import { Icon, type IconName } from "../../components/Icon";
import { StateIcon } from "../../components/StateIcon";
import { number } from "../../format";
import type { TagState } from "../../ipc/bindings";

export type CountedOption<V extends string> = { value: V; label: string; icon?: IconName; count: number | null };

const STATES: readonly string[] = ["open", "protected", "immutable", "unknown"];

/** A choice among a few lists, each with its length: one tab stop, arrows move and choose. */
export function CountedChoice<V extends string>(props: { label: string; value: V; options: readonly CountedOption<V>[]; onChange: (value: V) => void }) {
  const { label, value, options, onChange } = props;
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = options.findIndex((option) => option.value === value);
    const next = (at + step + options.length) % options.length;
    const option = options[next];
    if (option === undefined) return;
    onChange(option.value);
    box.current?.querySelectorAll<HTMLElement>("[role=radio]")[next]?.focus();
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
          onClick={() => onChange(option.value)}
        >
          {option.icon === undefined ? null : STATES.includes(option.icon) ? <StateIcon state={option.icon as TagState} decorative /> : <Icon name={option.icon} size="xs" />}
          {option.label}
          <span className="n">{option.count === null ? "–" : number(option.count)}</span>
        </button>
      ))}
    </div>
  );
}
