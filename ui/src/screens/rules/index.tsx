import type { ProjectView } from "../../ipc/bindings";

/** The rules of a project: the tab of its page. */
export default function RulesScreen(_props: { project: ProjectView }) {
  return null;
}
