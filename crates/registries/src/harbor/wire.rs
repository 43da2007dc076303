//! Rules as Harbor writes them, and what they come to in Tagwarden's words.

use serde::{Deserialize, Deserializer, Serialize};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{
    Blocks, Effect, Rule, RulePart, SavedRule, Selector, SelectorMode, UnreadSelector,
};

/// A rule of the API. What is left out is zero: the server omits it, too.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct WireRule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<u64>,
    #[serde(default, deserialize_with = "zero")]
    pub(super) disabled: bool,
    #[serde(default, deserialize_with = "zero")]
    priority: i64,
    #[serde(default, deserialize_with = "zero")]
    action: String,
    #[serde(default, deserialize_with = "zero")]
    template: String,
    #[serde(default, deserialize_with = "zero")]
    scope_selectors: Scope,
    #[serde(default, deserialize_with = "zero")]
    tag_selectors: Vec<WireSelector>,
}

/// The server writes zero values as nothing, as zero, or as `null`.
pub(super) fn zero<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
struct Scope {
    #[serde(default, deserialize_with = "zero")]
    repository: Vec<WireSelector>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
struct WireSelector {
    #[serde(default, deserialize_with = "zero")]
    kind: String,
    #[serde(default, deserialize_with = "zero")]
    decoration: String,
    #[serde(default, deserialize_with = "zero")]
    pattern: String,
}

impl WireSelector {
    fn names_namespaces(&self) -> bool {
        self.kind == DOUBLESTAR && NAMESPACES.contains(&self.decoration.as_str())
    }
}

pub(super) const DOUBLESTAR: &str = "doublestar";
pub(super) const REPOSITORIES: [&str; 2] = ["repoMatches", "repoExcludes"];
pub(super) const TAGS: [&str; 2] = ["matches", "excludes"];
/// Registered in Harbor, but an image has no namespace when it is looked at: nothing is selected.
const NAMESPACES: [&str; 2] = ["nsMatches", "nsExcludes"];

impl WireRule {
    /// The rule as Harbor evaluates it: only the first selector of each list counts, and priority,
    /// action and template are never looked at (`src/pkg/immutable/match/rule/match.go`). `None`: it
    /// has no id.
    pub(super) fn read(&self, dialect: Dialect) -> Option<SavedRule> {
        let rule = Rule {
            repositories: Some(first(&self.scope_selectors.repository, &REPOSITORIES, dialect)),
            tags: first(&self.tag_selectors, &TAGS, dialect),
            effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
            enabled: !self.disabled,
        };
        let unread = unread(RulePart::Repositories, &self.scope_selectors.repository, &REPOSITORIES)
            .chain(unread(RulePart::Tags, &self.tag_selectors, &TAGS));
        Some(SavedRule { id: self.id?.to_string(), rule, unread: unread.collect() })
    }

    /// A new rule as Harbor's own pages write it.
    pub(super) fn write(rule: &Rule) -> Self {
        let everything = Selector::matching(rule.tags.dialect, "**");
        let repositories = rule.repositories.as_ref().unwrap_or(&everything);
        Self {
            id: None,
            disabled: !rule.enabled,
            priority: 0,
            action: "immutable".to_owned(),
            template: "immutable_template".to_owned(),
            scope_selectors: Scope { repository: vec![selector(repositories, &REPOSITORIES)] },
            tag_selectors: vec![selector(&rule.tags, &TAGS)],
        }
    }

    /// A rule that is there, as it shall be. What Harbor makes nothing of stays as it is, unless
    /// something else is wanted in its place.
    pub(super) fn rewrite(from: &SavedRule, to: &Rule) -> Self {
        let SavedRule { id, rule, unread } = edited(from, to);
        let mut wire = Self { id: id.parse().ok(), ..Self::write(&rule) };
        for UnreadSelector { part, first, kind, decoration, pattern, .. } in unread {
            let list = match part {
                RulePart::Repositories => &mut wire.scope_selectors.repository,
                RulePart::Tags => &mut wire.tag_selectors,
            };
            if first {
                list.clear();
            }
            list.push(WireSelector { kind, decoration, pattern });
        }
        wire
    }
}

/// What a rule is once it is changed to this.
pub(super) fn edited(from: &SavedRule, to: &Rule) -> SavedRule {
    let stays = |part: RulePart| match part {
        RulePart::Repositories => from.rule.repositories == to.repositories,
        RulePart::Tags => from.rule.tags == to.tags,
    };
    let unread = from.unread.iter().filter(|unread| !unread.first || stays(unread.part)).cloned().collect();
    SavedRule { id: from.id.clone(), rule: to.clone(), unread }
}

fn first(selectors: &[WireSelector], decorations: &[&str; 2], dialect: Dialect) -> Selector {
    let Some(selector) = selectors.first() else { return nothing(dialect) };
    let named = selector.names_namespaces();
    let WireSelector { kind, decoration, pattern } = selector;
    let mode = match decoration.as_str() {
        _ if kind != DOUBLESTAR => SelectorMode::Unsupported,
        known if known == decorations[0] => SelectorMode::Matching,
        known if known == decorations[1] => SelectorMode::Excluding,
        _ if named => return nothing(dialect),
        _ => SelectorMode::Unsupported,
    };
    Selector { mode, dialect, pattern: pattern.clone() }
}

/// The selectors that say nothing: all after the first one, and the first one where it is not of the
/// usual kind.
fn unread<'a>(
    part: RulePart,
    selectors: &'a [WireSelector],
    usual: &'a [&'static str; 2],
) -> impl Iterator<Item = UnreadSelector> + 'a {
    let said = |selector: &WireSelector| {
        selector.kind == DOUBLESTAR && usual.contains(&selector.decoration.as_str())
    };
    let skipped = usize::from(selectors.first().is_some_and(said));
    selectors.iter().enumerate().skip(skipped).map(move |(place, selector)| UnreadSelector {
        part,
        first: place == 0,
        selects_nothing: selector.names_namespaces(),
        kind: selector.kind.clone(),
        decoration: selector.decoration.clone(),
        pattern: selector.pattern.clone(),
    })
}

/// A rule without a selector is passed over. An empty pattern matches everything, so that excluding
/// it leaves nothing.
fn nothing(dialect: Dialect) -> Selector {
    Selector { mode: SelectorMode::Excluding, dialect, pattern: String::new() }
}

fn selector(selector: &Selector, decorations: &[&str; 2]) -> WireSelector {
    let decoration = match selector.mode {
        SelectorMode::Matching | SelectorMode::Unsupported => decorations[0],
        SelectorMode::Excluding => decorations[1],
    };
    WireSelector {
        kind: DOUBLESTAR.to_owned(),
        decoration: decoration.to_owned(),
        pattern: selector.pattern.clone(),
    }
}
