//! Immutability rules as the database holds them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::State;
use super::rule_size::fits;
use crate::state::{ProjectId, RuleId};

/// One selector of a rule. Nothing in it is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selector {
    /// `doublestar`, if it is to work.
    #[serde(deserialize_with = "nothing_is_zero")]
    pub kind: String,
    /// `repoMatches`, `excludes` …
    #[serde(deserialize_with = "nothing_is_zero")]
    pub decoration: String,
    /// The glob.
    #[serde(deserialize_with = "nothing_is_zero")]
    pub pattern: String,
}

impl Selector {
    /// A doublestar selector.
    #[must_use]
    pub fn new(decoration: &str, pattern: &str) -> Self {
        Self { kind: "doublestar".to_owned(), decoration: decoration.to_owned(), pattern: pattern.to_owned() }
    }
}

/// What a rule says: the text that Harbor keeps in one column, numbers and all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleText {
    /// As the client sent it, until the first change.
    #[serde(deserialize_with = "nothing_is_zero")]
    pub id: u64,
    /// As the client sent it; the row's own flag is what counts.
    #[serde(deserialize_with = "nothing_is_zero")]
    pub disabled: bool,
    /// Harbor: never read.
    #[serde(deserialize_with = "nothing_is_zero")]
    pub priority: i64,
    /// Harbor: never read.
    #[serde(deserialize_with = "nothing_is_zero")]
    pub action: String,
    /// Harbor: never read.
    #[serde(deserialize_with = "nothing_is_zero")]
    pub template: String,
    /// Only the first counts.
    pub tag_selectors: Option<Vec<Selector>>,
    /// Only the first of `repository` counts.
    pub scope_selectors: Option<BTreeMap<String, Vec<Selector>>>,
}

/// Go reads `null` as the zero value.
fn nothing_is_zero<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl RuleText {
    /// A rule as Harbor's own window sends it.
    #[must_use]
    pub fn new(repository: Selector, tag: Selector) -> Self {
        Self {
            action: "immutable".to_owned(),
            template: "immutable_template".to_owned(),
            tag_selectors: Some(vec![tag]),
            scope_selectors: Some(BTreeMap::from([("repository".to_owned(), vec![repository])])),
            ..Self::default()
        }
    }

    /// A rule for repositories and tags that match.
    #[must_use]
    pub fn matching(repositories: &str, tags: &str) -> Self {
        Self::new(Selector::new("repoMatches", repositories), Selector::new("matches", tags))
    }
}

/// A row of the table of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The number.
    pub id: RuleId,
    /// Whose rule it is. Nothing says that there is such a project.
    pub project: ProjectId,
    /// Whether it is off.
    pub disabled: bool,
    /// What it says.
    pub text: RuleText,
}

/// Why the database does not take a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// Harbor: `UNIQUE(project_id, tag_filter)`.
    SameText,
    /// It is too long for that index.
    TooLong,
}

impl State {
    /// The rules of a project in the order of the database's table.
    pub fn rules_of(&self, project: ProjectId) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.project == project)
    }

    /// The rule of that number.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rule of that number, to be changed in place.
    pub fn rule_mut(&mut self, id: RuleId) -> Option<&mut Rule> {
        self.rules.iter_mut().find(|rule| rule.id == id)
    }

    /// Adds an enabled rule without asking whether it is there already.
    pub fn add_rule(&mut self, project: ProjectId, text: RuleText) -> RuleId {
        let id = RuleId(self.next_rule);
        self.next_rule += 1;
        self.rules.push(Rule { id, project, disabled: false, text });
        id
    }

    /// Removes a rule; tells whether it was there.
    pub fn remove_rule(&mut self, id: RuleId) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        self.rules.len() != before
    }

    /// Puts these in the place of a project's rules, numbers and all.
    pub fn set_rules(&mut self, project: ProjectId, rules: Vec<Rule>) {
        self.rules.retain(|rule| rule.project != project);
        for rule in rules {
            self.count_rules_from(RuleId(rule.id.0 + 1));
            self.rules.push(Rule { project, ..rule });
        }
    }

    /// What the API's create does. Harbor: a number is used up even by what is refused.
    pub(crate) fn insert_rule(&mut self, project: ProjectId, text: RuleText) -> Result<RuleId, NotTaken> {
        let refused = if !fits(project, &text) {
            Some(NotTaken::TooLong)
        } else if self.rules_of(project).any(|rule| rule.text == text) {
            Some(NotTaken::SameText)
        } else {
            None
        };
        if let Some(refused) = refused {
            self.next_rule += 1;
            return Err(refused);
        }
        Ok(self.add_rule(project, text))
    }

    /// What the API's update does. Harbor: a change of `disabled` is saved alone; a text that another
    /// rule has, number and all, breaks the database's constraint.
    pub(crate) fn update_rule(&mut self, id: RuleId, text: RuleText) -> Result<(), NotTaken> {
        let Some(at) = self.rules.iter().position(|rule| rule.id == id) else {
            return Ok(());
        };
        let mut rule = self.rules.remove(at);
        let text = RuleText { id: id.0, ..text };
        let mut saved = Ok(());
        if rule.disabled != text.disabled {
            rule.disabled = text.disabled;
        } else if self.rules_of(rule.project).any(|other| other.text == text) {
            saved = Err(NotTaken::SameText);
        } else if !fits(rule.project, &text) {
            saved = Err(NotTaken::TooLong);
        } else {
            rule.text = text;
        }
        self.rules.push(rule);
        saved
    }
}
