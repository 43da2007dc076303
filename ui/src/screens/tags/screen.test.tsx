import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { tagDetails, tagsPage } from "../../../dev/answers/tags";
import { opened } from "../../../dev/data/ledger";
import { projects } from "../../../dev/data/projects";
import type { ImagesQuestion, Role, RoleNames, TagLine, TagQuestion, TagRow, TagsQuery } from "../../ipc/bindings";
import { plainError } from "../../ipc/client";
import { openWindow, violations } from "../../test/window";
import { rolesOf } from "./TagLineRow";

const user = userEvent.setup();
const grid = () => screen.getByRole("grid", { name: "Tags" });
const asked = (calls: readonly { name: string; request: unknown }[]) => calls.filter((call) => call.name === "tags_page").map((call) => call.request as TagsQuery);

async function openTags(answers = {}) {
  const opened = await openWindow("#/tags", answers);
  await screen.findByText("1,204 tags in 3 repositories");
  return opened;
}

const unread = (tag: TagRow): TagRow => ({ ...tag, size: null, pushed_at: null, image_unread: true });

/** A registry that tells dates and sizes of images one by one. */
const unreadImages = {
  tags_page: (query: TagsQuery) => {
    const page = tagsPage(query);
    return { ...page, lines: page.lines.map((line) => (line.line === "tag" ? { ...line, tag: unread(line.tag) } : line)) };
  },
  tag_details: (question: TagQuestion) => {
    const details = tagDetails(question);
    return { ...details, row: unread(details.row) };
  },
};

