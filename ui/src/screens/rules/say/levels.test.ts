import { expect, it } from "vitest";
import "../../../words";
import { sayLevels } from "./levels";

const stays = { state: "protected", push_before: "maintainer", push_after: "maintainer", delete_before: "maintainer", delete_after: "owner" } as const;

it("says who can no longer do what to tags that keep their state", () => {
  expect(sayLevels([{ ...stays, tags: 54 }], "gitlab")).toBe("and 54 stay protected, but Maintainers can no longer delete them");
  expect(sayLevels([{ ...stays, tags: 1 }], "gitlab")).toBe("and 1 stays protected, but Maintainers can no longer delete it");
});

it("says what is given back", () => {
  expect(sayLevels([{ ...stays, delete_before: "owner", delete_after: "maintainer", tags: 2 }], "gitlab")).toBe("and 2 stay protected, but Maintainers can delete them again");
});

it("only counts what changes in several ways", () => {
  expect(sayLevels([{ ...stays, tags: 2 }, { ...stays, push_after: "owner", tags: 3 }], "gitlab")).toBe("and 5 keep their state, but for other roles");
});
