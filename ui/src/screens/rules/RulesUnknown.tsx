import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ShareBar, StateLegend } from "../../components/State";
import type { ProjectView } from "../../ipc/bindings";
import { useRefreshProject } from "../../state/sync";
import { go } from "../../state/route";
import { sayUnknown } from "./say/visibility";
import { t } from "./say/t";
import "./rules.css";

/** In the place of rules that are not known: why, who sees them, and what is known of the tags. */
export function RulesUnknown({ project }: { project: ProjectView }) {
  const { row, capabilities } = project;
  const refreshing = useRefreshProject(row.id);
  const said = sayUnknown(project);
  if (said === null) return null;
  const known = row.tags > row.states.unknown;
  return (
    <div className="ru">
      <EmptyState
        title={said.title}
        actions={
          <>
            {row.tags > 0 ? (
              <Button kind="filled" icon="tag" onClick={() => go({ screen: "project", id: row.id, tab: "tags" })}>
                {t("visibility.openTags")}
              </Button>
            ) : null}
            <Button icon="sync" busy={refreshing.refreshing} onClick={refreshing.refresh}>
              {t("shell.sync")}
            </Button>
          </>
        }
      >
        {said.text} {said.help}
        {row.tags > 0 ? ` ${t(known ? "visibility.tags" : "visibility.tagsUnknown", { product: capabilities.product })}` : null}
      </EmptyState>
      {row.tags > 0 ? (
        <div className="ru-share">
          <span className="f11 m t2">{t("rules.list.inProject")}</span>
          <ShareBar states={row.states} width="100%" />
          <StateLegend unknown={row.states.unknown > 0} />
        </div>
      ) : null}
    </div>
  );
}
