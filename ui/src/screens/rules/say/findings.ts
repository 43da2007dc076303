/** Findings as sentences. */
import type { Block, Dialect, Fix, Rule, Translation, What } from "../../../ipc/bindings";
import { dialectKey } from "./dialect";
import { PROTECTING, sayRole } from "./roles";
import { t } from "./t";
import { value } from "./values";

/** What a finding's sentences need to know around it. */
export type Around = {
  product: string;
  dialect: Dialect;
  pattern: string;
  /** The pattern of repositories, where there is one. */
  repositories?: string | undefined;
};

/** A finding in words: a name for tables, a line for a card, a title, what it means, a remedy. */
export type Said = { name: string; card: string; title: string; text: string; remedy: string };

/** The finding in words. Rule numbers are counted from 1, as the list shows them. */
export function sayFinding(what: What, around: Around): Said {
  const pattern = value("part" in what && what.part === "repositories" ? (around.repositories ?? "") : around.pattern);
  const product = around.product;
  switch (what.code) {
    case "matches_every_tag": {
      const key = dialectKey(around.dialect);
      const dialect = t(`rules.dialect.${key}.name`);
      return {
        name: t("findings.matches_every_tag.name"),
        card: t("findings.matches_every_tag.card"),
        title: t("findings.matches_every_tag.title", { pattern }),
        text:
          what.repeated === null
            ? t(`rules.dialect.${key}.every.text`)
            : t("findings.matches_every_tag.text_repeated", { dialect, repeated: value(what.repeated) }),
        remedy: t(`rules.dialect.${key}.every.remedy`),
      };
    }
    case "matches_nothing": {
      const effect = what.never ? t("findings.matches_nothing.text_never") : t("findings.matches_nothing.text");
      return {
        name: t("findings.matches_nothing.name"),
        card: what.never ? t("findings.matches_nothing.card_never") : t("findings.matches_nothing.card"),
        title: what.never ? t("findings.matches_nothing.title_never", { pattern }) : t("findings.matches_nothing.title", { pattern }),
        text: what.excluding ? t("findings.matches_nothing.text_excluding") : effect,
        remedy: t("findings.matches_nothing.remedy"),
      };
    }
    case "foreign_syntax": {
      const reads = t(`findings.foreign_syntax.reads.${dialectKey(around.dialect)}`, { product });
      const none = what.matches_none ? [t("findings.foreign_syntax.none")] : [];
      const proof = what.translation === null ? [] : [sayTranslation(what.translation)].filter((text) => text !== "");
      return {
        name: t("findings.foreign_syntax.name"),
        card: t("findings.foreign_syntax.card"),
        title: t(`findings.foreign_syntax.title_${what.syntax}`, { pattern }),
        text: [reads, ...none, ...proof].join(" "),
        remedy: t("findings.foreign_syntax.remedy"),
      };
    }
    case "unreachable":
      return {
        name: t("findings.unreachable.name"),
        card: t(`findings.unreachable.card_${what.whole ? "whole_" : ""}${what.part}`),
        title: t(`findings.unreachable.title_${what.part}`, { part: value(what.text) }),
        text: sayUnreachable(what.character),
        remedy: t("findings.unreachable.remedy"),
      };
    case "exact_names_only": {
      const entries = listed(what.entries.map((entry) => `\`${value(entry)}\``));
      const example = value(what.example ?? "");
      const beyond = what.beyond > 0 ? t("findings.exact_names_only.text_beyond", { count: what.beyond, example }) : t("findings.exact_names_only.text_example", { example });
      const effect = what.excluding ? [t("findings.exact_names_only.excluding")] : what.cleanup ? [t("findings.exact_names_only.cleanup")] : [];
      return {
        name: t("findings.exact_names_only.name"),
        card: t("findings.exact_names_only.card"),
        title: t("findings.exact_names_only.title", { count: what.entries.length, entries }),
        text: [what.example === null ? t("findings.exact_names_only.text") : beyond, ...effect].join(" "),
        remedy: t("findings.exact_names_only.remedy"),
      };
    }
    case "not_validated":
      return {
        name: t("findings.not_validated.name"),
        card: t("findings.not_validated.card", { product }),
        title: t("findings.not_validated.title", { product, pattern }),
        text: t("findings.not_validated.text", { reason: value(what.reason) }),
        remedy: what.column === null ? t("findings.not_validated.remedy") : t("findings.not_validated.remedy_column", { column: what.column }),
      };
    case "slow_pattern":
      return {
        name: t("findings.slow_pattern.name"),
        card: t("findings.slow_pattern.card", { product }),
        title: t("findings.slow_pattern.title", { product, pattern }),
        text: t("findings.slow_pattern.text", { steps: what.steps, example: value(what.example) }),
        remedy: t("findings.slow_pattern.remedy"),
      };
    case "not_anchored": {
      const example = value(what.example);
      return {
        name: t("findings.not_anchored.name"),
        card: t("findings.not_anchored.card"),
        title: t("findings.not_anchored.title", { pattern }),
        text: what.exists ? t("findings.not_anchored.text_exists", { example }) : t("findings.not_anchored.text_made_up", { example }),
        remedy: t("findings.not_anchored.remedy"),
      };
    }
    case "loose_alternatives": {
      const example = value(what.example);
      return {
        name: t("findings.loose_alternatives.name"),
        card: t("findings.loose_alternatives.card"),
        title: t("findings.loose_alternatives.title", { pattern }),
        text: what.exists
          ? t("findings.loose_alternatives.text_exists", { example, pattern })
          : t("findings.loose_alternatives.text_made_up", { example, pattern }),
        remedy: t("findings.loose_alternatives.remedy"),
      };
    }
    case "unescaped_dot":
      return {
        name: t("findings.unescaped_dot.name"),
        card: t("findings.unescaped_dot.card"),
        title: t("findings.unescaped_dot.title", { pattern }),
        text: t("findings.unescaped_dot.text", { example: value(what.example) }),
        remedy: t("findings.unescaped_dot.remedy"),
      };
    case "covered": {
      const other = what.by + 1;
      return {
        name: t("findings.covered.name"),
        card: t("findings.covered.card", { other }),
        title: t("findings.covered.title", { other }),
        text: what.example === null ? t("findings.covered.text") : t("findings.covered.text_example", { example: value(what.example) }),
        remedy: t("findings.covered.remedy"),
      };
    }
    case "covered_together": {
      const others = listed(what.by.map((other) => String(other + 1)));
      const examples = what.by.flatMap((other, at) => {
        const example = what.examples[at];
        return example === undefined ? [] : [t("findings.covered_together.example", { example: value(example, 40), other: other + 1 })];
      });
      return {
        name: t("findings.covered_together.name"),
        card: t("findings.covered_together.card", { others }),
        title: t("findings.covered_together.title", { others }),
        text: t("findings.covered_together.text", { examples: listed(examples) }),
        remedy: t("findings.covered_together.remedy"),
      };
    }
    case "same_tags": {
      const other = what.with + 1;
      return {
        name: t("findings.same_tags.name"),
        card: t("findings.same_tags.card", { other }),
        title: t("findings.same_tags.title", { other }),
        text: what.example === null ? t("findings.same_tags.text") : t("findings.same_tags.text_example", { example: value(what.example), other }),
        remedy: t("findings.same_tags.remedy"),
      };
    }
    case "contradictory_levels": {
      const other = what.with + 1;
      const values = {
        example: value(what.example),
        push: sayRole(PROTECTING, what.push),
        delete: sayRole(PROTECTING, what.delete),
      };
      return {
        name: t("findings.contradictory_levels.name"),
        card: t("findings.contradictory_levels.card", { other }),
        title: t("findings.contradictory_levels.title", { other }),
        text: t("findings.contradictory_levels.text", values),
        remedy: t("findings.contradictory_levels.remedy"),
      };
    }
    case "rule_limit": {
      const limit = what.limit;
      return {
        name: t("findings.rule_limit.name"),
        card: t("findings.rule_limit.card"),
        title: t("findings.rule_limit.title", { limit }),
        text: t("findings.rule_limit.text", { product, limit }),
        remedy: t("findings.rule_limit.remedy"),
      };
    }
    case "pattern_too_long": {
      const values = { characters: what.characters, limit: what.limit };
      return {
        name: t("findings.pattern_too_long.name"),
        card: t("findings.pattern_too_long.card", values),
        title: t("findings.pattern_too_long.title", values),
        text: t("findings.pattern_too_long.text", { product }),
        remedy: t("findings.pattern_too_long.remedy"),
      };
    }
    case "pattern_too_many_bytes": {
      const values = { bytes: what.bytes, limit: what.limit };
      return {
        name: t("findings.pattern_too_many_bytes.name"),
        card: t("findings.pattern_too_many_bytes.card", values),
        title: t("findings.pattern_too_many_bytes.title", values),
        text: t("findings.pattern_too_many_bytes.text", { product }),
        remedy: t("findings.pattern_too_many_bytes.remedy", { limit: what.limit }),
      };
    }
    case "rule_may_be_too_long": {
      const values = { bytes: what.bytes, limit: what.limit };
      return {
        name: t("findings.rule_may_be_too_long.name"),
        card: t("findings.rule_may_be_too_long.card", values),
        title: t("findings.rule_may_be_too_long.title", values),
        text: t("findings.rule_may_be_too_long.text", { ...values, product }),
        remedy: t("findings.rule_may_be_too_long.remedy"),
      };
    }
    case "duplicate_pattern": {
      const other = what.with + 1;
      return {
        name: t("findings.duplicate_pattern.name"),
        card: t("findings.duplicate_pattern.card", { other }),
        title: t("findings.duplicate_pattern.title", { other }),
        text: what.other_kind ? t("findings.duplicate_pattern.text_other_kind", { product }) : t("findings.duplicate_pattern.text", { product }),
        remedy: t("findings.duplicate_pattern.remedy"),
      };
    }
    case "blocks_moving_tags":
      return {
        name: t("findings.blocks_moving_tags.name"),
        card: t("findings.blocks_moving_tags.card"),
        title: t("findings.blocks_moving_tags.title", { tags: sayMoving(what) }),
        text: t("findings.blocks_moving_tags.text"),
        remedy: t("findings.blocks_moving_tags.remedy"),
      };
    case "enforcer_refuses": {
      const construct = value(what.construct);
      return {
        name: t("findings.enforcer_refuses.name"),
        card: t("findings.enforcer_refuses.card", { construct }),
        title: t("findings.enforcer_refuses.title", { product, construct }),
        text: t("findings.enforcer_refuses.text"),
        remedy: t("findings.enforcer_refuses.remedy", { construct }),
      };
    }
    case "malformed_pattern": {
      const example = value(what.example ?? "");
      const effect = what.exists ? t("findings.malformed_pattern.text_exists", { example }) : t("findings.malformed_pattern.text_made_up", { example });
      return {
        name: t("findings.malformed_pattern.name"),
        card: t("findings.malformed_pattern.card"),
        title: t("findings.malformed_pattern.title", { pattern, product }),
        text: what.example === null ? t("findings.malformed_pattern.text") : effect,
        remedy: what.column === null ? t("findings.malformed_pattern.remedy") : t("findings.malformed_pattern.remedy_column", { column: what.column }),
      };
    }
    case "malformed_repositories":
      return {
        name: t("findings.malformed_repositories.name"),
        card: t("findings.malformed_repositories.card"),
        title: t("findings.malformed_repositories.title", { product }),
        text: t("findings.malformed_repositories.text", { count: what.repositories }),
        remedy: what.column === null ? t("findings.malformed_repositories.remedy") : t("findings.malformed_repositories.remedy_column", { column: what.column }),
      };
    case "unsupported_selector":
      return {
        name: t("findings.unsupported_selector.name"),
        card: t("findings.unsupported_selector.card", { product }),
        title: t("findings.unsupported_selector.title", { product }),
        text: t("findings.unsupported_selector.text"),
        remedy: t("findings.unsupported_selector.remedy"),
      };
    case "switches_off_later_rules":
      return {
        name: t("findings.switches_off_later_rules.name"),
        card: t("findings.switches_off_later_rules.card", { count: what.tags }),
        title: t("findings.switches_off_later_rules.title", { count: what.tags }),
        text: t("findings.switches_off_later_rules.text", { product, example: value(what.example), repository: value(what.repository) }),
        remedy: t("findings.switches_off_later_rules.remedy"),
      };
    case "project_in_repositories":
      return {
        name: t("findings.project_in_repositories.name"),
        card: t("findings.project_in_repositories.card"),
        title: t("findings.project_in_repositories.title"),
        text: t("findings.project_in_repositories.text", { project: value(what.project) }),
        remedy: t("findings.project_in_repositories.remedy"),
      };
    case "no_repository":
      return {
        name: t("findings.no_repository.name"),
        card: t("findings.no_repository.card"),
        title: t("findings.no_repository.title"),
        text: t("findings.no_repository.text"),
        remedy: t("findings.no_repository.remedy"),
      };
    case "hidden_by_product":
      return {
        name: t("findings.hidden_by_product.name"),
        card: t("findings.hidden_by_product.card"),
        title: t("findings.hidden_by_product.title", { product, shown: what.shown, used: what.used }),
        text: t("findings.hidden_by_product.text"),
        remedy: t("findings.hidden_by_product.remedy"),
      };
    case "server_disagrees": {
      const values = { example: value(what.example), repository: value(what.repository) };
      return {
        name: t("findings.server_disagrees.name"),
        card: t("findings.server_disagrees.card"),
        title: t("findings.server_disagrees.title", { count: what.tags, product }),
        text: what.immutable ? t("findings.server_disagrees.text_immutable", values) : t("findings.server_disagrees.text_open", values),
        remedy: t("findings.server_disagrees.remedy"),
      };
    }
    case "alternative_lost":
      return {
        name: t("findings.alternative_lost.name"),
        card: t("findings.alternative_lost.card"),
        title: t("findings.alternative_lost.title", { pattern, example: value(what.example) }),
        text: t("findings.alternative_lost.text", { product }),
        remedy: t("findings.alternative_lost.remedy"),
      };
    case "further_selectors": {
      const patterns = listed(what.patterns.map((one) => `\`${value(one)}\``));
      return {
        name: t("findings.further_selectors.name"),
        card: t("findings.further_selectors.card"),
        title: t("findings.further_selectors.title", { product }),
        text: t("findings.further_selectors.text", { patterns }),
        remedy: t("findings.further_selectors.remedy"),
      };
    }
    case "namespace_selector":
      return {
        name: t("findings.namespace_selector.name"),
        card: t("findings.namespace_selector.card"),
        title: t("findings.namespace_selector.title", { decoration: value(what.decoration), namespace: value(what.pattern) }),
        text: t("findings.namespace_selector.text", { product }),
        remedy: t("findings.namespace_selector.remedy"),
      };
    case "bare_comma":
    case "double_star_in_braces":
    case "white_space":
      return {
        name: t(`findings.${what.code}.name`),
        card: t(`findings.${what.code}.card`),
        title: t(`findings.${what.code}.title`, { pattern }),
        text: t(`findings.${what.code}.text`),
        remedy: t(`findings.${what.code}.remedy`),
      };
    case "uncertain_pattern":
      return {
        name: t("findings.uncertain_pattern.name"),
        card: t("findings.uncertain_pattern.card"),
        title: t("findings.uncertain_pattern.title", { pattern }),
        text: t("findings.uncertain_pattern.text"),
        remedy: t("findings.uncertain_pattern.remedy"),
      };
    case "no_rules":
      return {
        name: t("findings.no_rules.name"),
        card: t("findings.no_rules.card"),
        title: t("findings.no_rules.title"),
        text: t("findings.no_rules.text", { count: what.open }),
        remedy: t("findings.no_rules.remedy"),
      };
  }
}

