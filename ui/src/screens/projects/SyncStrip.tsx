import type { TFunction } from "i18next";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { duration } from "../../format";
import { cancelJob } from "../../ipc/jobs";
import type { JobView } from "../../ipc/jobs";
import { useConnections } from "../../state/app";
import { useWait } from "../../state/clock";
import { useSyncs } from "../../state/sync";

/** Syncs under way, one line each. What was read stays when one is cancelled. */
export function SyncStrips() {
  const syncs = useSyncs();
  return syncs.map((job) => <SyncStrip key={job.job} job={job} several={syncs.length > 1} />);
}

function SyncStrip({ job, several }: { job: JobView; several: boolean }) {
  const { t } = useTranslation();
  const connections = useConnections();
  const { done, total, tags, failed, waiting } = job.progress;
  const name = connections.find((one) => one.id === job.progress.connection)?.name;
  const left = useWait(job);
  const title = left !== null ? t("projects.slowDown", { name: name ?? t("errors.someServer") }) : job.kind === "demo" ? t("projects.opening") : several && name ? t("projects.syncingOf", { name }) : t("projects.syncing");
  return (
    <div className="strip">
      <span className={left === null ? "ok" : "warn"}><Icon name={left === null ? "spinner" : "clock"} /></span>
      <span className="nowrap">
        <b className="m">{title}</b>{" "}
        <span className="t3">{total === null ? t("projects.progressSome", { done, tags }) : t("projects.progress", { done, total, tags })}</span>
        {failed > 0 && <span className="warn"> {t("projects.failed", { count: failed })}</span>}
      </span>
      <span
        className="prog grow"
        role="progressbar"
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={total ?? undefined}
        aria-valuenow={total === null ? undefined : done}
        aria-valuetext={total === null ? undefined : t("projects.progressText", { done, total })}
      >
        <i style={{ width: `${total ? (100 * done) / total : 0}%` }} />
      </span>
      <span className="t3 nowrap left">{left === null ? guess(job, t) : <span aria-hidden="true">{t("projects.goesOn", { time: duration(left) })}</span>}</span>
      <Button size="sm" kind="ghost" aria-label={t("shell.cancelSync")} onClick={() => cancelJob(job.job)}>{t("projects.cancel")}</Button>
      <span className="sr" role="status">{waiting === null ? "" : t("projects.goesOn", { time: duration(waiting) })}</span>
      <Announce text={total === null ? "" : t("projects.progressText", { done, total })} share={total ? done / total : 0} />
    </div>
  );
}

function guess(job: JobView, t: TFunction): string {
  const { done, total } = job.progress;
  const seconds = (job.at - job.since) / 1000;
  // A guess from less than a tenth of the work or two seconds of it would jump about.
  if (!total || done < total / 10 || done >= total || seconds < 2) return "";
  return t("projects.left", { time: duration((seconds * (total - done)) / done) });
}

/** Says the progress at each quarter only. */
function Announce({ text, share }: { text: string; share: number }) {
  const quarter = Math.floor(share * 4);
  const latest = useRef(text);
  const [said, setSaid] = useState("");
  useEffect(() => {
    latest.current = text;
  });
  useEffect(() => setSaid(latest.current), [quarter]);
  return <span className="sr" role="status">{said}</span>;
}
