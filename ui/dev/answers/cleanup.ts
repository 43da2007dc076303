// Cleanup policies: one that says what is kept, one that says what is deleted.
import type { Cleanup, CleanupRule, Selector } from "../../src/ipc/bindings";

const glob = (pattern: string, mode: Selector["mode"] = "matching"): Selector => ({ mode, dialect: "harbor", pattern });
const kept = (number: number, rule: Partial<CleanupRule>): CleanupRule => ({
  number, enabled: true, description: null, repositories: [glob("**")], tags: [glob("**")], images: "tagged", condition: { kind: "always" }, fate: "kept", ...rule,
});

export const retention: Cleanup = {
  schedule: "0 0 3 * * *", otherwise: "deleted", unreadable: false,
  rules: [
    kept(1, { tags: [glob("v*")], condition: { kind: "newest_pushed", count: 20 } }),
    kept(2, { repositories: [glob("{storefront,cms/*}")], tags: [glob("sha-*", "excluding")], images: "any", condition: { kind: "pulled_within", days: 30 } }),
    kept(3, { enabled: false }),
  ],
  notes: ["whole_image", "immutable_kept", "other_repositories_kept"],
};

const deleted = (number: number, rule: Partial<CleanupRule>): CleanupRule => kept(number, { repositories: [], tags: [], fate: "deleted", ...rule });

export const lifecycle: Cleanup = {
  schedule: null, otherwise: "kept", unreadable: false,
  rules: [
    deleted(1, { description: "Keep thirty builds", tags: [{ mode: "matching", dialect: "ecr", pattern: "sha-*" }], condition: { kind: "beyond_newest", count: 30 } }),
    deleted(20, { images: "untagged", condition: { kind: "older_than", days: 14, since: "pushed" } }),
    deleted(30, { tags: [{ mode: "matching", dialect: "prefix", pattern: "dev-" }], condition: { kind: "older_than", days: 1, since: "pulled" }, fate: "archived" }),
  ],
  notes: ["within_a_day", "first_rule_decides", "whole_image", "immutability_ignored"],
};
