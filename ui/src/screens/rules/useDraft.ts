/** The draft of the opened project: restored, kept on this computer, and held against newer rules. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";

import type { Draft, ProjectView } from "../../ipc/bindings";
import { call } from "../../ipc/client";
import { useLateReducer, type LateState } from "../../state/late";
import { keys } from "../../state/queries";
import { useStable } from "../../state/stable";
import type { RuledProject } from "./ruled";
import { act, begin, changesIn, rebase, same, start, type DraftAction, type DraftState } from "./draft";

/** How long after the last edit a draft is kept, in milliseconds. */
const KEEP_AFTER = 400;

export type OpenDraft = LateState<DraftState, DraftAction> & {
  /** The server's rules are other than those the draft was begun from. */
  outdated: boolean;
  /** Puts the draft upon the rules as they are now. */
  compare: () => void;
  /** Throws the draft away. */
  discard: () => void;
  /** Rules that come next are the result of the draft itself. */
  expectResult: () => void;
  /** It could not be kept on this computer. */
  notKept: boolean;
};

export function useDraft(view: RuledProject): OpenDraft {
  const late = useLateReducer<DraftState, DraftAction>(act, () => start(view.draft ?? begin(view.rules)));
  const { state, dispatch } = late;
  const expecting = useRef(false);
  const { draft } = state;
  const outdated = !same(draft.base, view.rules);
  const changes = changesIn(draft);
  const next = useMemo(() => {
    if (!outdated) return null;
    return changes > 0 ? rebase(draft, view.rules) : onSameRule(begin(view.rules), draft);
  }, [outdated, changes, draft, view.rules]);
  // A draft that the server has carried out by now is no conflict.
  const conflict = next !== null && changes > 0 && changesIn(next) > 0;

  useEffect(() => {
    if (next === null || (conflict && !expecting.current)) return;
    expecting.current = false;
    dispatch({ do: "reset", draft: next });
  }, [next, conflict, dispatch]);

  const notKept = useKeeping(view.row.id, draft, late.newest, view.draft !== null);
  return {
    ...late,
    outdated: conflict,
    compare: () => dispatch({ do: "reset", draft: rebase(draft, view.rules) }),
    discard: () => dispatch({ do: "reset", draft: onSameRule(begin(view.rules), draft) }),
    expectResult: () => {
      expecting.current = true;
    },
    notKept,
  };
}

/** Keeps a draft on this computer a moment after each edit, and throws it away when nothing is left of it. */
function useKeeping(key: string, draft: Draft, newest: () => DraftState, wasKept: boolean): boolean {
  const [failed, setFailed] = useState(false);
  const kept = useRef<Draft | null>(null);
  const there = useRef(wasKept);
  const client = useQueryClient();

  const keep = useStable(() => {
    const { draft } = newest();
    if (kept.current === draft) return;
    kept.current = draft;
    const changed = changesIn(draft) > 0;
    if (!changed && !there.current) return;
    there.current = changed;
    // The page that opens next starts from what was read before this draft was begun.
    client.setQueryData<ProjectView>(keys.project(key), (view) => view && { ...view, draft: changed ? draft : null });
    const saving = changed ? call("draft_save", { key, draft }) : call("draft_discard", key);
    saving.then(
      () => setFailed(false),
      () => setFailed(true),
    );
  });
  useEffect(() => {
    kept.current ??= draft;
    if (kept.current === draft) return;
    const timer = setTimeout(keep, KEEP_AFTER);
    return () => clearTimeout(timer);
  }, [draft, keep]);

  // Leaving the page must not lose the last keystrokes.
  useEffect(() => keep, [keep]);
  return failed;
}

function onSameRule(fresh: Draft, old: Draft): Draft {
  const chosen = old.editing === null ? undefined : old.rules[old.editing]?.saved?.id;
  const found = fresh.rules.findIndex((rule) => rule.saved?.id === chosen);
  return found < 0 ? fresh : { ...fresh, editing: found };
}
