/** Building blocks as forms show them. */
import type { Block } from "../../ipc/bindings";

/** Blocks on offer, in the order of the toolbar. */
export const BLOCKS = [
  "starts_with", "is_exactly", "ends_with", "any_of", "contains", "semantic_version", "commit_sha", "date",
] as const satisfies readonly Block["block"][];

export type BlockName = (typeof BLOCKS)[number];

/** A block as its form begins. */
export function emptyBlock(name: BlockName): Block {
  switch (name) {
    case "starts_with":
    case "is_exactly":
    case "ends_with":
    case "contains":
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

/** Texts typed with commas, blanks or line ends between them. No tag holds any of these. */
export function texts(typed: string): string[] {
  return [...new Set(typed.split(/[\s,]+/).filter((text) => text !== ""))];
}
