import { EditorView } from "@codemirror/view";
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { draftOfThePictures } from "../../../dev/answers/draft";
import { planOf } from "../../../dev/answers/plans";
import { preview } from "../../../dev/answers/preview";
import { asAnswered, openedRuled } from "../../../dev/data/ledger";
import { projects } from "../../../dev/data/projects";
import type { Answers } from "../../../dev/fixture";
import type { DraftSave, PreviewRequest } from "../../ipc/bindings";
import { plainError } from "../../ipc/client";
import { go } from "../../state/route";
import type { RuledProject } from "./ruled";
import { openWindow, violations } from "../../test/window";

// jsdom lays nothing out; the editor only wants to know that there is nothing.
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
Range.prototype.getBoundingClientRect ??= () => new DOMRect();

const user = userEvent.setup();
const ID = "gl:payments/ledger-api";
const HASH = `#/projects/${encodeURIComponent(ID)}/rules`;

function ledger(change: (view: RuledProject) => RuledProject = (view) => view): Answers {
  const row = projects.find((one) => one.id === ID);
  if (row === undefined) throw new Error("the fixture has no ledger");
  return { project_open: () => asAnswered(change(openedRuled(row))) };
}

async function openRules(answers: Answers = ledger()) {
  const window = await openWindow(HASH, answers);
  await screen.findByRole("textbox", { name: /^Tags? pattern/ });
  await screen.findByRole("button", { name: /^Newly covered, / });
  return window;
}

const field = () => screen.getByRole("textbox", { name: "Tag pattern, RE2" });

/** Types into the pattern field as the editor sees it. */
function type(text: string) {
  act(() => {
    const view = EditorView.findFromDOM(field());
    view?.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "input.type" });
  });
}

const cards = () => within(screen.getByRole("listbox", { name: "Rules" })).getAllByRole("option");

describe("a registry whose rules can exclude", () => {
  it("lets one choose what is covered, says what is peculiar, and shows an excluding rule as one", async () => {
    const { host } = await openRules(ledger((view) => ({ ...view, capabilities: { ...view.capabilities, excluding: true, notes: ["same_image_refused"] } })));
    screen.getByText(/refuses to push an immutable tag again even with the very same image/);
    const choice = screen.getByRole("radiogroup", { name: "Tag pattern: matching or excluding" });
    expect(within(choice).getByRole("radio", { name: "matching" }).getAttribute("aria-checked")).toBe("true");
    await user.click(within(choice).getByRole("radio", { name: "excluding" }));
    expect(cards()[0]?.textContent).toContain("all but ^(latest|stable)$");
    await waitFor(() => {
      const asked = host.calls.findLast((call) => call.name === "preview")?.request as PreviewRequest;
      expect(asked.edited.tags.mode).toBe("excluding");
    });
    expect(await violations()).toEqual([]);
  });
});

