import { useRef, useState, type KeyboardEvent } from "react";

import { Icon } from "../../components/Icon";
import type { Actor, MatrixRow, Operation, Outcome, RoleNames } from "../../ipc/bindings";
import { isAllowed } from "../rules/say/decision";
import { sayActor } from "../rules/say/roles";
import { t } from "../rules/say/t";

/** A cell of the matrix: what is done, and whether the tag is treated as existing. */
export type Cell = { operation: Operation; exists: boolean | null };

const COLUMNS: readonly { key: keyof Omit<MatrixRow, "actor">; name: "pushNew" | "overwrite" | "deleteTag" | "deleteManifest" | "deleteRepository"; cell: Cell }[] = [
  { key: "push_new", name: "pushNew", cell: { operation: "push", exists: false } },
  { key: "overwrite", name: "overwrite", cell: { operation: "push", exists: true } },
  { key: "delete_tag", name: "deleteTag", cell: { operation: "delete_tag", exists: true } },
  { key: "delete_manifest", name: "deleteManifest", cell: { operation: "delete_manifest", exists: true } },
  { key: "delete_repository", name: "deleteRepository", cell: { operation: "delete_repository", exists: true } },
];

/** Actors whom protected rules do not hold back. */
const BYPASSING: readonly Actor[] = ["admin", "deploy_token"];

export type MatrixProps = {
  tag: string;
  rows: readonly MatrixRow[];
  names: RoleNames;
  /** The registry has protected rules. */
  protects: boolean;
  actor: Actor;
  operation: Operation;
  exists: boolean;
  onChoose: (actor: Actor, cell: Cell) => void;
};

/** Every role and action for the tag; a cell leads to its path. */
export function Matrix({ tag, rows, names, protects, actor, operation, exists, onChoose }: MatrixProps) {
  const table = useRef<HTMLTableElement>(null);
  const [spot, setSpot] = useState<[number, number]>([0, 0]);
  const isCurrent = (row: MatrixRow, cell: Cell) =>
    row.actor === actor && cell.operation === operation && (operation !== "push" || cell.exists === exists);
  const onKeyDown = (event: KeyboardEvent) => {
    const [r, c] = spot;
    const to = {
      ArrowRight: [r, c + 1], ArrowLeft: [r, c - 1], ArrowDown: [r + 1, c], ArrowUp: [r - 1, c], Home: [r, 0], End: [r, COLUMNS.length - 1],
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const row = Math.min(Math.max(to[0] ?? 0, 0), rows.length - 1);
    const column = Math.min(Math.max(to[1] ?? 0, 0), COLUMNS.length - 1);
    setSpot([row, column]);
    table.current?.querySelectorAll<HTMLElement>("tbody button")[row * COLUMNS.length + column]?.focus();
  };
  return (
    <div className="sim-mx">
      <table className="mx" ref={table} aria-label={t("simulator.matrix", { tag })} onKeyDown={onKeyDown}>
        <colgroup>
          <col style={{ width: "24%" }} />
          {COLUMNS.map((column) => (
            <col key={column.key} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t("simulator.role")}</th>
            {COLUMNS.map((column) => (
              <th key={column.key} scope="col">
                {t(`simulator.${column.name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={row.actor}>
              <th scope="row">
                {sayActor(names, row.actor)}
                {protects && BYPASSING.includes(row.actor) && row.overwrite !== "role_too_low" ? <span className="t3 sim-by"> {t("decision.bypasses")}</span> : null}
              </th>
              {COLUMNS.map((column, c) => (
                <td key={column.key}>
                  <button
                    type="button"
                    className="sim-cell"
                    aria-current={isCurrent(row, column.cell)}
                    tabIndex={spot[0] === r && spot[1] === c ? 0 : -1}
                    title={t(`decision.outcome.${row[column.key]}`)}
                    onClick={() => {
                      setSpot([r, c]);
                      onChoose(row.actor, column.cell);
                    }}
                  >
                    <OutcomeCell outcome={row[column.key]} />
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function OutcomeCell({ outcome }: { outcome: Outcome }) {
  const allowed = isAllowed(outcome);
  const none = allowed === null || outcome === "no_access";
  return (
    <span className={`vd ${none ? "z" : allowed ? "y" : "n"}`}>
      <Icon name={none ? "minus" : allowed ? "check-circle" : "no"} />
      {t(`decision.cell.${outcome}`)}
    </span>
  );
}
