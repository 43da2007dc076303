import { memo } from "react";

import { Icon, type IconName } from "../../components/Icon";
import { PatternText } from "../../components/PatternText";
import { StateIcon } from "../../components/State";
import type { DraftRule, Rule, Selector } from "../../ipc/bindings";
import { statusOf } from "./draft";
import { Rich } from "./say/Rich";
import { PROTECTING, sayRole } from "./say/roles";
import { t } from "./say/t";
import { value } from "./say/values";

const STATUS = { edited: "rules.list.edited", new: "rules.list.newRule", deleted: "rules.list.deleted" } as const;
const STATUS_ICON = { edited: "edit", new: "plus", deleted: "trash" } as const satisfies Record<string, IconName>;

export type RuleCardProps = {
  id: string;
  rule: DraftRule;
  current: boolean;
  /** Tags it matches, when known. */
  tags: number | null;
  /** A line for each warning about it: one text, so that cards whose text is the same are not drawn again. */
  warnings: string;
  /** Place of the rule in the list. */
  index: number;
  onChoose: (rule: number) => void;
  onRestore: (rule: number) => void;
};

/** One rule in the list: kind, pattern, roles, how many tags, and what is wrong with it. */
export const RuleCard = memo(function RuleCard({ id, rule, current, tags, warnings, index, onChoose, onRestore }: RuleCardProps) {
  const status = statusOf(rule);
  const lines = warnings === "" ? [] : warnings.split("\n");
  const said = rule.wanted ?? rule.saved?.rule;
  if (said === undefined) return null;
  const kind = kindOf(said);
  const deleted = status === "deleted";
  const more = [...(lines.length > 0 ? [t("rules.list.warnings", { count: lines.length })] : []), ...(status === "same" ? [] : [t(STATUS[status])])];
  const counted = tags !== null && !deleted;
  return (
    <div className={`rcard-box${deleted ? " is-deleted" : ""}`} role="presentation">
      <div
        id={id}
        className="rcard"
        role="option"
        aria-selected={current}
        aria-current={current}
        aria-describedby={`${id}-more`}
        onClick={() => onChoose(index)}
      >
        <span className={`spine ${kind === "protected" ? "tx-prot" : "tx-imm"}`} />
        {/* In the order in which it is read out: “Immutable, ^v, 214 tags, 1 warning”. The sheet puts the count at the top. */}
        <span className="bd">
          <span className="row rcard-h">
            <StateIcon state={kind} decorative />
            <span className="f11 m t2">
              {t(`rules.kind.${kind}`)}
              <Pause />
            </span>
            <span className="row" style={{ gap: 6 }} aria-hidden="true">
              {status === "same" ? null : <Pill icon={STATUS_ICON[status]} text={t(STATUS[status])} danger={deleted} />}
            </span>
          </span>{" "}
          <span className="rcard-p">
            {said.tags.pattern === "" ? (
              <span className="f12 t3">{t("rules.list.emptyPattern")}</span>
            ) : (
              <PatternText pattern={said.tags.pattern} dialect={said.tags.dialect} mode={said.tags.mode} />
            )}
            {counted || more.length > 0 ? <Pause /> : null}
          </span>{" "}
          {deleted ? null : (
            <span className="f11 t3 nowrap rcard-n">
              <TagCount tags={tags} />
              {counted && more.length > 0 ? <Pause /> : null}
            </span>
          )}
          {" "}
          <span className="sr">{more.join(", ")}</span>
          <span className="rcard-more" id={`${id}-more`} aria-hidden="true">
            <span className="meta">
              {said.enabled ? null : <Pill icon="pause" text={t("rules.list.off")} />}
              {said.repositories === null ? <Roles rule={said} /> : <Repositories selector={said.repositories} />}
            </span>
            {deleted
              ? null
              : lines.slice(0, 2).map((warning) => (
                  <span key={warning} className="row f11 warn" style={{ gap: 4, alignItems: "flex-start" }}>
                    <Icon name="warning" size="xs" />
                    <span>
                      <Rich text={warning} />
                    </span>
                  </span>
                ))}
          </span>
        </span>
      </div>
      {deleted ? (
        <button type="button" className="btn sm ic rcard-restore" aria-label={t("rules.list.restore")} title={t("rules.list.restore")} onClick={() => onRestore(index)}>
          <Icon name="undo" size="xs" />
        </button>
      ) : null}
    </div>
  );
});

/** The kind of a rule, as a state of tags. */
export function kindOf(rule: Rule): "protected" | "immutable" {
  return rule.effect.kind === "protect" ? "protected" : "immutable";
}

/** How a selector among those of repositories chooses; it may be compared with tags. */
const CHOICE = {
  matching: "onlyRepositories", excluding: "exceptRepositories", matching_other_part: "onlyTags", excluding_other_part: "exceptTags", unsupported: "onlyRepositories",
} as const satisfies Record<Selector["mode"], string>;

/** The repositories that a rule chooses. */
export function Repositories({ selector }: { selector: Selector }) {
  const pattern = value(selector.pattern, 40);
  const everything = selector.mode === "matching" && (selector.pattern === "**" || selector.pattern === "");
  if (everything) return <span>{t("rules.list.allRepositories")}</span>;
  return <span className="trunc">{t(`rules.list.${CHOICE[selector.mode]}`, { pattern })}</span>;
}

/** Who may still change the tags of a rule. */
export function Roles({ rule }: { rule: Rule }) {
  if (rule.effect.kind === "immutable") {
    return <span>{rule.effect.blocks === "overwrite" ? t("rules.list.nobodyOverwrite") : t("rules.list.nobody")}</span>;
  }
  return (
    <>
      <span>
        {t("rules.list.push")} <b>{sayRole(PROTECTING, rule.effect.push)}</b>
      </span>
      <span>
        {t("rules.list.delete")} <b>{sayRole(PROTECTING, rule.effect.delete)}</b>
      </span>
    </>
  );
}

function TagCount({ tags }: { tags: number | null }) {
  if (tags === null) return <span aria-hidden="true">–</span>;
  const [number = "", ...word] = t("rules.list.tags", { count: tags }).split(" ");
  return (
    <>
      <b className="t1 b">{number}</b> {word.join(" ")}
    </>
  );
}

/** A pause for those who listen; the eye has the layout. */
function Pause() {
  return <span className="pause">,</span>;
}

function Pill({ icon, text, danger = false }: { icon: IconName; text: string; danger?: boolean }) {
  return (
    <span className={`pill pill-s${danger ? " d" : ""}`}>
      <Icon name={icon} size="xs" />
      {text}
    </span>
  );
}
