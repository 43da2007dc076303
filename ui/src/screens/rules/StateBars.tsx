import { memo } from "react";

import { number as count } from "../../format";
import { ShareBar, StateIcon } from "../../components/State";
import type { KindCapability, StateCounts } from "../../ipc/bindings";
import { t } from "./say/t";

export type StateBarsProps = {
  title: string;
  now: StateCounts;
  after: StateCounts | null;
  nowName?: string;
  /** Kinds of rule that the registry knows: a state that none of them makes is left out where no tag is in it. */
  kinds?: readonly Pick<KindCapability, "kind">[];
};

/** How the tags stand, now and after the draft. */
export const StateBars = memo(function StateBars({ title, now, after, nowName, kinds }: StateBarsProps) {
  const unknown = now.unknown > 0 || (after?.unknown ?? 0) > 0;
  const guarded = kinds === undefined || kinds.some((one) => one.kind === "protected") || now.protected > 0 || (after?.protected ?? 0) > 0;
  return (
    <div className="sbars">
      <div className="f11 m t2" style={{ marginBottom: 6 }}>
        {title}
      </div>
      <div className={`sbars-grid${unknown ? " has-unknown" : ""}${guarded ? "" : " no-protected"}`}>
        <span />
        <span />
        <StateIcon state="open" />
        {guarded ? <StateIcon state="protected" /> : null}
        <StateIcon state="immutable" />
        {unknown ? <StateIcon state="unknown" /> : null}
        <Line name={nowName ?? t("rules.list.now")} states={now} unknown={unknown} guarded={guarded} strong={false} />
        <Line name={t("rules.list.after")} states={after ?? now} unknown={unknown} guarded={guarded} strong />
      </div>
    </div>
  );
});

function Line({ name, states, unknown, guarded, strong }: { name: string; states: StateCounts; unknown: boolean; guarded: boolean; strong: boolean }) {
  const look = `f11 num ${strong ? "m" : "t3"}`;
  return (
    <>
      <span className="f11 t3">{name}</span>
      <ShareBar states={states} width="100%" />
      <span className={look}>{count(states.open)}</span>
      {guarded ? <span className={look}>{count(states.protected)}</span> : null}
      <span className={look}>{count(states.immutable)}</span>
      {unknown ? <span className={look}>{count(states.unknown)}</span> : null}
    </>
  );
}
