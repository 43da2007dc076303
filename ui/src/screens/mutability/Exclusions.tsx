import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { PatternText } from "../../components/PatternText";
import { combination } from "../../state/keys";
import { t } from "../rules/say/t";
import { partsOf, starsIn } from "./setting";

/** What the registry allows. */
export type Limits = { exclusions: number; wildcards: number; characters: number };

export type ExclusionsProps = {
  exclusions: readonly string[];
  /** As they are saved: others are new. */
  saved: readonly string[];
  /** Tags that each matches by itself, where known. */
  tags: readonly (number | null)[];
  limits: Limits;
  product: string;
  /** They are kept, but the mode does not send them. */
  unused: boolean;
  /** The one that cannot be used. */
  bad: number | null;
  readOnly: string | null;
  /** Id of what says what is wrong. */
  describedBy: string;
  /** `at`: when a key was pressed for it; `null` for anything but typing. */
  onChange: (exclusions: readonly string[], at: number | null) => void;
  /** Undo belongs to the draft around them, not to a field. */
  onUndo: () => void;
  onRedo: () => void;
};

/** A line for each exclusion. Enter adds the next, Delete in an empty one removes it. */
export function Exclusions(props: ExclusionsProps) {
  const { exclusions, limits, unused, onChange } = props;
  const box = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  /** The line that gets the focus once it is there. */
  const wanted = useRef<number | null>(null);
  const locked = props.readOnly !== null || unused;
  const full = exclusions.length >= limits.exclusions;
  const whyNot = props.readOnly ?? (unused ? t("mutability.notUsed") : full ? t("mutability.full", { product: props.product, limit: limits.exclusions }) : exclusions.includes("") ? t("mutability.needsText") : null);

  // Before the next key comes.
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    box.current?.querySelectorAll("input")[wanted.current]?.focus();
    wanted.current = null;
  }, [exclusions]);

  const focus = (index: number) => box.current?.querySelectorAll("input")[index]?.focus();
  const add = (after: number) => {
    if (whyNot !== null) return;
    wanted.current = after + 1;
    onChange([...exclusions.slice(0, after + 1), "", ...exclusions.slice(after + 1)], null);
  };
  const remove = (index: number) => {
    wanted.current = Math.max(0, index - 1);
    onChange(exclusions.length === 1 ? [""] : exclusions.filter((_, at) => at !== index), null);
  };
  const write = (index: number, text: string, at: number) => {
    const parts = partsOf(text);
    if (parts.length > 1) wanted.current = index + parts.length - 1;
    onChange([...exclusions.slice(0, index), ...parts, ...exclusions.slice(index + 1)], at);
  };
  const onKeyDown = (index: number) => (event: KeyboardEvent<HTMLInputElement>) => {
    const empty = exclusions[index] === "";
    const combo = combination(event.nativeEvent);
    if (combo === "ctrl+z") props.onUndo();
    else if (combo === "ctrl+shift+z" || combo === "ctrl+y") props.onRedo();
    else if (event.key === "ArrowDown" && index + 1 < exclusions.length) focus(index + 1);
    else if (event.key === "ArrowUp" && index > 0) focus(index - 1);
    else if (event.key === "Enter" && !event.ctrlKey && !locked) add(index);
    else if ((event.key === "Delete" || event.key === "Backspace") && empty && exclusions.length > 1 && !locked) remove(index);
    else return;
    event.preventDefault();
  };
  const shown = exclusions[current] ?? "";

  return (
    <div className={`fld mu-list${unused ? " is-unused" : ""}`}>
      <div className="row">
        <span className="lbl" aria-hidden="true">
          {t("mutability.exclusions")}
        </span>
        <Used {...props} />
        <span className="grow" />
        {unused ? (
          <span className="f11 t3 nowrap">{t("mutability.notUsed")}</span>
        ) : (
          <Button size="sm" kind="ghost" icon="plus" disabledReason={whyNot} onClick={() => add(exclusions.length - 1)}>
            {t("mutability.add")}
          </Button>
        )}
      </div>
      <div className={`pat${props.bad === null || unused ? "" : " err"}`} role="group" aria-label={t("mutability.list")} ref={box}>
        <div className="mu-rows">
          {exclusions.map((exclusion, index) => {
            const bad = index === props.bad && !unused;
            const coloured = !bad && !unused && isColoured(exclusion);
            return (
              <div key={index} className={`exr${index === current && !unused ? " cur" : ""}${bad ? " bad" : ""}`}>
                <span className={`row mu-text${coloured ? " is-coloured" : ""}`}>
                  {coloured ? (
                    <span className="mu-colour" aria-hidden="true">
                      <PatternText pattern={exclusion} dialect="ecr" />
                    </span>
                  ) : null}
                  <input
                    value={exclusion}
                    size={Math.max(14, exclusion.length + 1)}
                    readOnly={locked}
                    spellCheck={false}
                    autoCapitalize="off"
                    autoComplete="off"
                    placeholder={t("mutability.placeholder")}
                    aria-label={exclusion === "" ? t("mutability.emptyEntry") : t("mutability.entry", { pattern: exclusion })}
                    aria-invalid={bad}
                    aria-describedby={props.describedBy}
                    onChange={(event) => write(index, event.target.value, event.timeStamp)}
                    onKeyDown={onKeyDown(index)}
                    onFocus={() => setCurrent(index)}
                  />
                  {props.saved.includes(exclusion) || exclusion === "" || unused ? null : (
                    <span className="pill pill-s">
                      <Icon name="plus" size="xs" />
                      {t("mutability.isNew")}
                    </span>
                  )}
                </span>
                <span className={`f11 nowrap ${starsIn(exclusion) > limits.wildcards ? "bad" : "t3"}`}>{t("mutability.stars", { used: starsIn(exclusion), limit: limits.wildcards })}</span>
                <span className="f12 num">{unused ? "–" : <TagCount tags={props.tags[index] ?? null} />}</span>
                <Button
                  size="sm"
                  kind="ghost"
                  icon="close"
                  aria-label={exclusion === "" ? t("mutability.removeEmpty") : t("mutability.remove", { pattern: exclusion })}
                  disabledReason={props.readOnly ?? (unused ? t("mutability.notUsed") : null)}
                  onClick={() => remove(index)}
                />
              </div>
            );
          })}
        </div>
        <div className="ft">
          <span className="b t2">{t("mutability.wildcard")}</span>
          <span className="sep" aria-hidden="true" />
          <span>{t("mutability.whole")}</span>
          <span className="sep" aria-hidden="true" />
          <span className="trunc">{t("mutability.characters")}</span>
          <span className="grow" />
          <span className={`num${[...shown].length > limits.characters ? " bad" : ""}`}>{t("rules.editor.of", { used: [...shown].length, limit: limits.characters })}</span>
        </div>
      </div>
      {unused ? <p className="hint">{t("mutability.notUsedText")}</p> : null}
    </div>
  );
}

function TagCount({ tags }: { tags: number | null }) {
  return tags === null ? "–" : t("mutability.tags", { count: tags });
}

/** Colours lie below the letters of the field, which only fits as long as none is out of sight. */
function isColoured(exclusion: string): boolean {
  return exclusion !== "" && exclusion.length <= 18;
}

/** How many of the exclusions that are allowed are there. */
function Used({ exclusions, saved, limits }: ExclusionsProps) {
  const said = t("mutability.of", { used: exclusions.length, limit: limits.exclusions });
  return (
    <span className="row f11 t3 mu-used" role="meter" aria-label={t("mutability.used")} aria-valuenow={exclusions.length} aria-valuemin={0} aria-valuemax={limits.exclusions} aria-valuetext={said}>
      <span className="pips" aria-hidden="true">
        {Array.from({ length: Math.max(limits.exclusions, exclusions.length) }, (_, index) => {
          const exclusion = exclusions[index];
          return <i key={index} className={exclusion === undefined ? "" : saved.includes(exclusion) ? "tx-open" : "new"} />;
        })}
      </span>
      <span aria-hidden="true">{said}</span>
    </span>
  );
}