/** How far a translation is what is meant. */
function sayTranslation({ pattern, equal, also, not }: Translation): string {
  const named = (tags: readonly string[]) => listed(tags.map((tag) => `\`${value(tag)}\``));
  const translation = value(pattern);
  if (equal) return t("findings.foreign_syntax.equal", { translation });
  if (also.length > 0 && not.length > 0) return t("findings.foreign_syntax.both", { translation, tags: named(also), others: named(not) });
  if (also.length > 0) return t("findings.foreign_syntax.also", { translation, tags: named(also) });
  return not.length > 0 ? t("findings.foreign_syntax.not", { translation, tags: named(not) }) : "";
}

function sayUnreachable(character: string | null): string {
  if (character === null) return t("findings.unreachable.start");
  if (character === "+") return t("findings.unreachable.plus");
  if (character.trim() === "") return t("findings.unreachable.space");
  const image = character === "/" || character === ":" || character === "@";
  return t(image ? "findings.unreachable.image" : "findings.unreachable.character", { character: value(character) });
}

/** Tags that move, each with why where its name does not tell. */
function sayMoving({ tags, reasons, total }: Extract<What, { code: "blocks_moving_tags" }>): string {
  const named = tags.map((tag, index) => t(`findings.blocks_moving_tags.why.${reasons[index] ?? "latest"}`, { tag: `\`${value(tag)}\`` }));
  const list = named.join(reasons.some((reason) => reason !== "latest" && reason !== "channel" && reason !== "branch") ? "; " : ", ");
  const more = total - tags.length;
  return more > 0 ? t("findings.blocks_moving_tags.more", { tags: list, count: more }) : list;
}

