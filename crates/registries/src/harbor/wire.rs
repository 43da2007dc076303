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
    /// `None`: Harbor does not know it, or selects nothing by it.
    fn mode(&self, part: RulePart) -> Option<SelectorMode> {
        if self.kind == DOUBLESTAR { mode_of(part, &self.decoration) } else { None }
    }

    fn names_namespaces(&self) -> bool {
        self.kind == DOUBLESTAR && NAMESPACES.contains(&self.decoration.as_str())
    }
}

pub(super) const DOUBLESTAR: &str = "doublestar";
/// Registered in Harbor, but an image has no namespace when it is looked at: nothing is selected.
pub(super) const NAMESPACES: [&str; 2] = ["nsMatches", "nsExcludes"];

/// How a selector in the list of `part` selects. Harbor evaluates each decoration in either list, so
/// that `repoMatches` among tag selectors is compared with the repository (`Select` in
/// `src/lib/selector/selectors/doublestar/selector.go`).
pub(super) fn mode_of(part: RulePart, decoration: &str) -> Option<SelectorMode> {
    let (compares, excludes) = match decoration {
        "repoMatches" => (RulePart::Repositories, false),
        "repoExcludes" => (RulePart::Repositories, true),
        "matches" => (RulePart::Tags, false),
        "excludes" => (RulePart::Tags, true),
        _ => return None,
    };
    Some(match (compares == part, excludes) {
        (true, false) => SelectorMode::Matching,
        (true, true) => SelectorMode::Excluding,
        (false, false) => SelectorMode::MatchingOtherPart,
        (false, true) => SelectorMode::ExcludingOtherPart,
    })
}

/// The decoration of a selector in the list of `part`.
fn decoration_of(part: RulePart, mode: SelectorMode) -> &'static str {
    match (mode.compares(part), mode.excludes()) {
        (RulePart::Repositories, false) => "repoMatches",
        (RulePart::Repositories, true) => "repoExcludes",
        (RulePart::Tags, false) => "matches",
        (RulePart::Tags, true) => "excludes",
    }
}

impl WireRule {
    /// The rule as Harbor evaluates it: only the first selector of each list counts, and priority,
    /// action and template are never looked at (`src/pkg/immutable/match/rule/match.go`). `None`: it
    /// has no id.
    pub(super) fn read(&self, dialect: Dialect) -> Option<SavedRule> {
        let rule = Rule {
            repositories: Some(first(RulePart::Repositories, &self.scope_selectors.repository, dialect)),
            tags: first(RulePart::Tags, &self.tag_selectors, dialect),
            effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
            enabled: !self.disabled,
        };
        let unread = unread(RulePart::Repositories, &self.scope_selectors.repository)
            .chain(unread(RulePart::Tags, &self.tag_selectors));
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
            scope_selectors: Scope { repository: vec![selector(RulePart::Repositories, repositories)] },
            tag_selectors: vec![selector(RulePart::Tags, &rule.tags)],
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

fn first(part: RulePart, selectors: &[WireSelector], dialect: Dialect) -> Selector {
    let Some(selector) = selectors.first() else { return nothing(dialect) };
    if selector.names_namespaces() {
        return nothing(dialect);
    }
    let mode = selector.mode(part).unwrap_or(SelectorMode::Unsupported);
    Selector { mode, dialect, pattern: selector.pattern.clone() }
}

/// The selectors that say nothing: all after the first one, and the first one where Harbor does not
/// know it or selects nothing by it.
fn unread(part: RulePart, selectors: &[WireSelector]) -> impl Iterator<Item = UnreadSelector> + '_ {
    let said = |selector: &WireSelector| selector.mode(part).is_some();
    let skipped = usize::from(selectors.first().is_some_and(said));
    selectors.iter().enumerate().skip(skipped).map(move |(index, selector)| UnreadSelector {
        part,
        first: index == 0,
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

fn selector(part: RulePart, selector: &Selector) -> WireSelector {
    WireSelector {
        kind: DOUBLESTAR.to_owned(),
        decoration: decoration_of(part, selector.mode).to_owned(),
        pattern: selector.pattern.clone(),
    }
}
