import { useMemo, useRef, useState } from "react";

import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import { showToast } from "../../components/Toast";
import { duration } from "../../format";
import type { Plan, PlanRequest, Progress } from "../../ipc/bindings";
import { useJobs } from "../../ipc/jobs";
import { copyText } from "../../ipc/window";
import { useWait } from "../../state/clock";
import { Rich } from "../rules/say/Rich";
import { t } from "../rules/say/t";
import { Calls, Notes } from "./Calls";
import { ChangeList } from "./ChangeList";
import { Conflicts } from "./Conflicts";
import { callsOf, countStates, isBulk, sayObstacle } from "./plan";
import { ProjectOutcomes } from "./ProjectOutcomes";
import { Result } from "./Result";
import { StateGroups } from "./StateGroups";
import { Understanding } from "./Understanding";
import { useReview, type Stage } from "./useReview";
import "./review.css";

export type ReviewDialogProps = {
  request: PlanRequest;
  /** The project's path, for the line under the title; `null` for several. */
  where: string | null;
  /** Back to where the review was opened. */
  onClose: () => void;
  /** Something was applied, in whole or in part. */
  onApplied: () => void;
  onCompare: () => void;
  onDiscard: () => void;
};

/** What will be changed, for whom and how; then carries it out and says what became of it. */
export function ReviewDialog(props: ReviewDialogProps) {
  const [request, setRequest] = useState(props.request);
  return <Review key={JSON.stringify(request)} {...props} request={request} onUndo={(run) => setRequest({ plan: "undo", run })} />;
}

function Review(props: ReviewDialogProps & { onUndo: (run: string) => void }) {
  const { stage, read, apply, cancel } = useReview(props.request, props.onApplied);
  const [ticked, setTicked] = useState(false);
  const applying = stage.at === "applying";
  // The same element through all stages, so that the focus is never lost when one follows another.
  const body = useRef<HTMLDivElement>(null);
  return (
    <Dialog
      title={titleOf(stage, props.request)}
      subtitle={subtitleOf(stage, props.where)}
      width={912}
      busy={applying}
      initialFocus={body}
      onClose={props.onClose}
      foot={<Foot {...props} stage={stage} ticked={ticked} apply={apply} cancel={cancel} read={read} />}
    >
      <div className="rv" ref={body} tabIndex={-1}>
        <Body {...props} stage={stage} ticked={ticked} onTick={setTicked} />
      </div>
    </Dialog>
  );
}

function titleOf(stage: Stage, request: PlanRequest): string {
  switch (stage.at) {
    case "reading":
    case "failed":
      return t("review.titleReading");
    case "plan":
      if (stage.plan.projects.some((one) => one.outcome === "conflict")) return t("review.titleConflict");
      if (stage.plan.changes === 0) return t("review.titleNothing");
      return t(request.plan === "undo" ? "review.titleUndo" : "review.title", { count: stage.plan.changes });
    case "applying":
      return t("review.titleApplying");
    case "done":
      return t(stage.run !== null && stage.run.done === stage.plan.changes ? "review.titleDone" : "review.titlePartly");
  }
}

function subtitleOf(stage: Stage, where: string | null): string {
  if (stage.at === "reading" || stage.at === "failed") return where ?? "";
  const only = stage.plan.projects.length === 1 ? stage.plan.projects[0] : undefined;
  if (stage.at !== "plan") {
    return only === undefined
      ? t("review.projects", { count: stage.plan.projects.length })
      : t("review.whereOn", { project: only.path, connection: only.connection_name });
  }
  return only === undefined
    ? t("review.whereMany", { count: stage.plan.projects.length })
    : t("review.where", { project: only.path, connection: only.connection_name });
}

type BodyProps = ReviewDialogProps & {
  stage: Stage;
  ticked: boolean;
  onTick: (ticked: boolean) => void;
  onUndo: (run: string) => void;
};

