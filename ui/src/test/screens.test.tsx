import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CHECKS } from "../../dev/answers/base";
import { plainError } from "../ipc/client";
import type { Answers } from "../../dev/fixture";
import type { AppStart } from "../ipc/bindings";
import { jobs } from "../ipc/jobs";
import { selection } from "../state/selection";
import { view } from "../screens/projects/view";
import { openWindow, violations } from "./window";

const user = userEvent.setup();
const none: Answers = { connections: () => [], app_start: () => ({
  version: "0.1.0", keychain: "available", database: null, connections: [], open_changes: { unclear: 0, exposed: 0 },
  settings: { theme: "system", single_letters: true, proxy: null, proxy_password: null }, data_folder: "/data",
}) };

beforeEach(() => view.set({ filter: { tokens: [], rest: "" }, chip: "all", sort: "path", descending: false }));

describe("welcome", () => {
  it("comes first while there is no registry, and asks nothing of a registry", async () => {
    const { host } = await openWindow("", none);
    await screen.findByRole("heading", { name: "Add your first registry" });
    expect(host.calls.map((call) => call.name).filter((name) => !["app_start", "connections", "keychain_state", "app_ready"].includes(name))).toEqual([]);
    expect(await violations()).toEqual([]);
  });
  it("opens the demo with D and shows its projects", async () => {
    let open = false;
    const { host } = await openWindow("", {
      ...none,
      connections: async () => (open ? [(await import("../../dev/data/projects")).demo] : []),
      demo_open: (_none, stage) => stage.job(async (tell, job) => {
        open = true;
        const { demo } = await import("../../dev/data/projects");
        tell({ event: "ended", job, kind: "demo", result: { ended: "demo_ready", connection: demo } });
      }),
    });
    await screen.findByRole("heading", { name: "Add your first registry" });
    await user.keyboard("d");
    await screen.findByRole("grid", { name: "Projects" });
    expect(host.calls.some((call) => call.name === "demo_open")).toBe(true);
    expect(within(screen.getByRole("navigation", { name: "Registries" })).getByText("Demo")).toBeTruthy();
  });
  it("says so when there is no keychain", async () => {
    const start = none.app_start;
    await openWindow("", { ...none, keychain_state: () => "no_bus", app_start: async (request, stage) => ({ ...(await start!(request, stage)), keychain: "no_bus" }) });
    expect((await screen.findAllByText(/Secrets are kept for this session only/)).length).toBeGreaterThan(0);
  });
});

