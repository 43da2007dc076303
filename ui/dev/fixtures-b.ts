// Answers of the commands that rules, review, tags, the simulator and activity use.
// `?draft` opens the ledger with the draft of the pictures, `?draft=conflict` plans into a conflict,
// `?draft=fail` lets applying fail.
import type { Answers } from "./fixture";
import { draftOfThePictures, flag } from "./answers/draft";
import { journal, journalRun } from "./answers/journal";
import { applying, planning } from "./answers/plans";
import { blockOf, preview, refusal, wordsOf, written } from "./answers/preview";
import { simulated } from "./answers/simulate";
import { tagDetails, tagsPage } from "./answers/tags";

export function answersB(base: Answers): Answers {
  return {
    project_open: async (id, stage) => {
      const view = await base.project_open?.(id, stage);
      if (view === undefined) throw new Error("no answer underneath");
      return flag("draft") !== null && view.row.name === "ledger-api" ? { ...view, draft: draftOfThePictures() } : view;
    },
    preview: (request) => preview(request),
    pattern_read: ({ pattern }) => ({ error: refusal(pattern), block: blockOf(pattern), words: wordsOf(pattern) }),
    pattern_write: ({ block }) => written(block),
    tags_page: tagsPage,
    tag_details: tagDetails,
    simulate: simulated,
    plan_start: planning,
    apply_start: applying,
    journal_page: journal,
    journal_run: journalRun,
  };
}
