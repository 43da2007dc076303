import { Segmented } from "../../components/Segmented";
import type { Capabilities, Dialect, Rule } from "../../ipc/bindings";
import { dialectKey } from "./say/dialect";
import { t } from "./say/t";

const DIALECTS: Record<Dialect, true> = {
  gitlab: true,
  "gitlab-cleanup": true,
  harbor: true,
  "harbor-1.1": true,
  ecr: true,
  "ecr-filters": true,
  prefix: true,
};

/** The language of a pattern that is tried where no rule can be saved. */
export function DialectChoice({ value, onChange }: { value: Dialect; onChange: (dialect: Dialect) => void }) {
  return (
    <div className="fld">
      <span className="lbl" aria-hidden="true">{t("rules.try.dialect")}</span>
      <span>
        <Segmented
          label={t("rules.try.dialect")}
          value={value}
          options={(Object.keys(DIALECTS) as Dialect[]).map((one) => ({ value: one, label: t(`rules.try.of.${dialectKey(one)}`) }))}
          onChange={onChange}
        />
      </span>
    </div>
  );
}

/** A rule as another registry would have it, to see what it would cover. */
export function triedRule(capabilities: Capabilities): Rule {
  return {
    repositories: null,
    tags: { mode: "matching", dialect: capabilities.dialect, pattern: "" },
    effect: { kind: "immutable", blocks: "overwrite_and_delete" },
    enabled: true,
  };
}