describe("adding a registry", () => {
  async function openDialog(answers: Answers = {}) {
    const opened = await openWindow("", { ...none, ...answers });
    await screen.findByRole("heading", { name: "Add your first registry" });
    await user.keyboard("1");
    await screen.findByRole("dialog", { name: "Add GitLab" });
    return opened;
  }
  const passing: Answers = { connection_test: (_draft, stage) => stage.job((tell, job) => {
    for (const check of CHECKS) tell({ event: "check", job, check });
    tell({ event: "ended", job, kind: "test_connection", result: { ended: "tested", can_save: true } });
  }) };

  it("tests by itself, then saves and syncs", async () => {
    const { host } = await openDialog(passing);
    await user.type(screen.getByLabelText(/Server address/), "https://gitlab.example.com");
    const token = screen.getByLabelText("Access token", { selector: "input" });
    await user.type(token, "glpat-abc");
    expect(screen.getByRole("button", { name: "Save and sync" }).getAttribute("aria-disabled")).toBe("true");
    await user.tab();
    await screen.findByText("6 passed, 1 warning", {}, { timeout: 3000 });
    expect(await violations()).toEqual([]);
    expect(screen.getByText("Owner in 41 projects, Maintainer in 246 projects. Immutable rules need Owner; in 246 projects you can only change protected rules.")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Save and sync" }));
    await waitFor(() => expect(host.calls.map((call) => call.name)).toContain("sync_start"));
    expect(host.calls.find((call) => call.name === "connection_save")?.request).toEqual({
      id: null, kind: "gitlab", address: "https://gitlab.example.com", name: "", ca_file: null, user: null, repositories: [],
      sign_in: { with: "token", keep: "keychain" }, token: "glpat-abc",
    });
    expect(host.calls.filter((call) => call.name === "connection_test")).toHaveLength(1);
  });

  it("asks an OCI registry for a user, nothing at all, or a list of repositories", async () => {
    const { host } = await openWindow("", { ...none, ...passing });
    await screen.findByRole("heading", { name: "Add your first registry" });
    await user.keyboard("3");
    await screen.findByRole("dialog", { name: "Add OCI registry" });
    await user.type(screen.getByLabelText(/Server address/), "https://registry.example.com");
    await user.type(screen.getByLabelText(/User name/), "olga");
    await user.type(screen.getByLabelText("Password or access token", { selector: "input" }), "secret");
    await user.type(screen.getByLabelText(/^Repositories/), "shop/basket, shop/web");
    await user.tab();
    await screen.findByText("6 passed, 1 warning", {}, { timeout: 3000 });
    expect(await violations()).toEqual([]);
    expect(host.calls.findLast((call) => call.name === "connection_test")?.request).toMatchObject({
      kind: "oci", user: "olga", token: "secret", repositories: ["shop/basket", "shop/web"],
    });
    await user.click(screen.getByRole("radio", { name: "Nothing" }));
    expect(screen.queryByLabelText(/User name/)).toBeNull();
    await waitFor(() => expect(host.calls.findLast((call) => call.name === "connection_test")?.request).toMatchObject({
      kind: "oci", sign_in: { with: "anonymous" }, user: null, token: null,
    }), { timeout: 3000 });
  });

  it("asks AWS for keys, a profile, or a variable with a key's id", async () => {
    const { host } = await openWindow("", { ...none, ...passing });
    await screen.findByRole("heading", { name: "Add your first registry" });
    await user.keyboard("4");
    await screen.findByRole("dialog", { name: "Add AWS ECR" });
    const asked = () => host.calls.findLast((call) => call.name === "connection_test")?.request;
    await user.type(screen.getByLabelText(/Server address/), "eu-central-1");
    await user.type(screen.getByLabelText("Secret access key", { selector: "input" }), "secret:session");
    expect(asked()).toBeUndefined();
    await user.type(screen.getByLabelText("Access key ID"), "AKIA1");
    await user.tab();
    await screen.findByText("6 passed, 1 warning", {}, { timeout: 3000 });
    expect(asked()).toMatchObject({ kind: "ecr", address: "eu-central-1", user: "AKIA1", token: "secret:session" });
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole("radio", { name: "Profile" }));
    expect(screen.queryByLabelText("Access key ID")).toBeNull();
    await user.type(screen.getByLabelText(/Name of the profile/), "work");
    await user.tab();
    await waitFor(() => expect(asked()).toMatchObject({ sign_in: { with: "profile", name: "work" }, user: null, token: null }), { timeout: 3000 });
    await user.click(screen.getByRole("radio", { name: "Environment variable" }));
    await waitFor(() => expect(asked()).toMatchObject({ sign_in: { with: "environment", variable: "AWS_SECRET_ACCESS_KEY" }, user: "AKIA1", token: null }), { timeout: 3000 });
  });

  it("says what is wrong, and does not let it be saved", async () => {
    await openDialog({ connection_test: (_draft, stage) => stage.job((tell, job) => {
      tell({ event: "check", job, check: { check: "reachable", state: "failed", milliseconds: null, wait: null, found: null, error: { ...plainError("net.unknown-host"), host: "gitlab.exmaple.com" } } });
      tell({ event: "ended", job, kind: "test_connection", result: { ended: "tested", can_save: false } });
    }) });
    await user.type(screen.getByLabelText(/Server address/), "gitlab.exmaple.com");
    await user.type(screen.getByLabelText("Access token", { selector: "input" }), "x{Enter}");
    await screen.findByText(/gitlab.exmaple.com is not known to this computer/, {}, { timeout: 3000 });
    expect(screen.getByRole("button", { name: "Save and sync" }).getAttribute("aria-disabled")).toBe("true");
  });

  it("takes the token from a variable without sending one", async () => {
    const { host } = await openDialog(passing);
    await user.type(screen.getByLabelText(/Server address/), "https://gitlab.example.com");
    await user.type(screen.getByLabelText("Access token", { selector: "input" }), "typed-by-mistake");
    await user.click(screen.getByRole("radio", { name: "Environment variable" }));
    await screen.findByText("6 passed, 1 warning", {}, { timeout: 3000 });
    const asked = host.calls.findLast((call) => call.name === "connection_test")?.request;
    expect(asked).toMatchObject({ sign_in: { with: "environment", variable: "GITLAB_TOKEN" }, token: null });
  });

  it("never shows a saved token", async () => {
    await openWindow("#/settings");
    await user.click(await screen.findByRole("button", { name: "Replace token of gitlab.example.com" }));
    const dialog = await screen.findByRole("dialog", { name: "Replace token of gitlab.example.com" });
    const token = within(dialog).getByLabelText<HTMLInputElement>("Access token", { selector: "input" });
    expect(token.value).toBe("");
    expect(token.type).toBe("password");
    expect(token.placeholder).toBe("saved, ends in 4f2c");
    expect(await violations()).toEqual([]);
  });

  it("stops the test when it is closed", async () => {
    const { host } = await openDialog({ connection_test: (_draft, stage) => stage.job(() => undefined) });
    await user.type(screen.getByLabelText(/Server address/), "https://gitlab.example.com");
    await user.type(screen.getByLabelText("Access token", { selector: "input" }), "x{Enter}");
    await waitFor(() => expect(host.calls.some((call) => call.name === "connection_test")).toBe(true), { timeout: 3000 });
    await user.keyboard("{Escape}");
    await waitFor(() => expect(host.calls.some((call) => call.name === "job_cancel")).toBe(true));
  });
});