describe("a registry whose rules choose repositories and can be switched off", () => {
  const choosing = (view: RuledProject): RuledProject => {
    const repositories = { mode: "matching" as const, dialect: "harbor" as const, pattern: "**" };
    return {
      ...view,
      capabilities: { ...view.capabilities, product: "Harbor", excluding: true, switch: true, repository_dialect: "harbor", rule_limit: null, rules_shown: 15 },
      rules: view.rules.map((saved) => ({ ...saved, rule: { ...saved.rule, repositories } })),
    };
  };
  it("asks for both parts of a rule and whether it is on", async () => {
    const { host } = await openRules(ledger(choosing));
    expect(cards()[0]?.textContent).toContain("all repositories");
    expect(screen.getByRole("meter", { name: "Rules used" }).getAttribute("aria-valuemax")).toBe("15");
    screen.getByText(/Repository names are compared without the project/);
    const parts = screen.getByRole("radiogroup", { name: "Repositories: matching or excluding" });
    await user.click(within(parts).getByRole("radio", { name: "excluding" }));
    expect(cards()[0]?.textContent).toContain("except **");
    await user.click(screen.getByRole("checkbox", { name: "On" }));
    expect(cards()[0]?.textContent).toContain("Off");
    await waitFor(() => {
      const asked = host.calls.findLast((call) => call.name === "preview")?.request as PreviewRequest;
      expect([asked.edited.repositories?.mode, asked.edited.enabled]).toEqual(["excluding", false]);
    });
    expect(await violations()).toEqual([]);
  });
  it("takes a list of repositories, says what cannot be said, and writes what can", async () => {
    const written: Answers = {
      pattern_write: ({ block }) => {
        if (block.block !== "any_of" || block.texts.includes("app/**")) return { pattern: null, problem: { problem: "lost", entry: "app", by: "app/**" } };
        return { pattern: `{${block.texts.join(",")}}`, problem: null };
      },
    };
    const { host } = await openRules({ ...ledger(choosing), ...written });
    await user.click(within(screen.getByRole("toolbar", { name: "Insert a building block for repositories" })).getByRole("button", { name: "any of…" }));
    const list = screen.getByRole("textbox", { name: "Any of" });
    await user.type(list, "app{Enter}app/**");
    await user.click(screen.getByRole("button", { name: "Use block" }));
    expect((await screen.findByRole("alert")).textContent).toContain("Beside app/** the server would no longer match app");
    expect(await violations()).toEqual([]);
    await user.clear(list);
    await user.type(list, "app, web");
    await user.click(screen.getByRole("button", { name: "Use block" }));
    await waitFor(() => {
      const asked = host.calls.findLast((call) => call.name === "preview")?.request as PreviewRequest;
      expect(asked.edited.repositories?.pattern).toBe("{app,web}");
    });
  });
  it("tells of selectors that the server never looks at, until something else stands in their place", async () => {
    const odd = (view: RuledProject): RuledProject => ({
      ...choosing(view),
      rules: choosing(view).rules.map((one, index) => ({
        ...one,
        unread: index === 0 ? [{ part: "repositories" as const, first: true, selects_nothing: true, kind: "doublestar", decoration: "nsMatches", pattern: "shop" }] : [],
      })),
      findings: [
        { what: { code: "namespace_selector", decoration: "nsMatches", pattern: "shop" }, severity: "warning", rule: 0, fixes: [] },
        { what: { code: "further_selectors", patterns: ["x*"] }, severity: "warning", rule: 0, fixes: [] },
      ],
    });
    await openRules(ledger(odd));
    expect(screen.getAllByText("This rule selects by namespace:", { exact: false }).length).toBeGreaterThan(0);
    expect(screen.getAllByText(/looks only at the first pattern of repositories and the first of tags/).length).toBeGreaterThan(0);
    expect(cards()[0]?.getAttribute("aria-label") ?? cards()[0]?.textContent).toContain("2 warnings");
    await user.click(within(screen.getByRole("radiogroup", { name: "Repositories: matching or excluding" })).getByRole("radio", { name: "excluding" }));
    await waitFor(() => expect(screen.queryAllByText("This rule selects by namespace:", { exact: false })).toHaveLength(0));
    expect(screen.getAllByText(/looks only at the first pattern of repositories and the first of tags/).length).toBeGreaterThan(0);
  });
  it("keeps a pattern that is compared with the name of the other part, and says so", async () => {
    const swapped = (view: RuledProject): RuledProject => ({
      ...choosing(view),
      rules: choosing(view).rules.map((one) => ({ ...one, rule: { ...one.rule, tags: { ...one.rule.tags, mode: "matching_other_part" as const } } })),
    });
    const { host } = await openRules(ledger(swapped));
    const note = /compares this pattern with the name of the repository, not with tags/;
    expect(screen.getAllByText(note)).toHaveLength(1);
    expect(cards()[0]?.textContent).toContain("all of repositories ^(latest|stable)$");
    const modes = within(screen.getByRole("radiogroup", { name: "Tags: matching or excluding" }));
    expect(modes.getByRole("radio", { name: "matching, other name" }).getAttribute("aria-checked")).toBe("true");
    const box = screen.getByRole("textbox", { name: "Tags pattern" });
    act(() => {
      EditorView.findFromDOM(box)?.dispatch({ changes: { from: 0, insert: "x" }, userEvent: "input.type" });
    });
    const asked = () => host.calls.findLast((call) => call.name === "preview")?.request as PreviewRequest;
    await waitFor(() => expect(asked().edited.tags.pattern).toContain("x"));
    expect(asked().edited.tags.mode).toBe("matching_other_part");
    expect(await violations()).toEqual([]);
    await user.click(modes.getByRole("radio", { name: "matching" }));
    await waitFor(() => expect(asked().edited.tags.mode).toBe("matching"));
    expect(screen.queryByText(note)).toBeNull();
  });
});

