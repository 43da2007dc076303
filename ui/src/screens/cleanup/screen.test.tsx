import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { lifecycle, retention } from "../../../dev/answers/cleanup";
import { opened } from "../../../dev/data/ledger";
import { projects } from "../../../dev/data/projects";
import type { Answers } from "../../../dev/fixture";
import type { Cleanup } from "../../ipc/bindings";
import { plainError } from "../../ipc/client";
import { openWindow, violations } from "../../test/window";

const PLACE = "#/projects/gl%3Apayments%2Fledger-api/cleanup";

function answers(policy: Cleanup | null, more: Answers = {}): Answers {
  return {
    project_open: (id) => {
      const view = opened(projects.find((row) => row.id === id)!);
      return { ...view, capabilities: { ...view.capabilities, cleanup: true } };
    },
    project_cleanup: () => policy,
    ...more,
  };
}

async function sentences(): Promise<(string | undefined)[]> {
  const list = await screen.findByRole("list", { name: "Cleanup rules" });
  return within(list).getAllByRole("listitem").map((item) => item.querySelector("p")?.textContent);
}

describe("cleanup", () => {
  it("says what is kept, of which tags in which repositories", async () => {
    await openWindow(PLACE, answers(retention));
    expect(await sentences()).toEqual([
      "In each repository, of images with a tag that matches v*: keep the 20 pushed last.",
      "In each repository that matches {storefront,cms/*}, of images with a tag that does not match sha-* or without a tag: keep those pulled in the last 30 days.",
      "In each repository, of images with a tag: keep every one.",
    ]);
    screen.getByText("0 0 3 * * *");
    screen.getByText("Off");
    screen.getByText("Everything else in these repositories is deleted.");
    screen.getByText("An image with an immutable tag is kept.");
    expect(screen.getByRole("link", { name: "Cleanup" }).getAttribute("aria-current")).toBe("page");
    expect(await violations()).toEqual([]);
  });

  it("says what is deleted, and that immutability does not hold it back", async () => {
    await openWindow(PLACE, answers(lifecycle));
    expect(await sentences()).toEqual([
      "Of images with a tag that matches sha-*: delete all but the 30 pushed last.",
      "Of images without a tag: delete those pushed more than 14 days ago.",
      "Of images with a tag that starts with dev-: archive those not pulled for a day.",
    ]);
    screen.getByText("Everything else is kept.");
    screen.getByText(/^Immutability does not hold cleanup back/);
    screen.getByText(/within 24 hours/);
  });

  it("says where a run fails, what is passed over, and what keeps nothing", async () => {
    const rule = retention.rules[0]!;
    const failing: Cleanup = {
      ...retention,
      rules: [
        { ...rule, number: 1, condition: { kind: "newest_pushed", count: 0 } },
        { ...rule, number: 2, tags: [], condition: { kind: "passed_over" } },
        { ...rule, number: 3, tags: [{ ...rule.tags[0]!, mode: "matching_other_part" }], condition: { kind: "fails", reason: "template", text: "fullMoon", everywhere: false } },
      ],
    };
    await openWindow(PLACE, answers(failing));
    expect(await sentences()).toEqual([
      "In each repository, of images with a tag that matches v*: keep none of them.",
      "In each repository, of images with a tag: nothing. It selects no tags, so a run passes it over.",
      "In each repository, of images with a tag whose repository matches v*: a run fails at this rule and deletes nothing in the repositories that it is about: it is not known which images are meant by: fullMoon.",
    ]);
    screen.getByText("Rule 3 makes runs fail: in the repositories that it is about nothing is deleted.");
  });

  it("does not guess what it does not know", async () => {
    const unknown: Cleanup = { ...retention, schedule: null, rules: [{ ...retention.rules[0]!, condition: { kind: "unknown", text: "fullMoon" } }] };
    const { view } = await openWindow(PLACE, answers(unknown));
    await screen.findByText("fullMoon");
    screen.getByText(/cannot be told/);
    screen.getByText(/^No schedule/);
    view.unmount();
    await openWindow(PLACE, answers({ ...lifecycle, rules: [], unreadable: true }));
    await screen.findByText("This policy cannot be read with certainty");
    expect(screen.queryByText("Everything else is kept.")).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it("says that there is no policy, and asks again after an error", async () => {
    let asked = 0;
    await openWindow(PLACE, answers(null, { project_cleanup: () => {
      asked += 1;
      if (asked === 1) throw plainError("net.offline");
      return null;
    } }));
    await userEvent.setup().click(await screen.findByRole("button", { name: "Try again" }));
    await screen.findByRole("heading", { name: "No cleanup policy" });
    expect(await violations()).toEqual([]);
  });

  it("asks the registry for its own preview by hand only, and says what would go by which rule", async () => {
    let asked = 0;
    const user = userEvent.setup();
    await openWindow(PLACE, answers(lifecycle, {
      project_open: (id) => {
        const view = opened(projects.find((row) => row.id === id)!);
        return { ...view, capabilities: { ...view.capabilities, product: "AWS ECR", cleanup: true, cleanup_preview: true } };
      },
      project_cleanup_preview: () => {
        asked += 1;
        if (asked === 1) throw plainError("auth.denied");
        const image = (tag: string, rule: number) => ({ digest: `sha256:${tag.repeat(8)}`, tags: [tag], pushed_at: null, fate: "deleted" as const, rule });
        return { images: [image("sha-1", 1), image("sha-2", 2)], total: 3, tags: 4, rules: [[1, 2], [2, 1]] };
      },
    }));
    const ask = await screen.findByRole("button", { name: "Ask AWS ECR for its preview" });
    expect(asked).toBe(0);
    await user.click(ask);
    await screen.findByRole("alert");
    await user.click(ask);
    await screen.findByText("3 images would go now,");
    screen.getByText("2 by rule 1, 1 by rule 2.");
    screen.getByText("1 more is not listed.");
    expect(within(screen.getByRole("table")).getAllByRole("row")).toHaveLength(3);
    expect(await violations()).toEqual([]);
  });

  it("is not offered where there is none to be read", async () => {
    await openWindow(PLACE);
    await screen.findByRole("link", { name: /^Rules/, current: "page" });
    expect(screen.queryByRole("link", { name: "Cleanup" })).toBeNull();
  });
});