describe("projects", () => {
  it("has no fault that axe finds", async () => {
    await openWindow("#/projects");
    await screen.findByText("sandbox");
    expect(await violations()).toEqual([]);
  });
  it("filters by tokens, and says which filter it does not know", async () => {
    const { host } = await openWindow("#/projects");
    const field = await screen.findByRole("combobox", { name: "Filter projects" });
    await user.type(field, "tags:>400 ledger");
    await screen.findByRole("button", { name: "Remove filter tags: >400" });
    await screen.findByText("1 of 412");
    expect(host.calls.findLast((call) => call.name === "projects_page" && (call.request as { limit: number }).limit > 1)?.request).toMatchObject({ filter: "tags:>400 ledger" });
    await user.keyboard("{Escape}");
    await screen.findByText("412 of 412");
    await user.type(field, "opne:5 ");
    await screen.findByText(/“opne” is not a filter. Did you mean “open”/);
    await user.click(screen.getByRole("button", { name: "Use open" }));
    await screen.findByRole("button", { name: "Remove filter open: 5" });
  });
  it("is worked by the keyboard alone", async () => {
    await openWindow("#/projects");
    await screen.findByText("sandbox");
    screen.getByRole("grid", { name: "Projects" }).focus();
    await user.keyboard(" {Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(selection.get().size).toBe(3);
    const bar = screen.getByRole("toolbar", { name: "Actions for 3 selected projects" });
    expect(within(bar).getByRole("button", { name: "Add rule…" })).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(selection.get().size).toBe(0);
    await user.keyboard("{Control>}a{/Control}");
    await waitFor(() => expect(selection.get().size).toBe(412));
    await user.keyboard("{Escape}{Home}{Enter}");
    await waitFor(() => expect(window.location.hash).toBe("#/projects/gl%3Adata%2Fingest-worker/rules"));
  });
  it("keeps the selection when the filter hides it", async () => {
    await openWindow("#/projects");
    await user.click(await screen.findByRole("checkbox", { name: "Select data/sandbox" }));
    await user.click(await screen.findByRole("checkbox", { name: "Select identity/sso-gateway" }));
    await user.type(screen.getByRole("combobox", { name: "Filter projects" }), "sso");
    const bar = screen.getByRole("toolbar", { name: "Actions for 2 selected projects" });
    await within(bar).findByText("1 out of view");
  });
  it("sorts by a head, the largest first where that is what one looks for", async () => {
    const { host } = await openWindow("#/projects");
    await screen.findByText("sandbox");
    await user.click(screen.getByRole("button", { name: "Tags" }));
    await screen.findByRole("columnheader", { name: "Tags" });
    await waitFor(() => expect(screen.getByRole("columnheader", { name: "Tags" }).getAttribute("aria-sort")).toBe("descending"));
    expect(host.calls.findLast((call) => call.name === "projects_page")?.request).toMatchObject({ sort: "tags", descending: true });
    await screen.findByText("base-images");
  });
  it("offers to clear filters that nothing passes", async () => {
    await openWindow("#/projects");
    await user.type(await screen.findByRole("combobox", { name: "Filter projects" }), "zzz");
    await screen.findByText("No project matches.");
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    await screen.findByText("412 of 412");
  });
  it("shows a sync under way and cancels it", async () => {
    const { host } = await openWindow("#/projects");
    await screen.findByText("sandbox");
    host.tell({ event: "progress", progress: { job: 900, kind: "sync", connection: "gl", done: 268, total: 412, tags: 61_480, failed: 0, waiting: null } });
    const bar = await screen.findByRole("progressbar", { name: "Syncing tags" });
    expect(bar.getAttribute("aria-valuetext")).toBe("268 of 412 projects");
    await user.click(screen.getByRole("button", { name: "Cancel sync" }));
    expect(host.calls.at(-1)).toEqual({ name: "job_cancel", request: 900 });
    host.tell({ event: "ended", job: 900, kind: "sync", result: { ended: "cancelled", run: null } });
    await waitFor(() => expect(screen.queryByRole("progressbar")).toBeNull());
  });
  it("shows names of a hostile server as text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    await openWindow("#/projects", {
      projects_page: async () => {
        const { projects } = await import("../../dev/data/projects");
        return { rows: [{ ...projects[0]!, name }], total: 1, all: 1, all_tags: 1, not_read: 0, chips: [], filter_error: null };
      },
    });
    await screen.findByText(name);
    expect(document.querySelector("img")).toBeNull();
  });
});