function Body(props: BodyProps) {
  const { stage } = props;
  switch (stage.at) {
    case "reading":
      return (
        <div className="rv-reading" role="status" aria-busy="true">
          <p>{t("review.reading")}</p>
          {stage.progress?.total == null || stage.progress.total < 2 ? null : (
            <p className="t3">{t("review.readingProjects", { done: stage.progress.done, total: stage.progress.total })}</p>
          )}
          {Array.from({ length: 4 }, (_, index) => (
            <div key={index} className="skeleton" style={{ width: `${90 - index * 14}%` }} />
          ))}
        </div>
      );
    case "failed":
      return <ErrorNotice error={stage.error} />;
    case "plan":
      return (
        <>
          {stage.error === null ? null : <ErrorNotice error={stage.error} />}
          <PlanView {...props} plan={stage.plan} />
        </>
      );
    case "applying":
      return <Applying {...props} stage={stage} />;
    case "done":
      return <Result stage={stage} onUndo={props.onUndo} onCompare={props.onCompare} onClose={props.onClose} />;
  }
}

function PlanView(props: BodyProps & { plan: Plan }) {
  const { plan } = props;
  const bulk = isBulk(plan);
  const conflicts = plan.projects.flatMap((project) => project.conflicts);
  const changes = useMemo(() => shownChanges(plan), [plan]);
  const only = bulk ? undefined : plan.projects[0];
  return (
    <>
      {only?.error == null ? null : <ErrorNotice error={only.error} />}
      {conflicts.length > 0 && !bulk ? <Conflicts conflicts={conflicts} onCompare={props.onCompare} onDiscard={props.onDiscard} /> : null}
      {changes.length === 0 ? null : <ChangeList changes={changes} />}
      {only === undefined || only.obstacles.length === 0 ? null : <Obstacles list={only.obstacles.map((obstacle) => sayObstacle(obstacle, only.roles))} />}
      {bulk ? <ProjectOutcomes plan={plan} standing={null} /> : null}
      {plan.changes === 0 ? null : <StateGroups plan={plan} />}
      <Understanding plan={plan} ticked={props.ticked} locked={false} onTick={props.onTick} />
      {plan.changes === 0 ? null : bulk ? <Notes plan={plan} /> : (
        <div className="rv-two">
          <Calls plan={plan} standing={null} />
          <Notes plan={plan} />
        </div>
      )}
    </>
  );
}

/** The changes of the one project; of several with the same change, that one. */
function shownChanges(plan: Plan) {
  const changing = plan.projects.filter((project) => project.changes.length > 0);
  const [first, ...rest] = changing;
  if (first === undefined) return [];
  const text = JSON.stringify(first.changes);
  return rest.every((project) => JSON.stringify(project.changes) === text) ? first.changes : [];
}

