import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";
import { SETTINGS } from "../../dev/answers/base";
import { useShortcuts } from "./keys";
import type { ShortcutOptions, Shortcuts } from "./keys";
import { keys } from "./queries";

const user = userEvent.setup();

function Listening({ shortcuts, options, children }: { shortcuts: Shortcuts; options?: ShortcutOptions; children?: ReactNode }) {
  useShortcuts(shortcuts, options);
  return children;
}

function open(children: ReactNode, single_letters = true) {
  const client = new QueryClient();
  client.setQueryData(keys.start, { settings: { ...SETTINGS, single_letters } });
  render(<QueryClientProvider client={client}>{children}</QueryClientProvider>);
}

it("leaves letters to text fields", async () => {
  const n = vi.fn();
  const review = vi.fn();
  open(<Listening shortcuts={{ n, "ctrl+enter": review }}><input aria-label="Pattern" /></Listening>);
  screen.getByLabelText("Pattern").focus();
  await user.keyboard("n{Control>}{Enter}{/Control}");
  expect(n).not.toHaveBeenCalled();
  expect(review).toHaveBeenCalledOnce();
});

it("can switch single letters off, but not ? and /", async () => {
  const n = vi.fn();
  const help = vi.fn();
  open(<Listening shortcuts={{ n, "?": help }} />, false);
  await user.keyboard("n?");
  expect(n).not.toHaveBeenCalled();
  expect(help).toHaveBeenCalledOnce();
});

it("asks the screen before what is around it", async () => {
  const order: string[] = [];
  open(
    <>
      <Listening shortcuts={{ s: () => void order.push("window") }} options={{ layer: "window" }} />
      <Listening shortcuts={{ s: () => { order.push("frame"); } }} options={{ layer: "frame" }}>
        <Listening shortcuts={{ s: () => { order.push("screen"); return false; } }} />
      </Listening>
    </>,
  );
  await user.keyboard("s");
  expect(order).toEqual(["screen", "frame"]);
});

it("holds keys back while a dialog is open", async () => {
  const n = vi.fn();
  open(<Listening shortcuts={{ n }}><div role="dialog" aria-label="x" /></Listening>);
  await user.keyboard("n");
  expect(n).not.toHaveBeenCalled();
});