describe("settings", () => {
  it("saves at once, and has no fault that axe finds", async () => {
    const { host } = await openWindow("#/settings");
    await user.click(await screen.findByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe("dark"));
    expect(host.calls.at(-1)).toMatchObject({ name: "settings_save", request: { settings: { theme: "dark", single_letters: true }, proxy_password: null } });
    await screen.findByText("Saved");
    expect(await violations()).toEqual([]);
  });
  it("says why it could not save", async () => {
    await openWindow("#/settings", { settings_save: () => { throw plainError("database.read-only", "/data/tagwarden.db"); } });
    await user.click(await screen.findByRole("checkbox", { name: /Single-letter shortcuts/ }));
    expect((await screen.findByRole("alert")).textContent).toContain("The database cannot be written");
  });
  it("takes a proxy's address once it is typed to the end", async () => {
    const { host } = await openWindow("#/settings");
    await user.click(await screen.findByRole("radio", { name: "Manual" }));
    await user.type(screen.getByRole("textbox", { name: "Proxy address" }), "http://proxy:3128{Enter}");
    const saved = host.calls.filter((call) => call.name === "settings_save");
    expect(saved).toMatchObject([{ request: { settings: { proxy: "http://proxy:3128" }, proxy_password: null } }]);
  });
  it("asks before a registry goes; Esc keeps it", async () => {
    const { host } = await openWindow("#/settings");
    await user.click(await screen.findByRole("button", { name: "Remove gitlab.example.com…" }));
    await screen.findByRole("dialog", { name: "Remove gitlab.example.com?" });
    expect(await violations()).toEqual([]);
    await user.keyboard("{Escape}");
    expect(host.calls.some((call) => call.name === "connection_remove")).toBe(false);
    await user.click(await screen.findByRole("button", { name: "Remove gitlab.example.com…" }));
    await user.click(await screen.findByRole("button", { name: "Remove registry" }));
    await waitFor(() => expect(host.calls.some((call) => call.name === "connection_remove")).toBe(true));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Remove gitlab.example.com…" })).toBeNull());
  });
});