describe("the rules of a project", () => {
  it("lists them with kind, pattern, tags and warnings, and passes axe", async () => {
    await openRules();
    const names = ["Protected, ^(latest|stable)$, 6 tags", "Immutable, ^v\\d+\\.\\d+\\.\\d+$, 225 tags", "Protected, -rc, 144 tags, 1 warning"];
    expect(names.map((name) => cards().indexOf(screen.getByRole("option", { name })))).toEqual([0, 1, 2]);
    expect(screen.getByRole("meter", { name: "Rules used" }).getAttribute("aria-valuenow")).toBe("3");
    expect(await violations()).toEqual([]);
  });

  it("moves through them with the keys, deletes, restores and edits", async () => {
    await openRules();
    screen.getByRole("listbox", { name: "Rules" }).focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(cards()[2]?.getAttribute("aria-current")).toBe("true");
    await user.keyboard("{Delete}");
    expect(screen.getByRole("option", { name: "Protected, -rc, To be deleted" })).toBe(cards()[2]);
    expect(screen.getByText("1 unsaved change")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Restore" }));
    expect(screen.queryByText("1 unsaved change")).toBeNull();
    await user.keyboard("k");
    expect(cards()[1]?.getAttribute("aria-current")).toBe("true");
    await user.keyboard("j");
    screen.getByRole("listbox", { name: "Rules" }).focus();
    await user.keyboard("{F6}");
    expect(cards()[2]?.getAttribute("aria-current")).toBe("true");
    expect(document.activeElement).toBe(field());
    await user.keyboard("{F6}");
    expect(document.activeElement).toBe(screen.getByRole("treegrid", { name: "Tags by outcome" }));
    await user.keyboard("n");
    expect(cards()).toHaveLength(4);
  });

  it("says at every keystroke which tags are covered, and keeps the draft", async () => {
    const { host } = await openRules();
    await user.click(cards()[2]!);
    type("^v\\d+\\.\\d+\\.\\d+-(rc|beta)\\.\\d+$");
    await screen.findByText(/The whole tag is “v”, three numbers/);
    expect(screen.getByRole("button", { name: "No longer covered, 54" })).toBeTruthy();
    expect(screen.getByRole("option", { name: /, Edited$/ })).toBe(cards()[2]);
    const asked = host.calls.filter((call) => call.name === "preview").at(-1)?.request as PreviewRequest;
    expect([asked.edited_before, asked.edited_after, asked.after?.length]).toEqual([2, 2, 3]);
    await waitFor(() => expect((host.calls.find((call) => call.name === "draft_save")?.request as DraftSave | undefined)?.key).toBe(ID));
    await waitFor(() => expect(performance.getEntriesByName("keystroke-to-preview").length).toBeGreaterThan(0));
  });

  it("shows by names that do not exist yet what an edit adds and takes away", async () => {
    await openRules();
    await user.click(cards()[2]!);
    expect(screen.queryByText("Do not exist yet, would no longer match")).toBeNull();
    type("^v\\d+\\.\\d+\\.\\d+-(rc|beta)\\.\\d+$");
    const lost = await screen.findByText("Do not exist yet, would no longer match");
    expect(within(lost.parentElement!).getAllByRole("listitem").map((one) => one.title)).toEqual(["v2.13.0-rc2", "hotfix-rc-test-1"]);
    const coming = screen.getByText("Do not exist yet, would match").parentElement!;
    expect(within(coming).getAllByText("Newly, by this change")).toHaveLength(2);
    expect(await violations()).toEqual([]);
  });

  it("changes the pattern to a near miss's at a click, and back", async () => {
    await openRules();
    await user.click(cards()[2]!);
    type("^v\\d+\\.\\d+\\.\\d+-(rc|beta)\\.\\d+$");
    await user.click(await screen.findByRole("button", { name: /v2\.13\.0-rc1/ }));
    await waitFor(() => expect(field().textContent).toBe("^v\\d+\\.\\d+\\.\\d+-(rc|beta)\\.?\\d+$"));
    await user.keyboard("{Control>}z{/Control}");
    await waitFor(() => expect(field().textContent).toBe("^v\\d+\\.\\d+\\.\\d+-(rc|beta)\\.\\d+$"));
  });

  it("tells of rules that change nothing, with the tags that show it and the rules' numbers in the list", async () => {
    await openRules({ ...ledger((view) => ({ ...view, draft: draftOfThePictures() })), preview: (request) => ({
      ...preview(request),
      findings: [{ what: { code: "covered_together", by: [0, 1], examples: ["latest", "v1.0.0"] }, severity: "warning", rule: 2, fixes: [{ do: "delete_rule" }] }],
    }) });
    const note = (await screen.findByText("Rules 1 and 2 together cover every tag of this one.")).closest<HTMLElement>(".finding")!;
    expect(screen.getByRole("option", { name: /-\(rc\|beta\)/ }).textContent).toContain("Covered by rules 1 and 2 together");
    await user.click(within(note).getByRole("button", { name: /^Delete this rule/ }));
    await waitFor(() => expect(cards()[2]!.closest(".rcard-box")!.className).toContain("is-deleted"));
  });

  it("still has the draft when one comes back from another screen", async () => {
    await openRules();
    type("^elsewhere");
    // Before the page has shown it even.
    act(() => go({ screen: "settings" }));
    await waitFor(() => expect(screen.queryByRole("listbox", { name: "Rules" })).toBeNull());
    act(() => go({ screen: "project", id: ID, tab: "rules" }));
    await screen.findByText("1 unsaved change");
    expect(screen.getByRole("option", { name: /\^elsewhere/ })).toBeTruthy();
  });

  it("opens the draft that was kept", async () => {
    await openRules(ledger((view) => ({ ...view, draft: draftOfThePictures() })));
    expect(cards()).toHaveLength(4);
    expect(screen.getByText("2 unsaved changes")).toBeTruthy();
  });

  it("keeps the last valid preview while the pattern cannot be used, with the server's words and the fix", async () => {
    await openRules();
    await user.click(cards()[2]!);
    type("^v\\d+-(rc|beta");
    await screen.findByText(/Column 7: this “\(” is never closed\./);
    expect(screen.getByText("Preview of the last valid pattern")).toBeTruthy();
    await waitFor(() => expect(field().getAttribute("aria-invalid")).toBe("true"));
    expect(screen.getByText(/GitLab says/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: /^Fix: add “\)”/ }));
    await waitFor(() => expect(field().getAttribute("aria-invalid")).toBe("false"));
  });

  it("says of a new rule whose pattern was never valid that there is nothing to show yet", async () => {
    await openRules();
    await user.click(screen.getByRole("button", { name: "New rule" }));
    type("^v(");
    await screen.findByText("No valid pattern yet");
    expect(screen.queryByText("Nobody gains or loses a right.")).toBeNull();
  });

  it("offers fixes with their counts, applies one with Alt F, and takes it back", async () => {
    await openRules();
    await user.click(cards()[2]!);
    type("v*");
    const suggestions = await screen.findByRole("radiogroup", { name: "Suggested patterns" });
    expect(within(suggestions).getAllByRole("radio")).toHaveLength(3);
    expect(within(suggestions).getAllByRole("radio")[0]?.getAttribute("aria-checked")).toBe("true");
    expect(await violations()).toEqual([]);
    await user.keyboard("{Alt>}f{/Alt}");
    await waitFor(() => expect(field().textContent).toBe("^v.*"));
    act(() => (document.activeElement as HTMLElement | null)?.blur());
    await user.keyboard("{Control>}z{/Control}");
    await waitFor(() => expect(field().textContent).toBe("v*"));
  });

  it("strips line ends from a paste", async () => {
    await openRules();
    type("^v1\n\r\n$");
    expect(field().textContent).toBe("^v1$");
  });

  it("writes a building block as the pattern, and shows the block the pattern is", async () => {
    await openRules();
    const toolbar = screen.getByRole("toolbar", { name: "Insert a building block" });
    await user.click(within(toolbar).getByRole("button", { name: /^starts with…/ }));
    await user.type(screen.getByRole("textbox", { name: "Starts with" }), "main{Enter}");
    await waitFor(() => expect(field().textContent).toBe("^main"));
    await waitFor(() => expect(within(toolbar).getByRole("button", { name: /starts with….*This pattern is/ })).toBeTruthy());
  });

  it("does not show one rule's preview for another that has no pattern yet", async () => {
    await openRules();
    await user.click(screen.getByRole("button", { name: "New rule" }));
    await screen.findByText("No pattern yet");
    expect(screen.queryByText("Preview of the last valid pattern")).toBeNull();
    expect(screen.getByRole("button", { name: /^Review change/ }).getAttribute("aria-disabled")).toBe("true");
  });

  it("says what becomes of tags that move when nobody can move them any more", async () => {
    await openRules();
    await user.click(screen.getByRole("button", { name: "New rule" }));
    await user.click(screen.getByRole("radio", { name: /^Immutable/ }));
    type("v*");
    const heading = await screen.findByRole("heading", { name: "What changes" });
    expect(heading.nextElementSibling?.textContent).toMatch(/^\d+ tags become immutable, among them latest, stable and main\. Pipelines that push those tags will fail\.$/);
  });

  it("explains the limit instead of adding a sixth rule", async () => {
    await openRules(ledger((view) => ({ ...view, capabilities: { ...view.capabilities, rule_limit: 3 } })));
    await user.click(screen.getByRole("button", { name: "New rule" }));
    expect(await screen.findByText("All 3 rules are used")).toBeTruthy();
    expect(screen.getByText("rules.limit")).toBeTruthy();
    expect(cards()).toHaveLength(3);
  });

  it("makes room at the limit where two rules overlap, and shows which", async () => {
    const into = { ...draftOfThePictures().rules[0]!.wanted!, tags: { mode: "matching" as const, dialect: "gitlab" as const, pattern: "^(latest|stable)$|-rc" } };
    await openRules({ ...ledger((view) => ({ ...view, capabilities: { ...view.capabilities, rule_limit: 3 } })), preview: (request) => {
      const answer = preview(request);
      return { ...answer, findings: [{ what: { code: "rule_limit", used: 3, limit: 3 }, severity: "note", rule: 2, fixes: [{ do: "merge", with: 0, into }] }] };
    } });
    await user.click(screen.getByRole("button", { name: "New rule" }));
    await user.click(await screen.findByRole("button", { name: "Show overlap" }));
    expect(cards()[2]?.getAttribute("aria-current")).toBe("true");
    await user.click(screen.getByRole("button", { name: "Merge 2 rules…" }));
    await waitFor(() => expect(screen.getByText("2 unsaved changes")).toBeTruthy());
    expect(screen.queryByText("All 3 rules are used")).toBeNull();
  });

  it("lets a viewer look and try, and says which role it takes", async () => {
    await openRules(ledger((view) => ({ ...view, row: { ...view.row, role: "developer" } })));
    expect(screen.getAllByText("You need Maintainer to change rules here.").length).toBeGreaterThan(0);
    expect(field().getAttribute("aria-readonly")).toBe("true");
    expect(screen.getByRole("button", { name: "New rule" }).getAttribute("aria-disabled")).toBe("true");
  });

  it("is drawn from what the registry can do: one kind, no limit, no roles", async () => {
    await openRules(ledger((view) => ({
      ...view,
      rules: view.rules.slice(1, 2),
      capabilities: { ...view.capabilities, product: "Other", rule_limit: null, pattern_characters: null, kinds: view.capabilities.kinds.slice(1).map((kind) => ({ ...kind, blocks: "overwrite" as const })) },
    })));
    expect(screen.queryByRole("radiogroup", { name: "Rule kind" })).toBeNull();
    expect(screen.queryByRole("combobox", { name: /^Who can push/ })).toBeNull();
    expect(screen.getByText("1 rule")).toBeTruthy();
  });

  it("chooses outcomes, folds repositories, and fetches lines as they come in sight", async () => {
    const { host } = await openRules();
    await user.click(screen.getByRole("button", { name: /^Not matched, / }));
    await waitFor(() => expect((host.calls.filter((call) => call.name === "preview").at(-1)?.request as PreviewRequest | undefined)?.outcomes).toContain("not_matched"));
    const grid = await screen.findByRole("treegrid", { name: "Tags by outcome" });
    await waitFor(() => expect(Number(grid.getAttribute("aria-rowcount"))).toBe(1207));
    grid.focus();
    await user.keyboard("{End}");
    await waitFor(() => expect(host.calls.some((call) => call.name === "preview" && (call.request as PreviewRequest).offset === 1200)).toBe(true));
    await user.keyboard("{Home}{Enter}");
    await waitFor(() => expect(Number(screen.getByRole("treegrid", { name: "Tags by outcome" }).getAttribute("aria-rowcount"))).toBe(805));
  });

  it("says that there are no tags yet, and no rules", async () => {
    await openWindow(HASH, ledger((view) => ({ ...view, rules: [], rule_tags: [], row: { ...view.row, tags: 0, rules: { known: "read", rules: [] } } })));
    await screen.findByText("No rules yet");
    // Nothing is on its way, and nothing was compared.
    screen.getByText("Nothing to preview yet");
    expect(document.querySelector(".is-coming")).toBeNull();
    expect(screen.queryByText("under 1 ms")).toBeNull();
    expect(screen.queryByText("Near misses")).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it("claims no near misses and no time where there is no pattern to compare", async () => {
    await openRules({ ...ledger(), preview: (request) => ({
      ...preview(request),
      pattern_error: { kind: "refused", code: "blank", reason: "can't be blank", column: null, suggestion: null },
      near_misses: [], near_miss_total: 0, micros: 10,
    }) });
    expect(screen.queryByText("under 1 ms")).toBeNull();
    expect(screen.queryByText("Near misses")).toBeNull();
  });

  it("puts an exclusion in the place of a rule for all tags", async () => {
    const tags = { mode: "excluding" as const, dialect: "gitlab" as const, pattern: "buildcache" };
    const { host } = await openRules({ ...ledger(), preview: (request) => {
      const answer = preview(request);
      if (request.edited.tags.mode === "excluding") return { ...answer, findings: [] };
      const what = { code: "blocks_moving_tags" as const, tags: ["buildcache"], reasons: ["cache" as const], total: 1 };
      return { ...answer, findings: [{ what, severity: "warning", rule: 0, fixes: [{ do: "replace_selector", tags, covers: 5 }] }] };
    } });
    await user.click(await screen.findByRole("button", { name: /cover all but/ }));
    await waitFor(() => {
      const asked = host.calls.findLast((call) => call.name === "preview")?.request as PreviewRequest;
      expect(asked.edited.tags).toEqual(tags);
    });
  });

  it("shows the preview's failure in place and the old result under it", async () => {
    let fail = false;
    await openRules({ ...ledger(), preview: (request) => {
      if (fail) throw plainError("database.failed");
      return preview(request);
    } });
    fail = true;
    type("^x");
    await screen.findByText("database.failed");
  });

  it("shows hostile names as text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    await openRules({ ...ledger(), preview: (request) => {
      const answer = preview(request);
      return { ...answer, near_misses: [{ name, why: { why: "case" }, span: [0, 4], suggestion: null }], lines: answer.lines.map((line) => (line.line === "tag" ? { ...line, name } : line)) };
    } });
    expect((await screen.findAllByTitle(name)).length).toBeGreaterThan(0);
    expect(document.querySelector("img")).toBeNull();
  });
});

