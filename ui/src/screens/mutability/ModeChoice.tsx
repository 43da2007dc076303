import { useRef, type KeyboardEvent } from "react";

import type { MutabilityMode } from "../../ipc/bindings";
import { t } from "../rules/say/t";
import { MODES } from "./setting";

const GLYPH: Readonly<Record<MutabilityMode, string>> = { mutable: "not", immutable: "all", immutable_except: "allx", mutable_except: "notx" };

/** A mode at a glance: hollow, solid, or the corner that the exclusions leave. */
export function ModeGlyph({ mode, decorative = false }: { mode: MutabilityMode; decorative?: boolean }) {
  return <span className={`mg ${GLYPH[mode]}`} {...(decorative ? { "aria-hidden": true } : { role: "img", "aria-label": t(`mutability.mode.${mode}`) })} />;
}

/** Which of the four modes. */
export function ModeChoice({ value, readOnly, onChange }: { value: MutabilityMode; readOnly: string | null; onChange: (mode: MutabilityMode) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const choose = (mode: MutabilityMode) => {
    if (readOnly === null && mode !== value) onChange(mode);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = MODES.indexOf(value);
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: MODES.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + MODES.length) % MODES.length;
    const mode = MODES[next];
    if (mode === undefined || readOnly !== null) return;
    choose(mode);
    box.current?.querySelectorAll<HTMLElement>("[role=radio]")[next]?.focus();
  };
  return (
    <div className="fld mu-modes">
      <span className="lbl" aria-hidden="true">
        {t("mutability.modes")}
      </span>
      <div className="modes" role="radiogroup" aria-label={t("mutability.modes")} aria-disabled={readOnly !== null} ref={box} onKeyDown={onKeyDown}>
        {MODES.map((mode) => {
          const on = mode === value;
          return (
            <div
              key={mode}
              className={on ? "on" : ""}
              role="radio"
              aria-checked={on}
              aria-disabled={readOnly !== null && !on}
              aria-label={t(`mutability.mode.${mode}`)}
              aria-describedby={`mode-${mode}`}
              tabIndex={on ? 0 : -1}
              title={readOnly !== null && !on ? readOnly : undefined}
              onClick={() => choose(mode)}
            >
              <span className="rad" data-on={on ? "" : undefined} aria-hidden="true" />
              <ModeGlyph mode={mode} decorative />
              <span className="col" aria-hidden="true">
                <span className="m f12">{t(`mutability.mode.${mode}`)}</span>
                <span className="hint" id={`mode-${mode}`}>
                  {t(`mutability.hint.${mode}`)}
                </span>
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
