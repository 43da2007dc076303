// Answers of the commands that rules, review, tags, the simulator and activity use.
// `?draft` opens the ledger with the draft of the pictures, `?draft=conflict` plans into a conflict,
// `?cleanup` gives projects a cleanup policy, `?draft=fail` lets applying fail.
import type { Answers } from "./fixture";
import { draftOfThePictures, flag } from "./answers/draft";
import { hiddenAnswer, hiddenTag } from "./answers/hidden";
import { journal, journalRun } from "./answers/journal";
import { applying, planning } from "./answers/plans";
import { retention } from "./answers/cleanup";
import { blockOf, preview, refusal, wordsOf, written } from "./answers/preview";
import { simulated } from "./answers/simulate";
import { projects } from "./data/projects";
import { selection } from "../src/state/selection";
import { tagDetails, tagsPage } from "./answers/tags";

// `?select=3` starts with so many projects selected; `?click=Review change|Copy as script` presses buttons in
// order, so that a page that opens by itself can show what only a click would.
const select = Number(flag("select") ?? 0);
if (select > 0) selection.set(projects.slice(0, select).map((row) => row.id));
const clicks = flag("click");
if (clicks !== null) {
  clicks.split("|").forEach((name, index) => setTimeout(() => {
    const named = [...document.querySelectorAll<HTMLElement>("button, [role=option], [role=row], input[type=checkbox]")];
    named.find((one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").startsWith(name) || (one.closest("label")?.textContent ?? "").startsWith(name))?.click();
  }, 1200 + index * 500));
}

const hidden = flag("hidden") !== null;

export function answersB(base: Answers): Answers {
  return {
    project_open: async (id, stage) => {
      const view = await base.project_open?.(id, stage);
      if (view === undefined) throw new Error("no answer underneath");
      if (flag("cleanup") !== null) return { ...view, capabilities: { ...view.capabilities, cleanup: true } };
      return flag("draft") !== null && view.row.name === "ledger-api" ? { ...view, draft: draftOfThePictures() } : view;
    },
    project_cleanup: () => retention,
    preview: (request) => preview(request),
    pattern_read: ({ pattern }) => ({ error: refusal(pattern), block: blockOf(pattern), words: wordsOf(pattern) }),
    pattern_write: ({ block }) => ({ pattern: written(block), problem: null }),
    tags_page: tagsPage,
    tag_details: hidden ? (question) => hiddenTag(tagDetails(question)) : tagDetails,
    tag_images: () => [],
    simulate: hidden ? (request) => hiddenAnswer(simulated(request)) : simulated,
    plan_start: planning,
    apply_start: applying,
    journal_page: journal,
    journal_run: journalRun,
  };
}
