import type { ProjectView } from "../../ipc/bindings";

/** Draws its own head (`Header`) only when it stands alone, without a project. */
export default function SimulatorScreen(_props: { project?: ProjectView }) {
  return null;
}
