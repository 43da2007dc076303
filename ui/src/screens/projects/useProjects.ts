import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { ProjectRow, ProjectsPage, ProjectsQuery } from "../../ipc/bindings";
import { call } from "../../ipc/client";
import { keys } from "../../state/queries";

/** Rows of one page. */
export const PAGE = 100;

export type ListQuery = Omit<ProjectsQuery, "offset" | "limit">;

export interface ProjectsList {
  /** The first page: totals, chips, what is wrong with the filter. */
  page: ProjectsPage | undefined;
  error: Error | null;
  /** A newer filter is being answered; what is shown is of the one before. */
  stale: boolean;
  /** The row, if its page is here. */
  row: (index: number) => ProjectRow | undefined;
  /** Rows whose pages are here. */
  loaded: () => ProjectRow[];
  onRange: (from: number, to: number) => void;
}

/** The projects table's rows, page by page as they are scrolled to. */
export function useProjects(query: ListQuery): ProjectsList {
  const [range, setRange] = useState<readonly [number, number]>([0, PAGE]);
  const first = useQuery({
    queryKey: keys.projects({ ...query, offset: 0, limit: PAGE }),
    queryFn: () => call("projects_page", { ...query, offset: 0, limit: PAGE }),
    placeholderData: keepPreviousData,
  });
  const numbers = useMemo(() => {
    const wanted: number[] = [];
    for (let number = Math.max(1, Math.floor(range[0] / PAGE)); number * PAGE < range[1]; number += 1) wanted.push(number);
    return wanted;
  }, [range]);
  const further = useQueries({
    queries: numbers.map((number) => {
      const page: ProjectsQuery = { ...query, offset: number * PAGE, limit: PAGE };
      return { queryKey: keys.projects(page), queryFn: () => call("projects_page", page) };
    }),
  });
  const pageOf = (number: number): readonly ProjectRow[] | undefined =>
    number === 0 ? first.data?.rows : further[numbers.indexOf(number)]?.data?.rows;
  return {
    page: first.data,
    error: first.error,
    stale: first.isPlaceholderData,
    row: (index) => pageOf(Math.floor(index / PAGE))?.[index % PAGE],
    loaded: () => [0, ...numbers].flatMap((number) => pageOf(number) ?? []),
    onRange: useCallback((from: number, to: number) => setRange((now) => (now[0] === from && now[1] === to ? now : [from, to])), []),
  };
}

/** Ids of all rows that pass, for selecting them and for counting those out of view. */
export function useAllIds(query: ListQuery, wanted: boolean): readonly string[] | undefined {
  const whole: ProjectsQuery = { ...query, offset: 0, limit: 500 };
  const { data } = useQuery({
    queryKey: [...keys.inventory, "ids", whole],
    queryFn: () => call("projects_ids", whole),
    enabled: wanted,
    placeholderData: keepPreviousData,
  });
  return wanted ? data : undefined;
}
