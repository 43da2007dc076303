import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { entry, run, runs } from "../../../dev/answers/journal";
import type { ApplyState, EntryView, StateCounts } from "../../ipc/bindings";
import { openWindow, violations } from "../../test/window";
import { dayTitle, isReverted, linesOf, runLine, stillToRevert } from "./say";

const user = userEvent.setup();
const tags = (open: number, immutable: number): StateCounts => ({ open, protected: 0, immutable, unknown: 0 });
const created = runs[0]!.entries[1]!.change;
/** Changes of one rule in as many projects, of which done ones make 20 tags immutable. */
const changes = (...states: ApplyState[]): EntryView[] =>
  states.map((state, index) => entry(`shop/app-${index}`, created, state === "done" ? 20 : 0, tags(30, 0), state === "done" ? tags(10, 20) : tags(30, 0), state));

describe("activity", () => {
  it("lists runs by day with what became of them", async () => {
    await openWindow("#/activity");
    const grid = await screen.findByRole("grid", { name: "Activity" });
    await within(grid).findByText("Protected rule changed");
    expect(within(grid).getByText("Change refused")).toBeTruthy();
    expect(within(grid).getByText("Run over 41 projects")).toBeTruthy();
    expect(await violations()).toEqual([]);
  });

  it("opens a run with the keys, and reverts it through a review", async () => {
    const { host } = await openWindow("#/activity");
    const grid = await screen.findByRole("grid", { name: "Activity" });
    await within(grid).findByText("Change refused");
    grid.focus();
    await user.keyboard("{Enter}");
    const details = await screen.findByRole("complementary", { name: "Change details" });
    expect(within(details).getByText("payments/ledger-api")).toBeTruthy();
    expect(await violations()).toEqual([]);
    await user.click(within(details).getByRole("button", { name: "Revert…" }));
    await screen.findByRole("heading", { name: /that undoes a run/ });
    expect(host.calls.find((call) => call.name === "plan_start")?.request).toEqual({ plan: "undo", run: "r9" });
  });

  it("filters, and says when nothing passes", async () => {
    const { host } = await openWindow("#/activity");
    await user.click(await screen.findByRole("radio", { name: /^Refused/ }));
    await waitFor(() => expect(screen.queryByText("Protected rule changed")).toBeNull());
    await user.type(screen.getByRole("textbox", { name: "Filter activity" }), "nowhere");
    await screen.findByText("No change matches");
    expect(host.calls.filter((call) => call.name === "journal_page").at(-1)?.request).toMatchObject({ filter: "nowhere", chip: "refused" });
  });

  it("says that nothing was changed yet", async () => {
    await openWindow("#/activity", { journal_page: () => ({ runs: [], total: 0, chips: [0, 0, 0] }) });
    await screen.findByText("Nothing changed yet");
  });

  it("counts what became of each change, and never what was planned as done", () => {
    const most = run("r", 60, changes("done", "failed", ...Array.from({ length: 31 }, () => "skipped" as const)));
    expect(runLine(most)).toBe("33 projects, 1 done, 1 failed, 31 not sent, 20 tags became immutable");
    expect(linesOf([most])[0]).toMatchObject({ line: "day", changes: 33, done: 1 });
    expect(runLine(run("r", 60, changes("failed", "skipped")))).toBe("2 projects, 1 failed, 1 not sent");
    expect(runLine(run("r", 60, changes("unclear", "exposed", "not_made")))).toBe("3 projects, 1 rule missing, 1 not made, 1 unclear");
    expect(runLine(run("r", 60, changes("done", "skipped"), { finished_at: null }))).toContain("cut off before it ended");
  });

  it("says how much of a run that was reverted in part is left", async () => {
    const part = run("r1", 60, changes(...Array.from({ length: 10 }, () => "done" as const)).map((one, index) => ({ ...one, undone: index === 0 })), { undone_by: "u1" });
    const undo = run("u1", 30, changes("done", "skipped"), { undoes: "r1" });
    expect([stillToRevert(part), isReverted(part)]).toEqual(["9 of 10 still to revert", false]);
    await openWindow("#/activity", { journal_page: () => ({ runs: [undo, part], total: 2, chips: [2, 2, 0] }) });
    const grid = await screen.findByRole("grid", { name: "Activity" });
    await within(grid).findByText("Reverted in part");
    await user.click(within(grid).getByText(/9 of 10 still to revert/));
    const details = await screen.findByRole("complementary", { name: "Change details" });
    expect(within(details).getByRole("button", { name: "Revert…" })).toBeTruthy();
    expect(await violations()).toEqual([]);
  });

  it("says why a change cannot be checked, and for how long a rule was missing", async () => {
    const [gone, missing] = changes("unverifiable", "done");
    const odd = run("r1", 60, [{ ...gone!, reason: "project_gone" }, { ...missing!, exposure: { from: 1_700_000_000, until: 1_700_000_036 } }]);
    await openWindow("#/activity", { journal_page: () => ({ runs: [odd], total: 1, chips: [1, 1, 1] }) });
    await user.click(await screen.findByText("Run over 2 projects"));
    const details = await screen.findByRole("complementary", { name: "Change details" });
    within(details).getByText("It cannot be found out any more whether it was made: the project is deleted or no longer visible");
    within(details).getByText(/^No rule stood in its place for 36 s, from /);
    expect(await violations()).toEqual([]);
  });

  it("names days as people do", () => {
    const now = new Date(2026, 10, 20, 14).getTime() / 1000;
    expect([0, 1, 3, 400].map((days) => dayTitle(now - days * 86_400, now))).toEqual(["Today, 20 Nov", "Yesterday, 19 Nov", "17 Nov", "16 Oct 2025"]);
    expect(linesOf(runs).filter((line) => line.line === "run")).toHaveLength(runs.length);
    expect(runLine(runs[0]!)).toBe("payments/ledger-api, 457 tags changed state");
  });
});
