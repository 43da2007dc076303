import { useRef } from "react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../components/Icon";
import type { ProjectSort } from "../../ipc/bindings";

const COLUMNS: readonly ProjectSort[] = ["path", "connection", "repositories", "tags", "open", "rules", "findings", "read_at"];
const NUMBERS: readonly ProjectSort[] = ["repositories", "tags"];
/** Columns in which the largest is asked for first. */
const LARGEST_FIRST: readonly ProjectSort[] = ["repositories", "tags", "open", "rules", "findings"];

/** The heads of the columns: one tab stop, arrows move, Enter sorts. */
export function Head({ sort, descending, onSort, marked, onMarkAll }: {
  sort: ProjectSort;
  descending: boolean;
  onSort: (sort: ProjectSort, descending: boolean) => void;
  marked: boolean | "mixed";
  onMarkAll: () => void;
}) {
  const { t } = useTranslation();
  const row = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    // The grid below must not take the keys of its head.
    event.stopPropagation();
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const stops = [...(row.current?.querySelectorAll<HTMLElement>("button, [role=checkbox]") ?? [])];
    const at = stops.findIndex((one) => one === document.activeElement);
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus();
    event.preventDefault();
  };
  return (
    <div role="row" className="prow head" aria-rowindex={1} ref={row} onKeyDown={move}>
      <span role="columnheader" className="cell-cb">
        <button type="button" className="cb" role="checkbox" data-on={marked ? true : undefined} aria-checked={marked} aria-label={t("projects.selectAllListed")} tabIndex={-1} onClick={onMarkAll}>
          {marked && <Icon name={marked === "mixed" ? "minus" : "check"} />}
        </button>
      </span>
      {COLUMNS.map((column) => {
        const sorted = column === sort;
        return (
          <span key={column} role="columnheader" className={NUMBERS.includes(column) ? "num" : undefined} aria-sort={sorted ? (descending ? "descending" : "ascending") : "none"}>
            <button type="button" className={sorted ? "srt on" : "srt"} tabIndex={sorted ? 0 : -1} onClick={() => onSort(column, sorted ? !descending : LARGEST_FIRST.includes(column))}>
              {t(`projects.column.${column}`)}{sorted && <Icon name={descending ? "sort-up" : "sort-down"} size="xs" />}
            </button>
          </span>
        );
      })}
    </div>
  );
}
