import { useId, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../components/Icon";
import type { FilterError } from "../../ipc/bindings";
import { absorb, complete, splitAll, suggest } from "./filterTokens";
import type { SplitFilter } from "./filterTokens";

export interface FilterFieldProps {
  value: SplitFilter;
  onChange: (value: SplitFilter) => void;
  error: FilterError | null;
  registries: readonly string[];
  /** "274 of 412". */
  status: string;
  busy: boolean;
}

/** The filter: finished parts as tokens, the rest as text, suggestions below. */
export function FilterField({ value, onChange, error, registries, status, busy }: FilterFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const suggestions = open ? suggest(value.rest, registries) : [];
  const shown = suggestions.length > 0;

  const type = (rest: string) => {
    const next = absorb(value, rest);
    // A condition just finished asks for no suggestion; the arrow opens the list again.
    setOpen(next.rest !== "");
    setActive(-1);
    onChange(next);
  };
  const choose = (index: number) => {
    const chosen = suggestions[index];
    if (!chosen) return;
    onChange(absorb(value, complete(value.rest, chosen)));
    setActive(-1);
    setOpen(!chosen.whole);
    field.current?.focus();
  };
  const drop = (token: string) => {
    onChange({ ...value, tokens: value.tokens.filter((one) => one !== token) });
    field.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        if (!shown) {
          setOpen(true);
          break;
        }
        const step = event.key === "ArrowDown" ? 1 : -1;
        // -1 is the field itself, between the last suggestion and the first.
        setActive((now) => cycle(now + step, suggestions.length));
        break;
      }
      case "Enter":
        if (active >= 0) choose(active);
        else {
          onChange(absorb(value, `${value.rest} `));
          setOpen(false);
        }
        break;
      case "Backspace": {
        const last = value.tokens.at(-1);
        if (value.rest !== "" || last === undefined) return;
        onChange({ ...value, tokens: value.tokens.slice(0, -1) });
        break;
      }
      case "Escape":
        if (shown && active >= 0) setActive(-1);
        else if (value.rest !== "" || value.tokens.length > 0) onChange({ tokens: [], rest: "" });
        else field.current?.blur();
        setOpen(false);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const wrong = (token: string) => error?.token === token;
  return (
    <div role="search" className="filter grow">
      <div className={error ? "inp err" : "inp"}>
        <Icon name={busy ? "spinner" : "filter"} />
        {value.tokens.map((token) => <Token key={token} token={token} wrong={wrong(token)} onRemove={() => drop(token)} />)}
        <input
          ref={field}
          role="combobox"
          aria-label={t("projects.filter")}
          aria-expanded={shown}
          aria-controls={shown ? `${id}-list` : undefined}
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          aria-autocomplete="list"
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={value.tokens.length === 0 && value.rest === "" ? t("projects.filterHint").replaceAll("`", "") : ""}
          value={value.rest}
          onChange={(event) => type(event.target.value)}
          onKeyDown={press}
          onFocus={() => setOpen(value.rest !== "")}
          onBlur={() => setOpen(false)}
        />
        <span className="t3 nowrap" role="status">{status}</span>
        <kbd aria-hidden="true">/</kbd>
      </div>
      {error && <FilterProblem id={`${id}-error`} error={error} onUse={(text) => onChange(splitAll(text))} value={value} />}
      {shown && (
        <ul className="pop suggest" role="listbox" id={`${id}-list`} aria-label={t("projects.suggestions")}>
          {suggestions.map((one, index) => (
            <li
              key={one.text}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className="pop-i mono"
              data-highlighted={index === active || undefined}
              // The field keeps the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                choose(index);
              }}
            >
              {one.text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Keeps a place between -1 and the last of `count`. */
function cycle(place: number, count: number): number {
  if (place < -1) return count - 1;
  return place >= count ? -1 : place;
}

function Token({ token, wrong, onRemove }: { token: string; wrong: boolean; onRemove: () => void }) {
  const { t } = useTranslation();
  const at = token.indexOf(":") + 1;
  return (
    <button type="button" className={wrong ? "tok wrong" : "tok"} aria-label={t("projects.remove", { token: `${token.slice(0, at)} ${token.slice(at)}` })} onClick={onRemove}>
      <span className="k">{token.slice(0, at)}</span>{token.slice(at)}<Icon name="close" size="xs" />
    </button>
  );
}

function FilterProblem({ id, error, value, onUse }: { id: string; error: FilterError; value: SplitFilter; onUse: (text: string) => void }) {
  const { t } = useTranslation();
  const key = error.token.split(":", 1)[0] ?? error.token;
  const mean = error.did_you_mean;
  const fixed = mean && [...value.tokens, value.rest].map((one) => one.replace(key, mean)).join(" ").trim();
  return (
    <span id={id} className="hint bad row filter-error" role="status">
      <Icon name="error" size="xs" />
      <span>{mean ? t("projects.unknownMean", { token: key, mean }) : t("projects.unknown", { token: error.token })}</span>
      {fixed && mean && <button type="button" className="link" onClick={() => onUse(fixed)}>{t("projects.useIt", { mean })}</button>}
    </span>
  );
}
