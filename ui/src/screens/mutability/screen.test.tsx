import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { preview } from "../../../dev/answers/preview";
import { asAnswered, openedRuled } from "../../../dev/data/ledger";
import { projects } from "../../../dev/data/projects";
import type { PreviewRequest, SavedRule, SelectorMode } from "../../ipc/bindings";
import { openWindow, violations } from "../../test/window";

const user = userEvent.setup();
const ID = "gl:payments/ledger-api";
/** Another repository: exclusions without a mode for them are kept for each. */
const OTHER = "gl:payments/fx-rates";

function saved(mode: SelectorMode, pattern: string): SavedRule {
  return {
    id: "setting", unread: [],
    rule: { repositories: null, tags: { mode, dialect: "ecr-filters", pattern }, effect: { kind: "immutable", blocks: "overwrite" }, enabled: true },
  };
}

async function openSetting(rules: SavedRule[], id = ID) {
  const row = projects.find((one) => one.id === id);
  if (row === undefined) throw new Error("the fixture has no ledger");
  const view = openedRuled(row);
  const window = await openWindow(`#/projects/${encodeURIComponent(id)}/rules`, {
    project_open: () => asAnswered({
      ...view,
      rules,
      rule_tags: rules.map(() => 1),
      draft: null,
      capabilities: {
        ...view.capabilities,
        product: "AWS ECR",
        dialect: "ecr-filters",
        form: { form: "mutability", exclusions: 5, wildcards: 2, characters: 128 },
        kinds: [{ kind: "immutable", blocks: "overwrite", editable: true, minimum_role: "developer", unavailable: null }],
        excluding: true,
        rule_limit: 1,
        notes: ["delete_stays_possible"],
      },
    }),
    preview: (request) => ({ ...preview(request), entry_tags: request.edited.tags.pattern.split(",").map((_, index) => index + 1) }),
  });
  await screen.findByRole("radiogroup", { name: "Mode" });
  return window;
}

const chosen = () => screen.getAllByRole("radio").find((radio) => radio.getAttribute("aria-checked") === "true");
const entries = () => within(screen.getByRole("group", { name: "Exclusions, wildcard" })).getAllByRole<HTMLInputElement>("textbox");

describe("a repository whose rules are one setting", () => {
  it("shows mode and exclusions, with what each matches, and nothing that such a setting does not know", async () => {
    await openSetting([saved("excluding", "latest,dev-*")]);
    expect(chosen()?.getAttribute("aria-label")).toBe("Immutable with exclusions");
    expect(entries().map((one) => one.value)).toEqual(["latest", "dev-*"]);
    expect(screen.getByRole("meter", { name: "Exclusions used" }).getAttribute("aria-valuenow")).toBe("2");
    await screen.findByText("2 tags");
    screen.getByText(/AWS ECR still lets people delete an immutable tag/);
    expect(screen.queryByRole("button", { name: "New rule" })).toBeNull();
    expect(screen.queryByRole("toolbar", { name: /building block/ })).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it("adds with Enter, parts what is typed with a comma, and removes an empty one with Backspace", async () => {
    const { host } = await openSetting([saved("excluding", "latest")]);
    await user.click(entries()[0]!);
    await user.keyboard("{Enter}pr-*,rc-*");
    expect(entries().map((one) => one.value)).toEqual(["latest", "pr-*", "rc-*"]);
    expect(document.activeElement).toBe(entries()[2]);
    await waitFor(() => {
      const asked = host.calls.findLast((call) => call.name === "preview")?.request as PreviewRequest;
      expect(asked.edited.tags).toEqual({ mode: "excluding", dialect: "ecr-filters", pattern: "latest,pr-*,rc-*" });
    });
    await user.keyboard("{Backspace>5/}");
    expect(entries().map((one) => one.value)).toEqual(["latest", "pr-*"]);
    await user.keyboard("{ArrowUp}");
    expect(document.activeElement).toBe(entries()[0]);
    await user.click(screen.getByRole("button", { name: "Delete exclusion latest" }));
    expect(entries().map((one) => one.value)).toEqual(["pr-*"]);
  });

  it("takes a star as the first letter of an exclusion, not as another mode", async () => {
    await openSetting([saved("matching", "v*")]);
    await user.clear(entries()[0]!);
    await user.type(entries()[0]!, "*-rc");
    expect(entries().map((one) => one.value)).toEqual(["*-rc"]);
    expect(chosen()?.getAttribute("aria-label")).toBe("Mutable with exclusions");
  });

  it("shows the mode that is saved again once a change is taken back", async () => {
    await openSetting([saved("matching", "*")], "gl:payments/card-vault");
    await user.click(screen.getByRole("radio", { name: "Mutable with exclusions" }));
    await user.type(entries()[0]!, "*");
    expect(chosen()?.getAttribute("aria-label")).toBe("Mutable with exclusions");
    await user.keyboard("{Control>}z{/Control}{Control>}z{/Control}");
    expect(chosen()?.getAttribute("aria-label")).toBe("Immutable");
  });

  it("explains the limit instead of adding a sixth", async () => {
    await openSetting([saved("matching", "a,b,c,d,e")]);
    expect(chosen()?.getAttribute("aria-label")).toBe("Mutable with exclusions");
    const add = screen.getByRole("button", { name: "Add exclusion" });
    expect(add.getAttribute("title")).toContain("takes 5 exclusions at most");
    await user.click(add);
    expect(entries()).toHaveLength(5);
  });

  it("keeps the exclusions while a mode does not use them, and takes a mode back with Ctrl Z", async () => {
    await openSetting([saved("excluding", "latest,dev-*")]);
    await user.click(screen.getByRole("radio", { name: "Immutable" }));
    expect(screen.getAllByText("Not used in this mode").length).toBeGreaterThan(0);
    expect(entries().map((one) => one.readOnly)).toEqual([true, true]);
    screen.getByText("1 unsaved change");
    screen.getByText("was 2 exclusions");
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(chosen()?.getAttribute("aria-label")).toBe("Mutable with exclusions");
    expect(entries().map((one) => one.value)).toEqual(["latest", "dev-*"]);
    await user.keyboard("{Control>}z{/Control}{Control>}z{/Control}{Control>}z{/Control}");
    expect(chosen()?.getAttribute("aria-label")).toBe("Immutable with exclusions");
    expect(screen.queryByText("1 unsaved change")).toBeNull();
  });

  it("begins from a repository without a rule, and cannot be reviewed while an exclusion is empty", async () => {
    await openSetting([], OTHER);
    expect(chosen()?.getAttribute("aria-label")).toBe("Mutable");
    await user.click(screen.getByRole("radio", { name: "Immutable with exclusions" }));
    expect(entries().map((one) => one.value)).toEqual([""]);
    expect(screen.getByRole("button", { name: /Review change/ }).getAttribute("aria-disabled")).toBe("true");
    await user.type(entries()[0]!, "latest");
    await waitFor(() => expect(screen.getByRole("button", { name: /Review change/ }).getAttribute("aria-disabled")).toBeNull());
  });
});