/** “1, 3 and 4”. */
function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(t("findings.comma"))}${t("findings.and")}${last}`;
}

/** The name of a finding, for table cells. */
export function findingName(what: What): string {
  return t(`findings.${what.code}.name`);
}

/** A building block's meaning, as the fixes list it: “starts with v”. */
export function meaningOf(block: Block): string {
  switch (block.block) {
    case "is_exactly":
      return t("rules.meaning.is_exactly", { text: value(block.text, 40) });
    case "starts_with":
      return t("rules.meaning.starts_with", { text: value(block.text, 40) });
    case "ends_with":
      return t("rules.meaning.ends_with", { text: value(block.text, 40) });
    case "contains":
      return t("rules.meaning.contains", { text: value(block.text, 40) });
    case "any_of":
      return t("rules.meaning.any_of", { texts: value(block.texts.join(", "), 60) });
    case "semantic_version":
      return block.v === "always" ? t("rules.meaning.semantic_version_v") : t("rules.meaning.semantic_version");
    case "commit_sha":
      return block.prefix === ""
        ? t("rules.meaning.commit_sha")
        : t("rules.meaning.commit_sha_prefix", { prefix: value(block.prefix, 40) });
    case "date":
      return block.prefix === "" ? t("rules.meaning.date") : t("rules.meaning.date_prefix", { prefix: value(block.prefix, 40) });
    case "below":
      return t("rules.meaning.below", { text: value(block.text, 40) });
    case "everything":
      return t("rules.meaning.everything");
  }
}

/** A rule with a fix carried out; `null`: the fix is not about the rule's text. */
export function replaced(rule: Rule, fix: Fix): Rule | null {
  if (fix.do === "replace_pattern") return { ...rule, tags: { ...rule.tags, pattern: fix.pattern } };
  if (fix.do === "replace_selector") return { ...rule, tags: fix.tags };
  if (fix.do !== "replace_repositories" || rule.repositories === null) return null;
  return { ...rule, repositories: { ...rule.repositories, pattern: fix.pattern } };
}
