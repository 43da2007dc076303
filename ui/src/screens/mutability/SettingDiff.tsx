import { PatternText } from "../../components/PatternText";
import type { Rule } from "../../ipc/bindings";
import { t } from "../rules/say/t";
import { ModeGlyph } from "./ModeChoice";
import { settingOf } from "./setting";

/** A repository's setting before and after, as modes; exclusions that come or go are marked. */
export function SettingDiff({ from, to }: { from: Rule | null; to: Rule | null }) {
  return (
    <div>
      <Side rule={from} other={to} sign="−" look="del" />
      <Side rule={to} other={from} sign="+" look="add" />
    </div>
  );
}

function Side({ rule, other, sign, look }: { rule: Rule | null; other: Rule | null; sign: string; look: string }) {
  const { mode, exclusions } = settingOf(rule);
  const elsewhere = settingOf(other).exclusions;
  return (
    <div className="row mu-side">
      <span className={`gl ${look}`} aria-hidden="true">
        {sign}
      </span>
      <ModeGlyph mode={mode} decorative />
      <span className="f12 m nowrap">{t(`mutability.mode.${mode}`)}</span>
      {exclusions.map((exclusion) => {
        const only = !elsewhere.includes(exclusion);
        return (
          <span key={exclusion} className={`chip mono mu-chip${only ? ` ${look}` : ""}`}>
            {only ? <span aria-hidden="true">{sign}</span> : null}
            {only ? <span className="sr">{t(look === "add" ? "mutability.diffAdded" : "mutability.diffRemoved")}</span> : null}
            <PatternText pattern={exclusion} dialect="ecr" />
          </span>
        );
      })}
    </div>
  );
}
