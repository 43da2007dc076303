import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useRef, useState, type KeyboardEvent } from "react";

import { Icon } from "../../components/Icon";
import type { ProjectRow } from "../../ipc/bindings";
import { call } from "../../ipc/client";
import { keys } from "../../state/queries";
import { t } from "../rules/say/t";

/** Projects shown at most while choosing. */
const MOST = 30;

/** A project's path. */
export function pathOf(row: Pick<ProjectRow, "group" | "name">): string {
  return row.group === "" ? row.name : `${row.group}/${row.name}`;
}

/** Chooses one of any number of projects by typing. */
export function ProjectPicker({ chosen, onChoose }: { chosen: ProjectRow | null; onChoose: (row: ProjectRow) => void }) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const open = typed !== null;
  const filter = useDeferredValue(typed ?? "");
  const query = { filter, chip: "all", sort: "path", descending: false, offset: 0, limit: MOST } as const;
  const { data } = useQuery({ queryKey: keys.projects(query), queryFn: () => call("projects_page", query), enabled: open, placeholderData: (before) => before });
  const rows = data?.rows ?? [];
  const shown = Math.min(at, rows.length - 1);

  const choose = (row: ProjectRow | undefined) => {
    if (row === undefined) return;
    onChoose(row);
    setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (open) setAt(Math.min(Math.max(shown + (event.key === "ArrowDown" ? 1 : -1), 0), Math.max(rows.length - 1, 0)));
      else setTyped("");
    } else if (event.key === "Enter" && open) choose(rows[shown]);
    else if (event.key === "Escape" && open) setTyped(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="fld pick">
      <label className="lbl" htmlFor={id}>
        {t("simulator.project")}
      </label>
      <div className="inp lg">
        <input
          ref={field}
          id={id}
          role="combobox"
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && rows.length > 0 ? `${id}-${shown}` : undefined}
          placeholder={t("simulator.chooseProject")}
          autoComplete="off"
          spellCheck={false}
          value={typed ?? (chosen === null ? "" : pathOf(chosen))}
          onFocus={(event) => event.target.select()}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onClick={() => setTyped((now) => now ?? "")}
          onBlur={() => setTyped(null)}
          onKeyDown={onKeyDown}
        />
        <Icon name="chevron-down" />
      </div>
      <div id={`${id}-list`} className="pop pick-list" role="listbox" aria-label={t("simulator.searchProjects")} hidden={!open}>
        {rows.map((row, index) => (
          <div
            key={row.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === shown}
            className="pop-i"
            data-highlighted={index === shown ? "" : undefined}
            onPointerDown={(event) => {
              event.preventDefault();
              choose(row);
            }}
          >
            <span className="trunc" title={pathOf(row)}>
              <bdi>{pathOf(row)}</bdi>
            </span>
            <span className="f11 t3">{row.connection_name}</span>
          </div>
        ))}
        {rows.length === 0 && data !== undefined ? <p className="f12 t3 pick-none">{t("simulator.noProject")}</p> : null}
        {data !== undefined && data.total > rows.length ? <p className="f11 t3 pick-none">{t("simulator.moreProjects", { count: data.total - rows.length })}</p> : null}
      </div>
    </div>
  );
}
