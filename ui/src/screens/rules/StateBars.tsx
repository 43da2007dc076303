import { memo } from "react";

import { number as count } from "../../format";
import { ShareBar, StateIcon } from "../../components/State";
import type { StateCounts } from "../../ipc/bindings";
import { t } from "./say/t";

/** How the tags stand, now and after the draft. */
export const StateBars = memo(function StateBars({ title, now, after, nowName }: { title: string; now: StateCounts; after: StateCounts | null; nowName?: string }) {
  const unknown = now.unknown > 0 || (after?.unknown ?? 0) > 0;
  return (
    <div className="sbars">
      <div className="f11 m t2" style={{ marginBottom: 6 }}>
        {title}
      </div>
      <div className={`sbars-grid${unknown ? " has-unknown" : ""}`}>
        <span />
        <span />
        <StateIcon state="open" />
        <StateIcon state="protected" />
        <StateIcon state="immutable" />
        {unknown ? <StateIcon state="unknown" /> : null}
        <Line name={nowName ?? t("rules.list.now")} states={now} unknown={unknown} strong={false} />
        <Line name={t("rules.list.after")} states={after ?? now} unknown={unknown} strong />
      </div>
    </div>
  );
});

function Line({ name, states, unknown, strong }: { name: string; states: StateCounts; unknown: boolean; strong: boolean }) {
  const look = `f11 num ${strong ? "m" : "t3"}`;
  return (
    <>
      <span className="f11 t3">{name}</span>
      <ShareBar states={states} width="100%" />
      <span className={look}>{count(states.open)}</span>
      <span className={look}>{count(states.protected)}</span>
      <span className={look}>{count(states.immutable)}</span>
      {unknown ? <span className={look}>{count(states.unknown)}</span> : null}
    </>
  );
}
