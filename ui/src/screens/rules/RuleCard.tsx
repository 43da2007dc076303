import { Icon, type IconName } from "../../components/Icon";
import { PatternText } from "../../components/PatternText";
import { StateIcon } from "../../components/StateIcon";
import type { DraftRule, Rule } from "../../ipc/bindings";
import { statusOf } from "./draft";
import { Rich } from "./say/Rich";
import { t } from "./say/t";
import { plain } from "./say/values";

export type RuleCardProps = {
  id: string;
  rule: DraftRule;
  current: boolean;
  /** Tags it matches, when known. */
  tags: number | null;
  /** A line for each warning about it. */
  warnings: readonly string[];
  onChoose: () => void;
  onRestore: () => void;
};

/** One rule in the list: kind, pattern, roles, how many tags, and what is wrong with it. */
export function RuleCard({ id, rule, current, tags, warnings, onChoose, onRestore }: RuleCardProps) {
  const status = statusOf(rule);
  const said = rule.wanted ?? rule.saved?.rule;
  if (said === undefined) return null;
  const kind = kindOf(said);
  const deleted = status === "deleted";
  return (
    <div className={`rcard-box${deleted ? " is-deleted" : ""}`} role="presentation">
      <div
        id={id}
        className="rcard"
        role="option"
        aria-selected={current}
        aria-current={current}
        aria-label={cardName(said, tags, warnings, status)}
        onClick={onChoose}
      >
        <span className={`spine ${kind === "protected" ? "tx-prot" : "tx-imm"}`} />
        <span className="bd">
          <span className="row" style={{ gap: 6 }}>
            <StateIcon state={kind} decorative />
            <span className="f11 m t2">{t(`rules.kind.${kind}`)}</span>
            {status === "edited" ? <Pill icon="edit" text={t("rules.list.edited")} /> : null}
            {status === "new" ? <Pill icon="plus" text={t("rules.list.newRule")} /> : null}
            {deleted ? <Pill icon="trash" text={t("rules.list.deleted")} danger /> : null}
            {said.enabled ? null : <Pill icon="pause" text={t("rules.list.off")} />}
            <span className="grow" />
            {deleted ? null : <TagCount tags={tags} />}
          </span>
          {said.tags.pattern === "" ? (
            <span className="f12 t3">{t("rules.list.emptyPattern")}</span>
          ) : (
            <PatternText pattern={said.tags.pattern} dialect={said.tags.dialect} />
          )}
          <span className="meta">
            <Roles rule={said} />
          </span>
          {deleted
            ? null
            : warnings.slice(0, 2).map((warning) => (
                <span key={warning} className="row f11 warn" style={{ gap: 4, alignItems: "flex-start" }}>
                  <Icon name="warning" size="xs" />
                  <span>
                    <Rich text={warning} />
                  </span>
                </span>
              ))}
        </span>
      </div>
      {deleted ? (
        <button type="button" className="btn sm ic rcard-restore" aria-label={t("rules.list.restore")} title={t("rules.list.restore")} onClick={onRestore}>
          <Icon name="undo" size="xs" />
        </button>
      ) : null}
    </div>
  );
}

/** The kind of a rule, as a state of tags. */
export function kindOf(rule: Rule): "protected" | "immutable" {
  return rule.effect.kind === "protect" ? "protected" : "immutable";
}

/** Who may still change the tags of a rule. */
export function Roles({ rule }: { rule: Rule }) {
  if (rule.effect.kind === "immutable") {
    return <span>{rule.effect.blocks === "overwrite" ? t("rules.list.nobodyOverwrite") : t("rules.list.nobody")}</span>;
  }
  return (
    <>
      <span>
        {t("rules.list.push")} <b>{t(`decision.role.${rule.effect.push}`)}</b>
      </span>
      <span>
        {t("rules.list.delete")} <b>{t(`decision.role.${rule.effect.delete}`)}</b>
      </span>
    </>
  );
}

/** A rule's accessible name: “Immutable, pattern, 214 tags, 1 warning”. */
export function cardName(rule: Rule, tags: number | null, warnings: readonly string[], status: "same" | "edited" | "new" | "deleted"): string {
  const parts = [t(`rules.kind.${kindOf(rule)}`), rule.tags.pattern === "" ? t("rules.list.emptyPattern") : rule.tags.pattern];
  if (tags !== null && status !== "deleted") parts.push(t("rules.list.tags", { count: tags }));
  let name = parts.join(", ");
  if (warnings.length > 0) name = t("rules.list.nameWarnings", { name, count: warnings.length });
  if (status === "edited") return t("rules.list.nameStatus", { name, status: t("rules.list.edited") });
  if (status === "new") return t("rules.list.nameStatus", { name, status: t("rules.list.newRule") });
  return status === "deleted" ? t("rules.list.nameStatus", { name, status: t("rules.list.deleted") }) : plain(name);
}

function TagCount({ tags }: { tags: number | null }) {
  if (tags === null) return <span className="f11 t3 nowrap">–</span>;
  const [number = "", ...word] = t("rules.list.tags", { count: tags }).split(" ");
  return (
    <span className="f11 t3 nowrap">
      <b className="t1 b">{number}</b> {word.join(" ")}
    </span>
  );
}

function Pill({ icon, text, danger = false }: { icon: IconName; text: string; danger?: boolean }) {
  return (
    <span className={`pill pill-s${danger ? " d" : ""}`}>
      <Icon name={icon} size="xs" />
      {text}
    </span>
  );
}
