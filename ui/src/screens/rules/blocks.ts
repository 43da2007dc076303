/** Building blocks as forms show them. */
import type { Block, Dialect } from "../../ipc/bindings";
import type { SelectorPart } from "./draft";

/** Blocks with a form. */
export type FormName = Exclude<Block["block"], "everything">;

/** What a toolbar offers: blocks with a form, and what is put there at once. */
export type BlockName = FormName | "everything" | "one_character";

const ANY: readonly BlockName[] = ["starts_with", "is_exactly", "ends_with", "any_of", "contains", "semantic_version", "commit_sha", "date"];
const GLOB: readonly BlockName[] = ["starts_with", "ends_with", "any_of", "one_character", "everything"];
const PATHS: readonly BlockName[] = ["below", "any_of", "everything"];

/** What one pattern of a language can say exactly, in the order of the toolbar. */
const OFFERED: Readonly<Record<Dialect, Readonly<Record<SelectorPart, readonly BlockName[]>>>> = {
  gitlab: { tags: ANY, repositories: [] },
  "gitlab-cleanup": { tags: ANY, repositories: [] },
  harbor: { tags: GLOB, repositories: PATHS },
  "harbor-1.1": { tags: GLOB, repositories: PATHS },
  ecr: { tags: ["starts_with", "is_exactly", "ends_with", "contains", "everything"], repositories: [] },
  "ecr-filters": { tags: ["starts_with", "is_exactly", "ends_with", "any_of", "contains", "everything"], repositories: [] },
  prefix: { tags: ["starts_with"], repositories: [] },
};

/** The blocks of a toolbar. */
export function offered(dialect: Dialect, part: SelectorPart): readonly BlockName[] {
  return OFFERED[dialect][part];
}

/** The sign for one character, in the languages whose toolbar offers it. */
export const ONE_CHARACTER = "?";

/** A block as its form begins. */
export function emptyBlock(name: FormName): Block {
  switch (name) {
    case "starts_with":
    case "is_exactly":
    case "ends_with":
    case "contains":
    case "below":
      return { block: name, text: "" };
    case "any_of":
      return { block: name, texts: [] };
    case "semantic_version":
      return { block: name, v: "always", prerelease: "never" };
    case "commit_sha":
      return { block: name, prefix: "", least: 40, most: 40 };
    case "date":
      return { block: name, prefix: "", dashes: false };
  }
}

/** What is still missing in a form. */
export function missing(block: Block): "text" | "digits" | null {
  switch (block.block) {
    case "starts_with":
    case "is_exactly":
    case "ends_with":
    case "contains":
    case "below":
      return block.text === "" ? "text" : null;
    case "any_of":
      return block.texts.length === 0 ? "text" : null;
    case "commit_sha":
      return block.least >= 1 && block.most >= block.least ? null : "digits";
    case "semantic_version":
    case "date":
    case "everything":
      return null;
  }
}

/** Entries typed with commas, blanks or line ends between them. No name holds any of these. */
export function texts(typed: string): string[] {
  return [...new Set(typed.split(/[\s,]+/).filter((text) => text !== ""))];
}
