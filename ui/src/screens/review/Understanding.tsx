import { Icon } from "../../components/Icon";
import type { Change, Plan } from "../../ipc/bindings";
import { t } from "../rules/say/t";
import { rolesOf } from "./plan";

/** Tags losing cover from which it has to be confirmed. */
const MANY_LOSE = 50;

export type UnderstandingProps = { plan: Plan; ticked: boolean; locked: boolean; onTick: (ticked: boolean) => void };

/** What cannot simply be edited back, and the box that says it was understood. */
export function Understanding({ plan, ticked, locked, onTick }: UnderstandingProps) {
  if (!plan.needs_confirmation) return null;
  const said = words(plan);
  return (
    <div className={`note rv-understand ${said.danger ? "d" : "w"}`}>
      <Icon name={said.danger ? "immutable" : "warning"} />
      <div className="grow">
        <b className="b">{said.title}</b> {said.text}
        <label className="row rv-tick">
          <input type="checkbox" checked={ticked} disabled={locked} onChange={(event) => onTick(event.target.checked)} />
          <span className="m">{said.check}</span>
        </label>
      </div>
    </div>
  );
}

/** Whether the rule that comes of a change blocks overwriting and nothing else. */
function leavesDeleting(change: Change): boolean {
  const rule = change.change === "create" ? change.rule : change.change === "delete" ? null : change.to;
  return rule === null || (rule.effect.kind === "immutable" && rule.effect.blocks === "overwrite");
}

function words(plan: Plan): { title: string; text: string; check: string; danger: boolean } {
  if (plan.becoming_immutable > 0) {
    const count = plan.becoming_immutable;
    const milder = plan.projects.every((project) => project.changes.every(leavesDeleting));
    const [title, text] = milder
      ? [t("review.frozenTitle", { count }), t("review.frozenText")]
      : [t("review.immutableTitle", { count }), t(`review.immutableText.${rolesOf(plan)}`)];
    return {
      title,
      text: plan.losing_cover > MANY_LOSE ? `${text} ${t("review.loseTitle", { count: plan.losing_cover })}` : text,
      check: t("review.immutableCheck", { count }),
      danger: true,
    };
  }
  if (plan.losing_cover > 0) {
    const count = plan.losing_cover;
    return { title: t("review.loseTitle", { count }), text: t("review.loseText"), check: t("review.loseCheck", { count }), danger: false };
  }
  return { title: t("review.plainTitle"), text: "", check: t("review.plainCheck"), danger: false };
}
