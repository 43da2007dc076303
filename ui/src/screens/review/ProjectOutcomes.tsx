import { useMemo, useState } from "react";

import { Icon, type IconName } from "../../components/Icon";
import { Segmented } from "../../components/Segmented";
import { VirtualRows } from "../../components/VirtualRows";
import { number } from "../../format";
import type { Plan, PlanOutcome, ProjectPlanView } from "../../ipc/bindings";
import { Rich } from "../rules/say/Rich";
import { t } from "../rules/say/t";
import { CallState } from "./Calls";
import { sayObstacle } from "./plan";
import type { Standing } from "./useReview";

const ROW = 30;
const ORDER: readonly PlanOutcome[] = ["change", "already_there", "cannot", "conflict", "unreadable"];
const SIGN: Readonly<Record<PlanOutcome, { icon: IconName; look: string }>> = {
  change: { icon: "plus", look: "ok" },
  already_there: { icon: "check", look: "t3" },
  cannot: { icon: "no", look: "bad" },
  conflict: { icon: "warning", look: "warn" },
  unreadable: { icon: "error", look: "bad" },
};

/** What will happen in each project, and while applying, where it stands. */
export function ProjectOutcomes({ plan, standing }: { plan: Plan; standing: Standing | null }) {
  const [only, setOnly] = useState<PlanOutcome | "all">("all");
  const counts = useMemo(() => new Map(ORDER.map((outcome) => [outcome, plan.projects.filter((one) => one.outcome === outcome).length])), [plan]);
  const shown = useMemo(() => plan.projects.filter((one) => only === "all" || one.outcome === only), [plan, only]);
  const creates = plan.projects.every((one) => one.changes.every((change) => change.change === "create"));
  const name = (outcome: PlanOutcome) => (outcome === "change" && !creates ? t("review.outcomeChange") : t(`review.outcome.${outcome}`));
  return (
    <div>
      <div className="rv-filter">
        <Segmented
          label={t("review.filter")}
          value={only}
          options={[
            { value: "all" as const, label: `${t("review.all")} ${number(plan.projects.length)}` },
            ...ORDER.filter((outcome) => (counts.get(outcome) ?? 0) > 0).map((outcome) => ({
              value: outcome,
              label: `${name(outcome)} ${number(counts.get(outcome) ?? 0)}`,
            })),
          ]}
          onChange={setOnly}
        />
      </div>
      <VirtualRows
        className="rv-projects"
        style={{ height: Math.min(8, Math.max(shown.length, 1)) * ROW }}
        label={t("review.projectList")}
        count={shown.length}
        rowHeight={ROW}
        resetKey={only}
        row={(index, style) => {
          const project = shown[index];
          if (project === undefined) return null;
          return (
            <div key={project.project} role="row" aria-rowindex={index + 1} style={style} className="rv-project">
              <span role="gridcell" className={SIGN[project.outcome].look}>
                <Where project={project} standing={standing} />
              </span>
              <span role="gridcell" className="trunc" title={project.path}>
                <bdi>{project.path}</bdi> <span className="t3">{project.connection_name}</span>
              </span>
              <span role="gridcell" className="m">
                {name(project.outcome)}
              </span>
              <Why project={project} standing={standing} />
            </div>
          );
        }}
      />
    </div>
  );
}

function Where({ project, standing }: { project: ProjectPlanView; standing: Standing | null }) {
  const states = standing?.get(project.project)?.changes;
  if (standing !== null && project.outcome === "change") {
    const worst = states?.find((state) => state !== "done" && state !== "skipped" && state !== "waiting") ?? states?.at(-1) ?? "waiting";
    return <CallState state={worst} />;
  }
  return <Icon name={SIGN[project.outcome].icon} size="xs" />;
}

function Why({ project, standing }: { project: ProjectPlanView; standing: Standing | null }) {
  const error = standing?.get(project.project)?.error ?? project.error;
  const said = error?.server_words ?? error?.code ?? reason(project);
  return (
    <span role="gridcell" className={`trunc ${error === null || error === undefined ? "t3" : "bad"}`} title={said.replaceAll("`", "")}>
      <Rich text={said} />
    </span>
  );
}

function reason(project: ProjectPlanView): string {
  switch (project.outcome) {
    case "change":
      return project.changed_tags === 0 ? t("review.projectNothing") : t("review.projectTags", { count: project.changed_tags });
    case "already_there":
      return t("review.alreadyThere");
    case "conflict":
      return t("review.conflictTitle");
    case "cannot":
    case "unreadable":
      return project.obstacles.map((obstacle) => sayObstacle(obstacle, project.roles)).join(", ");
  }
}
