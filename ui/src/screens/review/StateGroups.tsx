import { Icon } from "../../components/Icon";
import { StateIcon } from "../../components/State";
import type { GroupRow, Plan, RoleNames, StateGroup } from "../../ipc/bindings";
import { sayLevels } from "../rules/say/levels";
import { sayActor } from "../rules/say/roles";
import { t } from "../rules/say/t";
import { rolesOf } from "./plan";

/** Who may do what before and after, one table for each way in which tags change state. */
export function StateGroups({ plan }: { plan: Plan }) {
  const names = rolesOf(plan);
  return (
    <div>
      <div className="row rv-states">
        <h3>
          {t("review.state", { changed: plan.changed_tags, count: plan.tags })}{" "}
          {plan.level_changes.length > 0 ? <span className="t2 rv-plain">{sayLevels(plan.level_changes, names)}</span> : null}
        </h3>
        {plan.groups.length === 0 ? null : (
          <span className="row f11 t3" style={{ gap: 12 }} aria-hidden="true">
            <span className="row" style={{ gap: 4 }}>
              <Verdict allowed />
              {t("review.allowed")}
            </span>
            <span className="row" style={{ gap: 4 }}>
              <Verdict allowed={false} />
              {t("review.denied")}
            </span>
            <span className="row" style={{ gap: 4 }}>
              <i className="chg rv-swatch" />
              {t("review.changesKey")}
            </span>
          </span>
        )}
      </div>
      {plan.groups.length === 0 ? null : (
        <div className="rv-groups" data-many={plan.groups.length > 3}>
          {plan.groups.map((group) => (
            <Group key={`${group.from}-${group.to}`} group={group} names={names} />
          ))}
        </div>
      )}
    </div>
  );
}

function Group({ group, names }: { group: StateGroup; names: RoleNames }) {
  const [from, to] = [t(`rules.state.${group.from}`), t(`rules.state.${group.to}`)];
  const tags = t("review.group", { count: group.tags });
  return (
    <div className="rv-group" title={group.examples.length === 0 ? undefined : t("review.examples", { names: group.examples.slice(0, 5).join(", ") })}>
      <div className="row rv-group-h">
        <b className="f12 b nowrap">{tags}</b>
        <span className="grow" />
        <span className="row f11 t2" style={{ gap: 4 }}>
          <StateIcon state={group.from} decorative />
          {from}
          <Icon name="arrow" size="xs" />
          <StateIcon state={group.to} decorative />
          {to}
        </span>
      </div>
      {group.rows.length === 0 ? null : <table className="mx" aria-label={t("review.groups", { tags, from, to })}>
        <colgroup>
          <col style={{ width: widthOf(group, names) }} />
          <col />
          <col />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t("review.role")}</th>
            <th scope="col">{t("review.pushNew")}</th>
            <th scope="col">{t("review.overwrite")}</th>
            <th scope="col">{t("review.deleteColumn")}</th>
          </tr>
        </thead>
        <tbody>
          {group.rows.map((row) => (
            <Row key={row.actor} row={row} names={names} />
          ))}
        </tbody>
      </table>}
    </div>
  );
}

/** As wide as the longest name of a role, within what leaves the other columns their heads. */
function widthOf(group: StateGroup, names: RoleNames): number {
  const longest = Math.max(...group.rows.map((row) => sayActor(names, row.actor).length));
  return Math.min(Math.max(88, 20 + 7 * longest), 120);
}

function Row({ row, names }: { row: GroupRow; names: RoleNames }) {
  const name = sayActor(names, row.actor);
  return (
    <tr>
      <th scope="row" title={name} className="trunc">
        {name}
      </th>
      <Cell pair={row.push_new} />
      <Cell pair={row.overwrite} />
      <Cell pair={row.delete} />
    </tr>
  );
}

function Cell({ pair: [before, after] }: { pair: [boolean | null, boolean | null] }) {
  if (before === after) {
    return (
      <td>
        <Verdict allowed={after} />
      </td>
    );
  }
  return (
    <td className="chg">
      <span className="row" style={{ gap: 4 }}>
        <Verdict allowed={before} />
        <Icon name="arrow" size="xs" />
        <Verdict allowed={after} />
      </span>
    </td>
  );
}

/** Allowed, denied, or not to be told, as a sign with its word as name. */
export function Verdict({ allowed }: { allowed: boolean | null }) {
  if (allowed === null) {
    return (
      <span className="vd z">
        <Icon name="minus" label={t("review.unknown")} />
      </span>
    );
  }
  return (
    <span className={`vd ${allowed ? "y" : "n"}`}>
      <Icon name={allowed ? "check-circle" : "no"} label={t(allowed ? "review.allowed" : "review.denied")} />
    </span>
  );
}
