import { useQuery } from "@tanstack/react-query";

import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Message } from "../../components/Message";
import type { Cleanup, ProjectView } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { keys } from "../../state/queries";
import { t } from "../rules/say/t";
import { CleanupRuleCard } from "./CleanupRuleCard";
import { closingWords } from "./say";
import { ServerPreview } from "./ServerPreview";
import "./cleanup.css";

/** What the registry keeps and deletes by itself in a project, asked of it now. To be read only. */
export default function CleanupScreen({ project }: { project: ProjectView }) {
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: keys.cleanup(project.row.id),
    queryFn: () => call("project_cleanup", project.row.id),
  });
  const { product } = project.capabilities;
  if (error !== null) {
    return (
      <div className="cu">
        <ErrorNotice error={asApiError(error)} actions={<Button size="sm" icon="sync" busy={isFetching} onClick={() => void refetch()}>{t("common.retry")}</Button>} />
      </div>
    );
  }
  if (data === undefined) return <div className="cu" role="status" aria-label={t("cleanup.loading")}><span className="skeleton cu-skeleton" /></div>;
  if (data === null) return <EmptyState title={t("cleanup.emptyTitle")}>{t("cleanup.emptyText", { product })}</EmptyState>;
  return (
    <section className="cu" aria-labelledby="cleanup-title">
      <h2 id="cleanup-title" className="cu-title">{t("cleanup.title")}</h2>
      <p className="t2 cu-when"><Schedule policy={data} /></p>
      {data.unreadable ? (
        <Message severity="warning" title={t("cleanup.unreadableTitle")}>{t("cleanup.unreadableText", { product })}</Message>
      ) : (
        <>
          <ol className="cu-rules" aria-label={t("cleanup.rules")}>
            {data.rules.map((rule, index) => <CleanupRuleCard key={index} rule={rule} />)}
          </ol>
          <p className="b cu-closing">{closingWords(data)}</p>
        </>
      )}
      <ul className="cu-notes t2 f12">
        {data.notes.filter((note) => note !== "within_a_day").map((note) => <li key={note}>{t(`cleanup.note.${note}`)}</li>)}
      </ul>
      {project.capabilities.cleanup_preview ? <ServerPreview project={project} /> : null}
    </section>
  );
}

function Schedule({ policy: { schedule, notes } }: { policy: Cleanup }) {
  if (schedule !== null) return <>{t("cleanup.schedule")} <code>{schedule}</code></>;
  return t(notes.includes("within_a_day") ? "cleanup.withinADay" : "cleanup.noSchedule");
}
