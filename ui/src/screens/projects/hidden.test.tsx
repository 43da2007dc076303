import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { opened } from "../../../dev/data/ledger";
import { projects } from "../../../dev/data/projects";
import type { Answers } from "../../../dev/fixture";
import type { NotVisible, ProjectRow, ProjectsPage, ProjectView, SimulateAnswer } from "../../ipc/bindings";
import { plainError } from "../../ipc/client";
import { openWindow, violations } from "../../test/window";

const user = userEvent.setup();
const MAINTAINERS: NotVisible = { why: "role", needs: "maintainer" };

function row(change: Partial<ProjectRow>): ProjectRow {
  const first = projects.find((one) => one.id === "gl:payments/ledger-api");
  if (first === undefined) throw new Error("the fixture has no ledger");
  return { ...first, findings: [], finding_count: 0, ...change };
}

const hidden = row({ name: "hidden", id: "gl:payments/hidden", role: "developer", rules: { known: "not_visible", reason: MAINTAINERS } });
const unread = row({
  name: "unread", id: "gl:payments/unread", read_at: null, tags: 0, repositories: 0, rules: { known: "not_read" },
  states: { open: 0, protected: 0, immutable: 0, unknown: 0 }, error: plainError("server.failed"),
});
const archived = row({ name: "old", id: "gl:payments/old", archived: true, rules: { known: "not_visible", reason: { why: "archived" } } });

function answers(rows: readonly ProjectRow[]): Answers {
  const view = (id: string): ProjectView => {
    const found = rows.find((one) => one.id === id) ?? rows[0]!;
    return { ...opened(found), rules: found.rules.known === "read" ? { known: "read", rules: [] } : found.rules };
  };
  return {
    projects_page: (): ProjectsPage => ({
      rows: [...rows], total: rows.length, all: rows.length, all_tags: 1204, not_read: rows.filter((one) => one.read_at === null).length,
      chips: (["all", "findings", "no_rules", "not_visible", "limit_reached"] as const).map((chip) => ({ chip, count: chip === "not_visible" ? rows.filter((one) => one.rules.known === "not_visible").length : 0 })),
      filter_error: null,
    }),
    project_open: view,
  };
}

function cells(name: string): string[] {
  const line = screen.getByRole("link", { name }).closest<HTMLElement>('[role="row"]');
  if (line === null) throw new Error(`no row of ${name}`);
  return within(line).getAllByRole("gridcell").map((cell) => cell.textContent ?? "");
}

describe("projects whose rules are not known", () => {
  it("without any of them the page looks as ever", async () => {
    await openWindow("#/projects", answers([row({})]));
    await screen.findByRole("link", { name: "ledger-api" });
    expect(screen.queryByRole("button", { name: /Rules not visible/ })).toBeNull();
    expect(screen.queryByText(/not read\./)).toBeNull();
  });

  it("are told from projects without rules, with the role that sees them, and have a filter of their own", async () => {
    const { host } = await openWindow("#/projects", answers([hidden, archived]));
    await screen.findByRole("link", { name: "hidden" });
    const [, , , , tags, , rules, finding] = cells("hidden");
    expect([tags, rules, finding]).toEqual(["1,204", "not visible", "unknown"]);
    expect(screen.getAllByText("not visible")[0]?.title).toBe("Visible from Maintainer up");
    expect(cells("old")[1]).toContain("archived");
    expect(screen.queryByText("No findings")).toBeNull();
    const chip = screen.getByText(/^Rules not visible/);
    expect(chip.textContent).toBe("Rules not visible, 2");
    await user.click(chip);
    expect(host.calls.findLast((call) => call.name === "projects_page" && (call.request as { limit: number }).limit > 1)?.request).toMatchObject({ chip: "not_visible" });
    expect(await violations()).toEqual([]);
  });

  it("that were never read are unknown, not empty, and the totals say at least", async () => {
    await openWindow("#/projects", answers([hidden, unread]));
    await screen.findByRole("link", { name: "unread" });
    expect(cells("unread").slice(3, 8)).toEqual(["?", "?", "unknown", "unknown", "unknown"]);
    screen.getByText("1 of 2 projects is not read.");
    expect(screen.getByRole("link", { name: /^Tags/ }).textContent).toContain("≥ 1,204");
    expect(await violations()).toEqual([]);
  });

});

describe("the page of a project whose rules are not visible", () => {
  it("says who sees them in the place of an editor, and claims no number of rules", async () => {
    await openWindow("#/projects/gl%3Apayments%2Fhidden/rules", answers([hidden]));
    await screen.findByText("Rules are not visible to your role");
    screen.getByText(/GitLab shows the rules of payments\/hidden from Maintainer up, and you are Developer\. There may be some\./);
    expect(screen.getByRole("link", { name: "Rules" }).textContent).toBe("Rules");
    expect(screen.queryByRole("button", { name: "New rule" })).toBeNull();
    expect(screen.queryByText(/can be overwritten/)).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it("says of one that was not read that nothing is known", async () => {
    await openWindow("#/projects/gl%3Apayments%2Funread/rules", answers([unread]));
    await screen.findByText("The rules are not read yet");
    expect(screen.getByRole("link", { name: "Tags" }).textContent).toBe("Tags");
    expect(screen.queryByRole("button", { name: "New rule" })).toBeNull();
  });

  it("decides nothing, and repeats what the registry says of the tag", async () => {
    const unknown: SimulateAnswer = {
      valid_name: true, exists: true, pushed_at: null, digest: null, rules: [], matrix: [], roles: "gitlab",
      decision: { outcome: "unknown", steps: [], answer: null }, based_on: null, read_at: 1, has_draft: false,
      rules_known: { known: "not_visible", reason: MAINTAINERS }, server_says: "immutable",
    };
    await openWindow("#/projects/gl%3Apayments%2Fhidden/simulator?tag=v1", { ...answers([hidden]), simulate: () => unknown });
    await screen.findByText("Unknown: the rules are not visible");
    screen.getByText(/GitLab itself calls this tag Immutable/);
    expect(screen.queryByText(/^Allowed/)).toBeNull();
    expect(await violations()).toEqual([]);
  });
});