describe("the palette", () => {
  it("goes to a project that is typed", async () => {
    await openWindow("#/projects");
    await screen.findByText("sandbox");
    await user.keyboard("{Control>}k{/Control}");
    const field = await screen.findByRole("combobox", { name: "Search or run" });
    await vi.waitFor(() => expect(document.activeElement).toBe(field));
    expect(await violations()).toEqual([]);
    await user.type(field, "ledger");
    await screen.findByRole("option", { name: /payments\/ledger-api/ });
    await user.keyboard("{Enter}");
    await waitFor(() => expect(window.location.hash).toBe("#/projects/gl%3Apayments%2Fledger-api/rules"));
    expect(screen.queryByRole("dialog", { name: "Command palette" })).toBeNull();
  });
  it("shows the shortcuts with ?", async () => {
    await openWindow("#/projects");
    await screen.findByText("sandbox");
    await user.keyboard("?");
    await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    expect(await violations()).toEqual([]);
  });
});

it("what is wrong with database and keychain, and changes left open, stand above every screen", async () => {
  await openWindow("#/projects", { ...none, connections: undefined as never, app_start: async () => ({
    version: "0.1.0", keychain: "locked", database: plainError("database.read-only", "/data/tagwarden.db"), open_changes: { unclear: 2, exposed: 1 },
    connections: [(await import("../../dev/data/projects")).gitlab],
    settings: { theme: "system", single_letters: true, proxy: null, proxy_password: null }, data_folder: "/data",
  }), keychain_state: () => "locked", journal_open: () => ({ unclear: 2, exposed: 1 }) });
  await screen.findByText("The database cannot be written.");
  expect(screen.getByText("Your keychain is locked.")).toBeTruthy();
  expect(screen.getByText("The outcome of 2 changes is not known.")).toBeTruthy();
  expect(screen.getByText("1 rule is missing.")).toBeTruthy();
  await user.click(screen.getAllByRole("button", { name: "Show activity" })[0]!);
  await waitFor(() => expect(window.location.hash).toBe("#/activity"));
});