function Obstacles({ list }: { list: readonly string[] }) {
  return (
    <div className="note d">
      <div>
        <b className="b">{t("review.obstacles")}</b>
        <ul>
          {list.map((text) => (
            <li key={text}>
              <Rich text={text} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Applying(props: BodyProps & { stage: Extract<Stage, { at: "applying" }> }) {
  const { plan, standing } = props.stage;
  const counts = countStates(plan, standing);
  const changes = shownChanges(plan);
  const ended = counts.done + counts.failed;
  return (
    <>
      <div
        role="progressbar"
        aria-label={t("review.progressLabel")}
        aria-valuemin={0}
        aria-valuemax={counts.total}
        aria-valuenow={ended}
        aria-valuetext={t("review.progressValue", { done: ended, total: counts.total })}
      >
        <div className="prog">
          <i style={{ width: `${(100 * counts.done) / Math.max(counts.total, 1)}%` }} />
          <i className="f" style={{ width: `${(100 * counts.failed) / Math.max(counts.total, 1)}%` }} />
        </div>
        <Waiting progress={props.stage.progress} />
        <p className="f12 t2 rv-count">{counts.failed > 0 ? t("review.progressFailed", counts) : t("review.progress", counts)}</p>
      </div>
      {changes.length === 0 ? null : <ChangeList changes={changes} />}
      {isBulk(plan) ? <ProjectOutcomes plan={plan} standing={standing} /> : <Calls plan={plan} standing={standing} />}
    </>
  );
}

/** The registry asks to slow down: until when, and that nothing has to be done. */
function Waiting({ progress }: { progress: Progress | null }) {
  const job = useJobs().find((one) => one.job === progress?.job);
  const left = useWait(job);
  if (left === null) return null;
  return (
    <p className="row f12 warn" style={{ gap: 6 }}>
      <Icon name="clock" size="xs" />
      <span aria-hidden="true">{t("review.waiting", { time: duration(left) })}</span>
      <span className="sr" role="status">
        {t("review.waiting", { time: duration(job?.progress.waiting ?? 0) })}
      </span>
    </p>
  );
}

type FootProps = ReviewDialogProps & {
  stage: Stage;
  ticked: boolean;
  apply: (plan: Plan, confirmed: boolean) => void;
  cancel: () => void;
  read: () => void;
};

function Foot(props: FootProps) {
  const { stage, request } = props;
  const back = request.plan === "undo" ? t("review.backPlain") : t("review.back");
  switch (stage.at) {
    case "reading":
      return (
        <>
          <span className="grow" />
          <Button size="lg" kbd="Esc" onClick={props.onClose}>
            {back}
          </Button>
        </>
      );
    case "failed":
      return (
        <>
          <span className="grow" />
          <Button size="lg" kbd="Esc" onClick={props.onClose}>
            {back}
          </Button>
          <Button size="lg" kind="filled" onClick={props.read}>
            {t("common.retry")}
          </Button>
        </>
      );
    case "plan":
      return <PlanFoot {...props} back={back} plan={stage.plan} gone={stage.error !== null} />;
    case "applying":
      return (
        <>
          <span className="grow" />
          {stage.progress?.waiting != null || stage.plan.changes > 1 || stage.plan.projects.some((one) => one.changes.some((change) => callsOf(change) > 1)) ? (
            <Button size="lg" busy={stage.cancelling} onClick={props.cancel}>
              {stage.cancelling ? t("review.cancelling") : t("review.cancel")}
            </Button>
          ) : null}
          <Button size="lg" kind="filled" busy>
            {t("review.apply", { count: stage.plan.changes })}
          </Button>
        </>
      );
    case "done":
      return (
        <>
          <span className="grow" />
          <Button size="lg" kind="filled" onClick={props.onClose}>
            {t("review.finish")}
          </Button>
        </>
      );
  }
}

function PlanFoot(props: FootProps & { back: string; plan: Plan; gone: boolean }) {
  const { plan } = props;
  const conflict = !isBulk(plan) && plan.projects.some((one) => one.outcome === "conflict");
  const whyNot = plan.changes === 0 ? t("review.nothingToApply") : plan.needs_confirmation && !props.ticked ? t("review.needCheck") : null;
  return (
    <>
      {plan.changes === 0 ? null : (
        <Button
          size="lg"
          kind="ghost"
          icon="copy"
          className="rv-copy"
          onClick={() => void copyText(plan.script).then(() => showToast(t("review.copied")))}
        >
          {t("review.copyScript")}
        </Button>
      )}
      <span className="grow" />
      <Button size="lg" kbd="Esc" onClick={props.onClose}>
        {props.back}
      </Button>
      {conflict ? null : props.gone ? (
        <Button size="lg" kind="filled" onClick={props.read}>
          {t("common.retry")}
        </Button>
      ) : (
        <Button size="lg" kind="filled" disabledReason={whyNot} onClick={() => props.apply(plan, props.ticked)}>
          {t("review.apply", { count: plan.changes })}
        </Button>
      )}
    </>
  );
}
