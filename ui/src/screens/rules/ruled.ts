import type { ProjectView, SavedRule } from "../../ipc/bindings";

/** An opened project whose rules were read: what an editor of rules needs. */
export type RuledProject = Omit<ProjectView, "rules"> & { rules: SavedRule[] };

/** The project with its rules; `null` where they are not known. */
export function ruled(project: ProjectView): RuledProject | null {
  return project.rules.known === "read" ? { ...project, rules: project.rules.rules } : null;
}
