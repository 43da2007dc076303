import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { Button } from "../../components/Button";
import { VirtualRows } from "../../components/VirtualRows";
import { RegistryMark } from "../../components/RegistryMark";
import type { ProjectRow } from "../../ipc/bindings";
import { call } from "../../ipc/client";
import { keys } from "../../state/queries";
import { t } from "../rules/say/t";

const ROW = 30;
/** Rows asked for at once while names are looked up. */
const PAGE = 500;

/** The rows of these projects, by id. Pages of the table are read until all are found. */
async function rowsOf(ids: readonly string[]): Promise<ReadonlyMap<string, ProjectRow>> {
  const wanted = new Set(ids);
  const found = new Map<string, ProjectRow>();
  for (let offset = 0; found.size < wanted.size; offset += PAGE) {
    const page = await call("projects_page", { filter: "", chip: "all", sort: "path", descending: false, offset, limit: PAGE });
    for (const row of page.rows) if (wanted.has(row.id)) found.set(row.id, row);
    if (page.rows.length === 0 || offset + page.rows.length >= page.total) break;
  }
  return found;
}

/** The projects that get the rule; any of them can be left out. */
export function SelectedProjects({ ids, onRemove }: { ids: readonly string[]; onRemove: (id: string) => void }) {
  const { data } = useQuery({ queryKey: keys.projects({ named: ids }), queryFn: () => rowsOf(ids), placeholderData: keepPreviousData });
  return (
    <>
      <div className="phead">
        <h2>{t("bulk.selected")}</h2>
        <span className="f12 t3">{ids.length}</span>
      </div>
      <VirtualRows
        className="bk-list"
        label={t("bulk.list")}
        count={ids.length}
        rowHeight={ROW}
        row={(index, style) => {
          const id = ids[index] ?? "";
          const row = data?.get(id);
          const path = row === undefined ? (data === undefined ? "" : id) : `${row.group === "" ? "" : `${row.group}/`}${row.name}`;
          return (
            <div key={id} role="row" aria-rowindex={index + 1} style={style} className="bk-row">
              <span role="gridcell">{row === undefined ? null : <RegistryMark mark={row.mark} product={row.connection_name} />}</span>
              <span role="gridcell" className="trunc f12" title={path}>
                {path === "" ? <span className="skeleton" style={{ width: 120 }} /> : <bdi>{path}</bdi>}
              </span>
              <span role="gridcell">
                <Button size="sm" kind="ghost" icon="close" aria-label={t("bulk.remove", { project: path })} disabledReason={ids.length === 1 ? t("bulk.noneTitle") : null} onClick={() => onRemove(id)} />
              </span>
            </div>
          );
        }}
      />
    </>
  );
}
