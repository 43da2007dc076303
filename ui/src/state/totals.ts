import { useQuery } from "@tanstack/react-query";
import type { ProjectsQuery } from "../ipc/bindings";
import { call } from "../ipc/client";
import { keys } from "./queries";

const ALL: ProjectsQuery = { filter: "", chip: "all", sort: "path", descending: false, offset: 0, limit: 1 };

/** Projects and tags in all, for the sidebar; `partial`: there are tags in projects that were not read. */
export function useTotals(): { projects: number; tags: number; partial: boolean } | null {
  const { data } = useQuery({ queryKey: keys.projects(ALL), queryFn: () => call("projects_page", ALL) });
  return data ? { projects: data.all, tags: data.all_tags, partial: data.not_read > 0 } : null;
}