it("a locked keychain can be asked again, or a token given for this session", async () => {
  let state: "locked" | "available" = "locked";
  const { gitlab } = await import("../../dev/data/projects");
  const { host } = await openWindow("#/projects", { ...none, connections: () => [gitlab], keychain_state: () => state, app_start: async (request, stage) => ({ ...(await none.app_start!(request, stage)), connections: [gitlab], keychain: "locked" }) });
  await screen.findByText("Your keychain is locked.");
  expect(screen.getByText("The secret for 1 registry is in it. Cached data stays readable.")).toBeTruthy();
  expect(screen.getByText("keychain.locked")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Unlock keychain" }));
  await screen.findByText(/^It is still locked\./);
  await user.click(screen.getByRole("button", { name: "Enter the token once" }));
  await screen.findByRole("dialog", { name: /gitlab\.example\.com/ });
  expect(screen.getByRole("radio", { name: "This session only" }).getAttribute("aria-checked")).toBe("true");
  await user.keyboard("{Escape}");
  state = "available";
  await user.click(await screen.findByRole("button", { name: "Unlock keychain" }));
  await waitFor(() => expect(screen.queryByText("Your keychain is locked.")).toBeNull());
  expect(host.calls.some((call) => call.name === "sync_start")).toBe(true);
});

it("being offline is said above every screen, with the age of what is shown", async () => {
  const { gitlab, demo } = await import("../../dev/data/projects");
  const connections = [{ ...gitlab, error: plainError("net.offline") }, demo];
  const { host } = await openWindow("#/tags", { ...none, connections: () => connections, app_start: async (request, stage) => ({ ...(await none.app_start!(request, stage)), connections }) });
  await screen.findByText("Offline.");
  expect(screen.getByText(/^Showing data from .*\. You can plan and simulate; changes wait until you are back\.$/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(host.calls.some((call) => call.name === "sync_start")).toBe(true));
});

it("a registry that asks to slow down is named, with the time until the sync goes on", async () => {
  await openWindow("#/projects", { sync_start: (connection, stage) => stage.job((tell, job) => {
    tell({ event: "progress", progress: { job, kind: "sync", connection, done: 3, total: 412, tags: 9, failed: 0, waiting: 27 } });
  }) });
  await user.click(await screen.findByRole("button", { name: "Sync" }));
  await screen.findAllByText("gitlab.example.com asks to slow down");
  expect(screen.getAllByText("goes on by itself in 27 s").length).toBeGreaterThan(0);
});

describe("the database", () => {
  const started = (more: Partial<AppStart>): Answers => ({
    ...none, app_start: async (request, stage) => ({ ...(await none.app_start!(request, stage)), ...more }),
  });

  it("that another Tagwarden has open leaves nothing to do but to say so and to try again", async () => {
    const { host } = await openWindow("#/projects", started({
      database: plainError("database.locked", "/data/tagwarden.db"),
      locked_by: { pid: 4711, host: "workstation", since: 1_795_882_209 },
    }));
    await screen.findByRole("heading", { name: "Tagwarden is already running" });
    expect(screen.getByText(/Process 4711 on workstation has had it open since 28 Nov 2026, \d\d:10\./)).toBeTruthy();
    expect(screen.getByText(/\/data\/tagwarden\.db/)).toBeTruthy();
    expect(screen.queryByRole("navigation")).toBeNull();
    expect(screen.queryByRole("button", { name: "Open demo" })).toBeNull();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(host.calls.map((call) => call.name)).toContain("app_restart"));
  });

  it("that was damaged is named with its new place and with what is taken over", async () => {
    const aside = "/data/tagwarden.damaged-20261128-161009.db";
    await openWindow("", started({ recovered: { error: plainError("database.set-aside", aside), connections: 2, runs: 1, drafts: 0, lost: true } }));
    await screen.findByText("The database was damaged.");
    expect(screen.getByText(new RegExp(`kept as ${aside}`)).textContent)
      .toContain("Taken over: 2 registries, 1 run of the activity. Some of it could not be read and is only in the old file.");
    await user.click(screen.getByRole("button", { name: "Hide" }));
    expect(screen.queryByText("The database was damaged.")).toBeNull();
  });

  it("that was empty does not pass for a first start", async () => {
    await openWindow("", started({ recovered: { error: plainError("database.empty", "/data/x.db"), connections: 0, runs: 0, drafts: 0, lost: false } }));
    await screen.findByText("The database was empty.");
    expect(screen.queryByText(/Taken over/)).toBeNull();
  });

  it("found damaged while it is in use says what to do, and does it", async () => {
    let damaged = false;
    const { host } = await openWindow("", { ...none, app_start: async (request, stage) => ({
      ...(await none.app_start!(request, stage)), database: damaged ? plainError("database.corrupt", "/data/tagwarden.db") : null,
    }) });
    await screen.findByRole("heading", { name: "Add your first registry" });
    damaged = true;
    jobs.accept({ event: "changed", what: "database", project: null });
    await screen.findByText("The database is damaged.");
    await user.click(screen.getByRole("button", { name: "Start again" }));
    await waitFor(() => expect(host.calls.map((call) => call.name)).toContain("app_restart"));
  });

  it("has a sentence with a path for each fault of its own", async () => {
    for (const code of ["database.unavailable", "database.newer", "database.disk-full", "database.failed", "database.read-only"] as const) {
      const { view: shown } = await openWindow("", started({ database: plainError(code, "/data/tagwarden.db") }));
      await screen.findByText(/\/data\/tagwarden\.db/);
      shown.unmount();
    }
  });
});
