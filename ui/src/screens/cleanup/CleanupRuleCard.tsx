import { Fragment } from "react";
import { PatternText } from "../../components/PatternText";
import type { CleanupRule, Selector } from "../../ipc/bindings";
import { t } from "../rules/say/t";
import { conditionWords, isEverything } from "./say";

/** One rule of a cleanup policy: its number, whether it is on, and what it does in a sentence. */
export function CleanupRuleCard({ rule }: { rule: CleanupRule }) {
  return (
    <li className="cu-card">
      <div className="row cu-head">
        <h3 className="b">{t("cleanup.rule", { number: rule.number })}</h3>
        <span className={`pill${rule.enabled ? " a" : ""}`}>{rule.enabled ? t("cleanup.on") : t("cleanup.off")}</span>
        {rule.description === null ? null : <bdi className="t3 f12 cu-said">{rule.description}</bdi>}
      </div>
      <p className="cu-sentence">
        <Repositories selectors={rule.repositories} /> <Tags rule={rule} />: <Act rule={rule} />
      </p>
    </li>
  );
}

function Repositories({ selectors }: { selectors: CleanupRule["repositories"] }) {
  const named = selectors.filter((selector) => !isEverything(selector));
  if (selectors.length === 0) return t("cleanup.ofAll");
  if (named.length === 0) return t("cleanup.inEach");
  return <>{t("cleanup.inSome")} <All selectors={named} again={t("cleanup.and")} />{t("cleanup.comma")}</>;
}

function Tags({ rule }: { rule: CleanupRule }) {
  const named = rule.tags.filter((selector) => !isEverything(selector));
  if (rule.images === "untagged") return t("cleanup.untagged");
  if (named.length === 0) return t(rule.images === "any" ? "cleanup.anyImages" : "cleanup.tagged");
  return (
    <>
      {t("cleanup.tagged")} <All selectors={named} again={t("cleanup.another")} />
      {rule.images === "any" ? ` ${t("cleanup.or")}` : null}
    </>
  );
}

function Act({ rule: { condition, fate } }: { rule: CleanupRule }) {
  if (condition.kind === "passed_over") return <b className="b">{t("cleanup.passedOver")}</b>;
  if (condition.kind === "fails") {
    return (
      <>
        <b className="b">{t(condition.everywhere ? "cleanup.fails.everywhere" : "cleanup.fails.repositories")}</b> {t(`cleanup.fails.${condition.reason}`)}{" "}
        {condition.text === "" ? t("cleanup.emptyPattern") : <code><bdi>{condition.text}</bdi></code>}.
      </>
    );
  }
  if (condition.kind === "unknown") return <>{t("cleanup.unknown")} <code><bdi>{condition.text}</bdi></code>.</>;
  return <b className="b">{t(`cleanup.fate.${fate}`)} {conditionWords(condition)}.</b>;
}

function All({ selectors, again }: { selectors: readonly Selector[]; again: string }) {
  return selectors.map((selector, index) => (
    <Fragment key={index}>
      {index === 0 ? null : ` ${again} `}
      {verb(selector)}{" "}
      {selector.pattern === "" ? t("cleanup.emptyPattern") : <PatternText className="cu-pattern" pattern={selector.pattern} dialect={selector.dialect} />}
    </Fragment>
  ));
}

function verb({ mode, dialect }: Selector): string {
  if (mode === "unsupported") return t("cleanup.unsupported");
  if (mode === "matching_other_part") return t("cleanup.repositoryMatching");
  if (mode === "excluding_other_part") return t("cleanup.repositoryNotMatching");
  if (mode === "excluding") return t("cleanup.notMatching");
  return dialect === "prefix" ? t("cleanup.startingWith") : t("cleanup.matching");
}
