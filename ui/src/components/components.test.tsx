import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { plainError } from "../ipc/client";
import { violations } from "../test/window";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorNotice } from "./ErrorNotice";
import { PatternText } from "./PatternText";
import { Segmented } from "./Segmented";
import { Select } from "./Select";
import { RulePips, ShareBar, StateBadge } from "./State";
import { TextField } from "./TextField";

const user = userEvent.setup();

describe("a button with a reason", () => {
  it("can be reached and read, but not pressed", async () => {
    const press = vi.fn();
    render(<Button disabledReason="All 5 rules are used" onClick={press}>New rule</Button>);
    const button = screen.getByRole("button", { name: "New rule" });
    await user.click(button);
    expect(press).not.toHaveBeenCalled();
    expect(button).toHaveProperty("disabled", false);
    expect(document.getElementById(button.getAttribute("aria-describedby") ?? "")?.textContent).toBe("All 5 rules are used");
  });
  it("keeps its label while busy", async () => {
    const press = vi.fn();
    render(<Button busy onClick={press}>Sync</Button>);
    await user.click(screen.getByRole("button", { name: "Sync", busy: true }));
    expect(press).not.toHaveBeenCalled();
  });
});

function Themes() {
  const [value, setValue] = useState("system");
  return <Segmented label="Theme" value={value} onChange={setValue} options={[{ value: "system", label: "System" }, { value: "light", label: "Light", disabledReason: "not today" }, { value: "dark", label: "Dark" }]} />;
}

it("a segmented choice is one tab stop; arrows choose and pass over what is off", async () => {
  render(<Themes />);
  await user.tab();
  expect(document.activeElement?.textContent).toBe("System");
  await user.keyboard("{ArrowRight}");
  expect(screen.getByRole("radio", { name: "Dark", checked: true })).toBe(document.activeElement);
  await user.keyboard("{ArrowRight}");
  expect(screen.getByRole("radio", { name: "System", checked: true })).toBe(document.activeElement);
  await user.tab();
  expect(document.activeElement).toBe(document.body);
  expect(await violations()).toEqual([]);
});

it("a select is named by its label and value, and is chosen from with the keyboard", async () => {
  const choose = vi.fn();
  render(<Select label="Who can push" value="maintainer" onChange={choose} options={[{ value: "maintainer", label: "Maintainer or higher" }, { value: "owner", label: "Owner or higher" }]} />);
  const button = screen.getByRole("combobox", { name: "Who can push: Maintainer or higher" });
  button.focus();
  await user.keyboard("{ArrowDown}");
  await screen.findByRole("option", { name: "Owner or higher" });
  await user.keyboard("{ArrowDown}{Enter}");
  expect(choose).toHaveBeenCalledWith("owner");
});

function WithDialog({ busy = false }: { busy?: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>Open</button>
      {open && <Dialog title="Review 2 changes" width={912} busy={busy} onClose={() => setOpen(false)} foot={<Button>Apply</Button>}><input aria-label="First" /></Dialog>}
    </>
  );
}

describe("a dialog", () => {
  it("is named, holds the focus, closes with Esc and gives the focus back", async () => {
    render(<WithDialog />);
    await user.click(screen.getByRole("button", { name: "Open" }));
    const dialog = await screen.findByRole("dialog", { name: "Review 2 changes" });
    expect(within(dialog).getByLabelText("First")).toBeTruthy();
    await vi.waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await vi.waitFor(() => expect(document.activeElement?.textContent).toBe("Open"));
  });
  it("stays open while work is under way", async () => {
    render(<WithDialog busy />);
    await user.click(screen.getByRole("button", { name: "Open" }));
    await screen.findByRole("dialog");
    await user.keyboard("{Escape}");
    expect(screen.getByRole("dialog")).toBeTruthy();
  });
});

it("a field is tied to its hint and its error", () => {
  render(<TextField label="Server address" value="x" onChange={vi.fn()} hint="With https" error="This is not an address" />);
  const field = screen.getByRole("textbox", { name: "Server address" });
  const told = (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent);
  expect(told).toEqual(["This is not an address", "With https"]);
  expect(field.getAttribute("aria-invalid")).toBe("true");
});

it("states are told in words as well as in texture", async () => {
  render(
    <>
      <StateBadge state="immutable" />
      <ShareBar states={{ open: 923, protected: 67, immutable: 214, unknown: 0 }} />
      <RulePips rules={["protected", "immutable", "protected"]} limit={5} fresh={1} />
    </>,
  );
  expect(screen.getByText("Immutable")).toBeTruthy();
  expect(screen.getByRole("img", { name: "Open 77 %, Protected 6 %, Immutable 18 %" })).toBeTruthy();
  const meter = screen.getByRole("meter", { name: "Rules used" });
  expect([meter.getAttribute("aria-valuenow"), meter.getAttribute("aria-valuemax"), meter.getAttribute("aria-valuetext")]).toEqual(["4", "5", "4 of 5"]);
  expect(await violations()).toEqual([]);
});

it("a pattern is text, whatever it holds", () => {
  const { container } = render(<PatternText pattern={"^<img src=x onerror=alert(1)>$"} dialect="gitlab" />);
  expect(container.querySelector("img")).toBeNull();
  expect(container.textContent).toBe("^<img src=x onerror=alert(1)>$");
});

it("a pattern that excludes says so, to the eye and in its tooltip", () => {
  const { container } = render(<PatternText pattern="latest,dev-*" dialect="ecr-filters" mode="excluding" />);
  expect(container.textContent).toBe("all but latest,dev-*");
  expect(screen.getByTitle("all but latest,dev-*")).toBeTruthy();
});

it("an error shows its code, and the server's words as text", () => {
  const { container } = render(<ErrorNotice error={{ ...plainError("server.failed"), host: "gitlab.example.com", status: 502, server_words: "<b>Bad gateway</b>" }} />);
  expect(screen.getByRole("alert").textContent).toContain("server.failed");
  expect(container.querySelector("code b")).toBeNull();
  expect(container.textContent).toContain("<b>Bad gateway</b>");
});
