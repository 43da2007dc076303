import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CHECKS, SETTINGS } from "../../../dev/answers/base";
import type { Answers } from "../../../dev/fixture";
import { gitlab } from "../../../dev/data/projects";
import type { ConnectionSummary } from "../../ipc/bindings";
import { plainError } from "../../ipc/client";
import { openOverlay } from "../../state/overlay";
import { openWindow, violations } from "../../test/window";

const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
const passing: Answers = { connection_test: (_draft, stage) => stage.job((tell, job) => {
  for (const check of CHECKS) tell({ event: "check", job, check });
  tell({ event: "ended", job, kind: "test_connection", result: { ended: "tested", can_save: true } });
}) };

async function openHarbor(answers: Answers = passing) {
  const opened = await openWindow("#/settings", answers);
  await screen.findByRole("radio", { name: "Dark" });
  act(() => openOverlay({ kind: "connect", connection: null, registry: "harbor" }));
  await screen.findByRole("dialog", { name: "Add Harbor or STACKIT" });
  const tests = () => opened.host.calls.filter((call) => call.name === "connection_test").map((call) => call.request as { token: string; user: string; address: string });
  return { ...opened, tests };
}
const address = () => screen.getByLabelText(/Server address/);
const name = () => screen.getByLabelText(/User name/);
const password = () => screen.getByLabelText("Password or secret", { selector: "input" });
/** Makes it later by more than anybody waits between two keys. */
const pause = () => act(async () => { await vi.advanceTimersByTimeAsync(5000); });
/** Typing costs a second a word on a busy machine, and what is typed is not the point here. */
const type = async (field: HTMLElement, text: string) => {
  await act(async () => field.focus());
  fireEvent.input(field, { target: { value: text }, inputType: "insertText" });
};
const opening = async (connections: ConnectionSummary[]): Promise<Answers> => ({
  connections: () => connections,
  app_start: () => ({ version: "0.1.0", keychain: "available", database: null, connections, open_changes: { unclear: 0, exposed: 0 }, settings: SETTINGS, data_folder: "/data" }),
});

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => vi.useRealTimers());

describe("a secret is tested when it is complete", () => {
  it("not while it is typed, however long the pause, but on leaving the field", async () => {
    const { tests } = await openHarbor();
    await type(address(), "https://harbor.example.com");
    await type(name(), "ada");
    await type(password(), "half-of-");
    await pause();
    expect(tests()).toEqual([]);
    expect(screen.getByText("Starts when you leave the field")).toBeTruthy();
    await type(password(), "half-of-a-password");
    await user.tab();
    await screen.findByText("6 passed, 1 warning");
    expect(tests()).toMatchObject([{ user: "ada", token: "half-of-a-password" }]);
  });

  it("on a paste, at once", async () => {
    const { tests } = await openHarbor();
    await type(address(), "https://harbor.example.com");
    await type(name(), "ada");
    await user.click(password());
    await user.paste("from-a-manager");
    await screen.findByText("6 passed, 1 warning");
    expect(tests()).toMatchObject([{ token: "from-a-manager" }]);
  });

  it("with Enter and with the button", async () => {
    const { tests } = await openHarbor();
    await type(address(), "https://harbor.example.com");
    await type(name(), "ada");
    await type(password(), "s3cret");
    await user.keyboard("{Enter}");
    await screen.findByText("6 passed, 1 warning");
    expect(tests()).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "Test again" }));
    await waitFor(() => expect(tests()).toHaveLength(2));
  });

  it("not when another window comes to the front in the middle of it", async () => {
    const { tests } = await openHarbor();
    await type(address(), "https://harbor.example.com");
    await type(name(), "ada");
    await type(password(), "half");
    // The field keeps the cursor while its window is in the background.
    await act(async () => password().dispatchEvent(new FocusEvent("focusout", { bubbles: true })));
    await pause();
    expect(tests()).toEqual([]);
  });

  it("not on the way out", async () => {
    const { tests } = await openHarbor();
    await type(address(), "https://harbor.example.com");
    await type(name(), "ada");
    await type(password(), "half");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(tests()).toEqual([]);
  });

  it("and the other fields likewise: what was found is dropped at the first letter, and asked for again at the end", async () => {
    const { tests } = await openHarbor();
    await type(address(), "https://harbor.example.com");
    await type(name(), "ada");
    await type(password(), "s3cret");
    await user.keyboard("{Enter}");
    await screen.findByText("6 passed, 1 warning");
    await type(name(), "adam");
    expect(screen.getByRole("button", { name: "Save and sync" }).getAttribute("aria-disabled")).toBe("true");
    await pause();
    expect(tests()).toHaveLength(1);
    await user.tab();
    await waitFor(() => expect(tests().at(-1)).toMatchObject({ user: "adam" }));
    await type(address(), "https://harbor.example.com/x");
    await pause();
    expect(tests()).toHaveLength(2);
  });

  it("where it is kept and what it is named do not change the answer", async () => {
    const { tests } = await openHarbor();
    await type(address(), "https://harbor.example.com");
    await type(name(), "ada");
    await type(password(), "s3cret");
    await user.keyboard("{Enter}");
    await screen.findByText("6 passed, 1 warning");
    await user.click(screen.getByRole("radio", { name: "This session only" }));
    await type(screen.getByLabelText(/Name in Tagwarden/), "Mine");
    await user.tab();
    expect(tests()).toHaveLength(1);
    expect(screen.getByRole("button", { name: "Save and sync" }).getAttribute("aria-disabled")).toBeNull();
  });
});

