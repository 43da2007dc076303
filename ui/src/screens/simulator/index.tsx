import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Header } from "../../components/Header";
import type { ProjectRow, ProjectView } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { keys } from "../../state/queries";
import { t } from "../rules/say/t";
import { ProjectPicker } from "./ProjectPicker";
import { Simulator } from "./Simulator";
import "./simulator.css";

/** May this actor do this to this tag? Draws its own head only when it stands alone. */
export default function SimulatorScreen({ project }: { project?: ProjectView }) {
  if (project !== undefined) return <Simulator key={project.row.id} project={project} picker={null} />;
  return <Alone />;
}

/** The last project looked at, while the window lives. */
let last: ProjectRow | null = null;

function Alone() {
  const [chosen, setChosen] = useState<ProjectRow | null>(last);
  const { data, error } = useQuery({
    queryKey: keys.project(chosen?.id ?? ""),
    queryFn: () => call("project_open", chosen?.id ?? ""),
    enabled: chosen !== null,
  });
  const picker = (
    <ProjectPicker
      chosen={chosen}
      onChoose={(row) => {
        last = row;
        setChosen(row);
      }}
    />
  );
  return (
    <>
      <Header title={t("simulator.title")} aside={<span className="t3 f12 sim-note">{t("simulator.note")}</span>} />
      {error === null ? null : (
        <div className="sim-error">
          <ErrorNotice error={asApiError(error)} />
        </div>
      )}
      {data === undefined ? (
        <>
          <div className="sim-form">
            <div className="sim-fields">{picker}</div>
          </div>
          <EmptyState title={t("simulator.chooseProject")}>{t("simulator.typeTag")}</EmptyState>
        </>
      ) : (
        <Simulator key={data.row.id} project={data} picker={picker} />
      )}
    </>
  );
}