describe("reviewing and applying", () => {
  const pictures = ledger((view) => ({ ...view, draft: draftOfThePictures() }));
  async function review(answers: Answers = {}) {
    const rules = await openRules({ ...pictures, ...answers });
    await user.keyboard("{Control>}{Enter}{/Control}");
    await screen.findByRole("dialog");
    return rules;
  }

  it("applies only once it is said to be understood, then says what was done and offers to undo it", async () => {
    const { host } = await review();
    await screen.findByRole("heading", { name: "Review 2 changes" });
    const apply = screen.getByRole("button", { name: "Apply 2 changes" });
    expect(apply.getAttribute("aria-disabled")).toBe("true");
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole("checkbox", { name: "I understand that 412 tags become immutable" }));
    await user.click(screen.getByRole("button", { name: "Apply 2 changes" }));
    await screen.findByText("2 changes done");
    expect(host.calls.find((call) => call.name === "apply_start")?.request).toMatchObject({ confirmed: true });
    await user.click(screen.getByRole("button", { name: "Undo this run…" }));
    await screen.findByRole("heading", { name: /that undoes a run/ });
    expect(host.calls.filter((call) => call.name === "plan_start").at(-1)?.request).toEqual({ plan: "undo", run: "run-1" });
  });

  it("puts the draft upon rules that others changed meanwhile", async () => {
    let changed = false;
    const row = projects.find((one) => one.id === ID);
    if (row === undefined) throw new Error("the fixture has no ledger");
    const view = openedRuled(row);
    const { host } = await review({
      project_open: () => asAnswered({ ...view, draft: draftOfThePictures(), rules: changed ? view.rules.slice(1) : view.rules }),
      plan_start: (_request, stage) => stage.job((tell, job) => {
        const plan = planOf({ plan: "undo", run: "x" });
        const saved = view.rules[0] ?? null;
        tell({ event: "ended", job, kind: "plan", result: { ended: "planned", plan: { ...plan, changes: 0, groups: [], projects: plan.projects.map((one) => ({ ...one, outcome: "conflict", changes: [], calls: [], conflicts: [{ was: saved, now: null }] })) } } });
      }),
    });
    await screen.findByText("The rules changed while you were editing");
    expect(screen.queryByRole("button", { name: /^Apply/ })).toBeNull();
    changed = true;
    await user.click(screen.getByRole("button", { name: "Compare and continue" }));
    await waitFor(() => expect(cards()).toHaveLength(3));
    expect(host.calls.some((call) => call.name === "project_refresh")).toBe(true);
    expect(screen.getByText("2 unsaved changes")).toBeTruthy();
    expect(screen.getByRole("option", { name: /^Immutable, \^v/ })).toBe(cards()[0]);
  });

  it("leaves with Esc and sends nothing", async () => {
    const { host } = await review();
    await screen.findByRole("heading", { name: "Review 2 changes" });
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(host.calls.some((call) => call.name === "apply_start")).toBe(false);
  });

  it("writes a request for an owner when the role is too low", async () => {
    const { host } = await review({ apply_start: ({ plan: _plan }, stage) => stage.job((tell, job) => {
      tell({ event: "applying", job, progress: { project: ID, changes: ["done", "failed"], error: { ...plainError("auth.role"), registry: "gitlab", project: "payments/ledger-api", role_have: "maintainer", role_need: "owner", status: 403 } } });
      tell({ event: "ended", job, kind: "apply", result: { ended: "applied", run: { run: "r", done: 1, failed: 1, unclear: 0, exposed: 0, skipped: 0, projects: 1, changed_tags: 45,
        before: { open: 1, protected: 0, immutable: 0, unknown: 0 }, after: { open: 0, protected: 1, immutable: 0, unknown: 0 } } } });
    }) });
    await user.click(await screen.findByRole("checkbox"));
    await user.click(screen.getByRole("button", { name: "Apply 2 changes" }));
    await screen.findByText("GitLab refused: Owner needed");
    await user.click(screen.getByRole("button", { name: "Copy request for an owner" }));
    await waitFor(() => expect(host.copied[0]).toBe([
      "Could you change the tag rules of payments/ledger-api on gitlab.example.com?", "",
      "- Create: Immutable ^sha-[0-9a-f]{40}$", "", "This needs Owner; my role is Maintainer.",
    ].join("\n")));
  });

  it("copies the script", async () => {
    const { host } = await review();
    await user.click(await screen.findByRole("button", { name: "Copy as script" }));
    await waitFor(() => expect(host.copied[0]).toMatch(/^#!\/bin\/sh/));
  });

  it("does not leave during a call", async () => {
    await review({ apply_start: (_request, stage) => stage.job(() => undefined) });
    await user.click(await screen.findByRole("checkbox"));
    await user.click(screen.getByRole("button", { name: "Apply 2 changes" }));
    await screen.findByRole("progressbar", { name: "Changes applied" });
    await user.keyboard("{Escape}");
    expect(screen.getByRole("dialog")).toBeTruthy();
  });

  it("shows why a plan cannot be made, and lets it be tried again", async () => {
    await review({ plan_start: (_request, stage) => stage.job((tell, job) => tell({ event: "ended", job, kind: "plan", result: { ended: "failed", error: plainError("net.offline") } })) });
    await screen.findByText("net.offline");
    expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
  });
});