describe("a server that takes its time", () => {
  const silent: Answers = { connection_test: (_draft, stage) => stage.job((tell, job) => {
    tell({ event: "check", job, check: { ...CHECKS[0]!, state: "running", found: null, milliseconds: null, wait: { for: "answer", seconds: 10 } } });
  }) };

  it("is counted down, and the test stops at once", async () => {
    const { host } = await openHarbor(silent);
    await type(address(), "https://harbor.example.com");
    await type(name(), "ada");
    await type(password(), "s3cret");
    await user.keyboard("{Enter}");
    const checks = within(screen.getByRole("list", { name: "Checks" }));
    await screen.findByText("Testing…");
    await act(async () => { await vi.advanceTimersByTimeAsync(1000); });
    expect(checks.getByText(/^[1-9] s left$/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Stop test" }));
    expect(host.calls.some((call) => call.name === "job_cancel")).toBe(true);
    expect(checks.getAllByText("Not tested")).toHaveLength(7);
    expect(screen.getByRole("button", { name: "Test again" })).toBeTruthy();
    expect(await violations()).toEqual([]);
  });

  it("that lets nobody in for a moment is said to be waited for", async () => {
    await openHarbor({ connection_test: (_draft, stage) => stage.job((tell, job) => {
      tell({ event: "check", job, check: { ...CHECKS[2]!, state: "running", found: null, wait: { for: "pause", seconds: 2 } } });
    }) });
    await type(address(), "https://harbor.example.com");
    await type(name(), "ada");
    await type(password(), "s3cret");
    await user.keyboard("{Enter}");
    expect((await screen.findAllByText("The server lets nobody in for a moment. It is asked again in 2 s.")).length).toBe(2);
  });

  it("and holds sign-ins back does not make anybody replace a good secret", async () => {
    const locked = { ...plainError("auth.locked"), host: "harbor.example.com", registry: "harbor" as const, secret: "password" as const, retry_after: 40, retryable: true };
    await openWindow("#/projects", await opening([{ ...gitlab, kind: "harbor", product: "Harbor", secret: "password", error: locked }]));
    const notice = await screen.findByText(/holds sign-ins back/);
    expect(notice.textContent).toContain("did not look at the password");
    expect(screen.getByText(/Try again in 40 s/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /Replace password/ })).toBeNull();
  });
});

it("names the secret of each connection as its registry does", async () => {
  await openWindow("#/settings", await opening([
    gitlab,
    { ...gitlab, id: "hb", kind: "harbor", product: "Harbor", name: "harbor.example.com", secret: "robot_secret" },
    { ...gitlab, id: "ec", kind: "ecr", product: "AWS ECR", name: "eu-central-1", secret: "access_key" },
  ]));
  for (const wanted of ["Replace token of gitlab.example.com", "Replace robot secret of harbor.example.com", "Replace access key of eu-central-1"]) {
    expect(await screen.findByRole("button", { name: wanted })).toBeTruthy();
  }
});
