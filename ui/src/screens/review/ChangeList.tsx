import { Icon } from "../../components/Icon";
import { PatternText } from "../../components/PatternText";
import { StateIcon } from "../../components/State";
import type { Change, Role, Rule } from "../../ipc/bindings";
import { isSetting } from "../mutability/setting";
import { SettingDiff } from "../mutability/SettingDiff";
import { same } from "../rules/draft";
import { kindOf, Repositories } from "../rules/RuleCard";
import { PROTECTING, sayRole } from "../rules/say/roles";
import { t } from "../rules/say/t";

const LOOK = {
  create: { sign: "+", look: "add" },
  update: { sign: "~", look: "chg" },
  recreate: { sign: "~", look: "chg" },
  delete: { sign: "−", look: "del" },
} as const;

/** The rule before and after a change. */
export function sides(change: Change): { from: Rule | null; to: Rule | null } {
  switch (change.change) {
    case "create":
      return { from: null, to: change.rule };
    case "update":
    case "recreate":
      return { from: change.from.rule, to: change.to };
    case "delete":
      return { from: change.rule.rule, to: null };
  }
}

/** What changes in the rules, old against new. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  return (
    <ul aria-label={t("review.changes")} className="rv-changes">
      {changes.map((change, index) => (
        <ChangeItem key={index} change={change} />
      ))}
    </ul>
  );
}

function ChangeItem({ change }: { change: Change }) {
  const { from, to } = sides(change);
  const rule = to ?? from;
  if (rule === null) return null;
  const { sign, look } = LOOK[change.change];
  const samePattern = same(from?.tags, to?.tags) && same(from?.repositories, to?.repositories) && from?.enabled === to?.enabled;
  return (
    <li>
      <span className={`gl ${look}`} role="img" aria-label={t(`review.${change.change}`)}>
        {sign}
      </span>
      <span className="row f12 m" style={{ gap: 5 }}>
        {isSetting(rule) ? t("mutability.title") : <Kind from={from} to={to} />}
      </span>
      <div>
        {isSetting(rule) ? (
          <SettingDiff from={from} to={to} />
        ) : samePattern && from !== null ? (
          <div className="row" style={{ gap: 8 }}>
            <span className="gl eq" aria-hidden="true">
              =
            </span>
            <PatternText pattern={from.tags.pattern} dialect={from.tags.dialect} mode={from.tags.mode} />
            <Part rule={from} />
          </div>
        ) : (
          <>
            {from === null ? null : <PatternSide rule={from} sign="−" look="del" />}
            {to === null ? null : <PatternSide rule={to} sign="+" look="add" />}
          </>
        )}
        {change.change === "recreate" ? (
          <p className="f12 warn row rv-recreate">
            <Icon name="warning" size="xs" />
            <span>{t("review.recreateWarning")}</span>
          </p>
        ) : null}
      </div>
      <span className="f12 t2">
        <RolesDiff from={from} to={to} />
      </span>
    </li>
  );
}

function PatternSide({ rule, sign, look }: { rule: Rule; sign: string; look: string }) {
  return (
    <div className="row" style={{ gap: 8, alignItems: "flex-start" }}>
      <span className={`gl ${look}`} aria-hidden="true">
        {sign}
      </span>
      <PatternText pattern={rule.tags.pattern} dialect={rule.tags.dialect} mode={rule.tags.mode} className="rx-wrap" />
      <Part rule={rule} />
    </div>
  );
}

/** Where a rule holds, and that it is off, in registries that know such a thing. */
function Part({ rule }: { rule: Rule }) {
  return (
    <span className="f12 t3 row" style={{ gap: 8 }}>
      {rule.repositories === null ? null : <Repositories selector={rule.repositories} />}
      {rule.enabled ? null : <span>{t("rules.list.off")}</span>}
    </span>
  );
}

function Kind({ from, to }: { from: Rule | null; to: Rule | null }) {
  const before = from === null ? null : kindOf(from);
  const after = to === null ? before : kindOf(to);
  if (after === null) return null;
  return (
    <>
      {before !== null && before !== after ? (
        <>
          <StateIcon state={before} />
          <Icon name="arrow" size="xs" />
        </>
      ) : null}
      <StateIcon state={after} decorative />
      {t(`rules.kind.${after}`)}
    </>
  );
}

/** Roles before and after, the old one struck where it differs. */
export function RolesDiff({ from, to }: { from: Rule | null; to: Rule | null }) {
  const rule = to ?? from;
  if (rule === null) return null;
  if (rule.effect.kind === "immutable") {
    return <>{rule.effect.blocks === "overwrite" ? t("rules.list.nobodyOverwrite") : t("rules.list.nobody")}</>;
  }
  const old = from?.effect.kind === "protect" && to !== null ? from.effect : null;
  return (
    <>
      {t("rules.list.push")} <RoleDiff from={old?.push ?? null} to={rule.effect.push} />, {t("rules.list.delete")}{" "}
      <RoleDiff from={old?.delete ?? null} to={rule.effect.delete} />
    </>
  );
}

function RoleDiff({ from, to }: { from: Role | null; to: Role }) {
  if (from === null || from === to) return <>{sayRole(PROTECTING, to)}</>;
  return (
    <>
      <s className="t3">{sayRole(PROTECTING, from)}</s> <b className="m t1">{sayRole(PROTECTING, to)}</b>
    </>
  );
}
