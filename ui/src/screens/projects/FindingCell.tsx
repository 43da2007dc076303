import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Icon } from "../../components/Icon";
import type { IconName } from "../../components/Icon";
import type { ProjectRow, Severity, What } from "../../ipc/bindings";

const LOOK: Record<Severity, { icon: IconName; tone: string }> = {
  note: { icon: "info", tone: "t3" },
  warning: { icon: "warning", tone: "warn" },
  incident: { icon: "error", tone: "bad" },
};

/** The worst finding, and how many more there are. */
export function FindingCell({ row }: { row: ProjectRow }) {
  const { t } = useTranslation();
  const worst = row.findings[0];
  if (!worst) return <span className="t3" aria-label={t("projects.noneName")} role="img">{t("projects.none")}</span>;
  const more = row.finding_count - 1;
  const text = findingText(worst.what, t);
  return (
    <span className="row" style={{ gap: 5 }}>
      <span className={LOOK[worst.severity].tone}><Icon name={LOOK[worst.severity].icon} label={t(`projects.severity.${worst.severity}`)} /></span>
      <span className="trunc" title={text}>{text}</span>
      {more > 0 && <span className="t3"><span aria-hidden="true">{t("projects.more", { count: more })}</span><span className="sr">{t("projects.moreName", { count: more })}</span></span>}
    </span>
  );
}

/** A finding in the few words of a table. */
export function findingText(what: What, t: TFunction): string {
  const name = t(`findings.${what.code}.name`);
  if (what.code === "no_rules") return t("projects.noRulesOpen", { name, count: what.open });
  if (what.code === "rule_limit") return t("projects.limitOf", { name, used: what.used, limit: what.limit });
  return name;
}