describe("the tags table", () => {
  it("lists tags by repository with their state, the deciding rule and who may change them", async () => {
    await openTags();
    const row = within(grid()).getAllByRole("row").find((one) => one.textContent?.startsWith("latest"));
    expect(row?.textContent).toMatch(/Protected.*\^\(latest\|stable\)\$.*Maintainer \/ Owner.*moved/);
    expect(within(grid()).getAllByText("402 tags").length).toBe(1);
    expect(await violations()).toEqual([]);
  });

  it("says in a project without tags what can be done before the first", async () => {
    await openWindow("#/projects/gl%3Apayments%2Fledger-api/tags", { tags_page: (query: TagsQuery) => ({ ...tagsPage(query), lines: [], total: 0, total_lines: 0, repositories: 0 }) });
    await screen.findByText("No tags yet");
    expect(screen.getByRole("button", { name: "New rule" })).toBeTruthy();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Test names…" }));
    await waitFor(() => expect(window.location.hash).toBe("#/projects/gl%3Apayments%2Fledger-api/simulator"));
  });

  it("filters by words and by state, and says what is wrong with a filter", async () => {
    const { host } = await openTags();
    await user.keyboard("/");
    await user.keyboard("nightly");
    await screen.findByText("84 tags in 3 repositories");
    await user.click(within(screen.getByRole("radiogroup", { name: "Filter by state" })).getByRole("radio", { name: /^Immutable/ }));
    await screen.findByText("No tag matches");
    expect(asked(host.calls).at(-1)).toMatchObject({ filter: "nightly", state: "immutable", offset: 0 });
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    await screen.findByText("1,204 tags in 3 repositories");
    await user.type(screen.getByRole("textbox", { name: "Filter tags" }), "opne:x");
    await screen.findByText("opne");
    expect(screen.getByText("open", { selector: "bdi" })).toBeTruthy();
  });

  it("goes through rows with the keys, opens one, and comes back to it with Esc", async () => {
    await openTags();
    grid().focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    const details = await screen.findByRole("complementary", { name: "Tag details" });
    expect(within(details).getByRole("heading", { level: 2 }).textContent).toBe("latest");
    await within(details).findByText("Why protected");
    expect(await violations()).toEqual([]);
    await user.click(within(details).getByRole("button", { name: "Next tag" }));
    await waitFor(() => expect(within(screen.getByRole("complementary", { name: "Tag details" })).getByRole("heading", { level: 2 }).textContent).toBe("main"));
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("complementary", { name: "Tag details" })).toBeNull();
    expect(document.activeElement).toBe(grid());
  });

  it("calls roles as their registry does, and says it in other words where there are none", () => {
    const { lines } = tagsPage({ project: null, filter: "", state: null, moved: false, grouped: false, sort: "name", descending: false, offset: 0, limit: 1 });
    const line = lines[0] as Extract<TagLine, { line: "tag" }>;
    const said = (roles: RoleNames, push: Role | null, remove: Role | null) => rolesOf({ ...line.tag, state: "open", roles, push, delete: remove });
    expect(said("gitlab", "maintainer", "owner")).toBe("Maintainer / Owner");
    expect(said("harbor", "developer", "owner")).toBe("Developer / Project admin");
    expect(said("none", "developer", "developer")).toBe("anybody permitted");
    expect(said("none", "developer", "maintainer")).toBe("anybody permitted");
    expect(said("none", null, "developer")).toBe("nobody / permitted");
  });

  it("asks for dates and sizes of images that come in sight, once each, and shows them", async () => {
    const { host } = await openTags({
      ...unreadImages,
      tag_images: ({ digests }: ImagesQuestion) => digests.map((digest) => ({ digest, created_at: Date.now() / 1000 - 3 * 86_400, size: 123_000_000 })),
    });
    await waitFor(() => expect(within(grid()).getAllByText("123 MB").length).toBeGreaterThan(5));
    expect(within(grid()).getAllByText("3 d").length).toBeGreaterThan(5);
    const questions = host.calls.filter((call) => call.name === "tag_images").map((call) => call.request as ImagesQuestion);
    const images = questions.flatMap((question) => question.digests.map((digest) => `${question.repository} ${digest}`));
    expect(new Set(images).size).toBe(images.length);
    expect(images.length).toBeLessThan(80);
    grid().focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    const details = await screen.findByRole("complementary", { name: "Tag details" });
    expect(details.textContent).toMatch(/Size123 MB.*Image made3 d/);
  });

  it("says that nothing is told of an image, once it was asked for", async () => {
    const { host } = await openTags({
      ...unreadImages,
      tag_images: () => [],
    });
    await waitFor(() => expect(host.calls.some((call) => call.name === "tag_images")).toBe(true));
    grid().focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    const details = await screen.findByRole("complementary", { name: "Tag details" });
    await waitFor(() => expect(details.textContent).toMatch(/Sizenot toldPushednot told/));
  });

  it("calls the column after what a registry tells, and offers no rules where it has none", async () => {
    let page = tagsPage;
    const { host } = await openWindow("#/projects/gl%3Apayments%2Fledger-api/tags", {
      project_open: (id) => {
        const view = opened(projects.find((row) => row.id === id)!);
        return { ...view, capabilities: { ...view.capabilities, product: "OCI registry", kinds: [], images_on_request: true } };
      },
      tags_page: (query) => page(query),
    });
    await screen.findByRole("columnheader", { name: "Made" });
    expect(screen.queryByRole("columnheader", { name: "Pushed" })).toBeNull();
    page = (query) => ({ ...tagsPage(query), lines: [], total: 0, total_lines: 0, repositories: 0 });
    host.tell({ event: "changed", what: "projects", project: null });
    await screen.findByText("No tags yet");
    expect(screen.queryByRole("button", { name: "New rule" })).toBeNull();
  });

  it("copies the whole digest", async () => {
    const { host } = await openTags();
    grid().focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{F2}");
    await user.click(await screen.findByRole("button", { name: "Copy digest" }));
    await waitFor(() => expect(host.copied[0]).toMatch(/^sha256:[0-9a-f]{64}$/));
  });

  it("holds millions of lines, fetching only what is in sight", async () => {
    const many = 4_000_000;
    const { host } = await openWindow("#/tags", {
      tags_page: (query: TagsQuery) => {
        const page = tagsPage({ ...query, offset: 0, limit: 1, grouped: false });
        const line = page.lines[0] as Extract<TagLine, { line: "tag" }>;
        return { ...page, total_lines: many, lines: Array.from({ length: query.limit }, (_, index) => ({ ...line, tag: { ...line.tag, name: `tag-${query.offset + index}` } })) };
      },
    });
    await screen.findByText("tag-0");
    grid().focus();
    await user.keyboard("{End}");
    await screen.findByText(`tag-${many - 1}`);
    expect(within(grid()).getAllByRole("row").length).toBeLessThan(80);
    expect(asked(host.calls).length).toBeLessThan(5);
  });

  it("says that a tag is gone", async () => {
    await openTags({ tag_details: () => { throw plainError("server.not-found"); } });
    grid().focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    await screen.findByText("This tag no longer exists");
  });

  it("shows names as text, whatever they hold", async () => {
    await openWindow("#/tags", {
      tags_page: (query: TagsQuery) => {
        const page = tagsPage(query);
        return { ...page, lines: page.lines.map((line) => (line.line === "tag" ? { ...line, tag: { ...line.tag, name: "<img src=x onerror=alert(1)>" } } : line)) };
      },
    });
    expect((await screen.findAllByText("<img src=x onerror=alert(1)>")).length).toBeGreaterThan(0);
    expect(document.querySelector("img")).toBeNull();
  });
});
