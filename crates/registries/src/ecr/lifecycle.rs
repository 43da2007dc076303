//! Lifecycle policies: the text of one read into plain data, as far as its meaning is certain.
//!
//! Source: the user guide's pages on policy parameters and on how rules are evaluated. What it does
//! not describe is refused with the place, never guessed.

use std::collections::HashSet;

use serde::Deserialize;

/// Most wildcards of one pattern. One more pair than exclusion filters may have.
const MOST_STARS: usize = 4;

/// A policy. Rules are applied in this order: the lowest number first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// Its rules.
    pub rules: Vec<LifecycleRule>,
}

/// One rule. An image that a rule selects by its tags is never expired by a later one, also when the
/// rule itself keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifecycleRule {
    /// Its number.
    pub priority: u32,
    /// What its author says of it.
    pub description: Option<String>,
    /// Which images it is about.
    pub select: Select,
    /// Which of those it acts on.
    pub when: When,
    /// What it does with them.
    pub action: Action,
}

/// Images by their tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Select {
    /// All.
    Any,
    /// Those without a tag.
    Untagged,
    /// Those that have tags for *all* of these wildcard patterns.
    Patterns(Vec<String>),
    /// Those that have tags for *all* of these prefixes.
    Prefixes(Vec<String>),
}

/// The condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// All but this many of the youngest.
    MoreThan(u32),
    /// Those for which this many days have gone by.
    Days {
        /// Since when.
        since: Since,
        /// How many.
        days: u32,
    },
}

/// What days are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The push of the image; moving a tag to it does not count.
    Pushed,
    /// The last pull.
    Pulled,
    /// The move to the archive.
    Transitioned,
}

/// What becomes of the images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// They are deleted.
    Expire,
    /// They are moved to the archive, from where they cannot be pulled.
    Archive,
}

/// Why a text is no policy whose meaning is certain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rule {rule:?}: {what:?}")]
pub struct LifecycleError {
    /// The number of the rule, where it is about one.
    pub rule: Option<u32>,
    /// What is wrong.
    pub what: LifecycleFault,
}

/// What is wrong with a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifecycleFault {
    /// It is not JSON of this shape: something is missing, of another type, or not known.
    Unreadable,
    /// Two rules have the same number.
    SamePriority,
    /// A rule for all images is not the last.
    AnyNotLast,
    /// A rule for tagged images has no list of tags, or two; or one for others has one.
    Lists,
    /// A pattern has too many wildcards, or is empty.
    Pattern,
    /// A number is 0 or less, or the unit is missing or not days.
    Count,
    /// The storage class does not go with what is counted.
    Storage,
    /// The action does not go with what is counted.
    Action,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rule {
    rule_priority: u32,
    description: Option<String>,
    selection: Selection,
    action: WireAction,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Selection {
    tag_status: Status,
    tag_pattern_list: Option<Vec<String>>,
    tag_prefix_list: Option<Vec<String>>,
    storage_class: Option<Storage>,
    count_type: Counted,
    count_unit: Option<Unit>,
    count_number: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WireAction {
    #[serde(rename = "type")]
    kind: Kind,
    target_storage_class: Option<Storage>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Status {
    Tagged,
    Untagged,
    Any,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Storage {
    Standard,
    Archive,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Counted {
    ImageCountMoreThan,
    SinceImagePushed,
    SinceImagePulled,
    SinceImageTransitioned,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Days,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Expire,
    Transition,
}

impl Lifecycle {
    /// Reads a policy's text.
    ///
    /// # Errors
    /// When the service would refuse it, or its meaning is not certain.
    pub fn read(text: &str) -> Result<Self, LifecycleError> {
        let unreadable = LifecycleError { rule: None, what: LifecycleFault::Unreadable };
        let policy: Policy = serde_json::from_str(text).map_err(|_| unreadable)?;
        let mut seen = HashSet::new();
        let mut rules = Vec::with_capacity(policy.rules.len());
        for rule in policy.rules {
            let priority = rule.rule_priority;
            let wrong = |what| LifecycleError { rule: Some(priority), what };
            if !seen.insert(priority) {
                return Err(wrong(LifecycleFault::SamePriority));
            }
            rules.push(LifecycleRule {
                priority,
                select: select(&rule.selection).map_err(wrong)?,
                when: when(&rule.selection).map_err(wrong)?,
                action: action(&rule.selection, &rule.action).map_err(wrong)?,
                description: rule.description,
            });
        }
        rules.sort_by_key(|rule| rule.priority);
        let before_last = rules.iter().rev().skip(1);
        if let Some(early) = before_last.into_iter().find(|rule| rule.select == Select::Any) {
            return Err(LifecycleError { rule: Some(early.priority), what: LifecycleFault::AnyNotLast });
        }
        Ok(Self { rules })
    }
}

fn select(selection: &Selection) -> Result<Select, LifecycleFault> {
    let patterns = selection.tag_pattern_list.clone().filter(|list| !list.is_empty());
    let prefixes = selection.tag_prefix_list.clone().filter(|list| !list.is_empty());
    match (selection.tag_status, patterns, prefixes) {
        (Status::Any, None, None) => Ok(Select::Any),
        (Status::Untagged, None, None) => Ok(Select::Untagged),
        (Status::Tagged, Some(patterns), None) => {
            let fit = |pattern: &String| !pattern.is_empty() && pattern.matches('*').count() <= MOST_STARS;
            patterns.iter().all(fit).then_some(Select::Patterns(patterns)).ok_or(LifecycleFault::Pattern)
        }
        (Status::Tagged, None, Some(prefixes)) => {
            let fit = prefixes.iter().all(|prefix| !prefix.is_empty());
            fit.then_some(Select::Prefixes(prefixes)).ok_or(LifecycleFault::Pattern)
        }
        _ => Err(LifecycleFault::Lists),
    }
}

fn when(selection: &Selection) -> Result<When, LifecycleFault> {
    let number = u32::try_from(selection.count_number).ok().filter(|number| *number > 0);
    let number = number.ok_or(LifecycleFault::Count)?;
    let since = match selection.count_type {
        Counted::ImageCountMoreThan if selection.count_unit.is_none() => return Ok(When::MoreThan(number)),
        Counted::ImageCountMoreThan => return Err(LifecycleFault::Count),
        Counted::SinceImagePushed => Since::Pushed,
        Counted::SinceImagePulled => Since::Pulled,
        Counted::SinceImageTransitioned => Since::Transitioned,
    };
    if selection.count_unit.is_none() {
        return Err(LifecycleFault::Count);
    }
    // Only what is in the archive has been moved there.
    let archived = selection.storage_class == Some(Storage::Archive);
    if archived != (since == Since::Transitioned) {
        return Err(LifecycleFault::Storage);
    }
    Ok(When::Days { since, days: number })
}

fn action(selection: &Selection, action: &WireAction) -> Result<Action, LifecycleFault> {
    match (action.kind, action.target_storage_class) {
        (Kind::Expire, None) => Ok(Action::Expire),
        (Kind::Transition, Some(Storage::Archive))
            if selection.count_type != Counted::SinceImageTransitioned =>
        {
            Ok(Action::Archive)
        }
        _ => Err(LifecycleFault::Action),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn rule(priority: u32, change: &Value) -> Value {
        let mut rule = json!({
            "rulePriority": priority,
            "selection": {
                "tagStatus": "tagged", "tagPatternList": ["v*"],
                "countType": "imageCountMoreThan", "countNumber": 30,
            },
            "action": { "type": "expire" },
        });
        for (part, fields) in change.as_object().unwrap() {
            for (field, value) in fields.as_object().unwrap() {
                if value.is_null() {
                    rule[part].as_object_mut().unwrap().remove(field);
                } else {
                    rule[part][field] = value.clone();
                }
            }
        }
        rule
    }

    fn read(rules: &[Value]) -> Result<Lifecycle, LifecycleError> {
        Lifecycle::read(&json!({ "rules": rules }).to_string())
    }

    #[test]
    fn rules_come_in_the_order_in_which_they_are_applied() {
        let untagged = json!({ "selection": {
            "tagStatus": "untagged", "tagPatternList": null, "countType": "sinceImagePushed", "countUnit": "days",
            "countNumber": 14,
        }});
        let any = json!({ "selection": { "tagStatus": "any", "tagPatternList": null } });
        let archive = json!({
            "selection": {
                "tagPatternList": null, "tagPrefixList": ["dev-", "pr-"], "countType": "sinceImagePulled",
                "countUnit": "days", "storageClass": "standard",
            },
            "action": { "type": "transition", "targetStorageClass": "archive" },
        });
        let policy =
            read(&[rule(90, &any), rule(20, &untagged), rule(3, &json!({})), rule(7, &archive)]).unwrap();
        let told: Vec<_> = policy
            .rules
            .iter()
            .map(|rule| (rule.priority, rule.select.clone(), rule.when, rule.action))
            .collect();
        let days = |since, days| When::Days { since, days };
        assert_eq!(
            told,
            [
                (3, Select::Patterns(vec!["v*".into()]), When::MoreThan(30), Action::Expire),
                (
                    7,
                    Select::Prefixes(vec!["dev-".into(), "pr-".into()]),
                    days(Since::Pulled, 30),
                    Action::Archive
                ),
                (20, Select::Untagged, days(Since::Pushed, 14), Action::Expire),
                (90, Select::Any, When::MoreThan(30), Action::Expire),
            ]
        );
    }

    #[test]
    fn what_the_service_would_refuse_is_refused_with_its_rule() {
        let selection = |fields: Value| json!({ "selection": fields });
        for (change, what) in [
            (selection(json!({ "tagPatternList": null })), LifecycleFault::Lists),
            (selection(json!({ "tagPrefixList": ["a"] })), LifecycleFault::Lists),
            (selection(json!({ "tagStatus": "untagged" })), LifecycleFault::Lists),
            (selection(json!({ "tagPatternList": ["test*1*2*3*4*5*6"] })), LifecycleFault::Pattern),
            (selection(json!({ "countNumber": 0 })), LifecycleFault::Count),
            (selection(json!({ "countUnit": "days" })), LifecycleFault::Count),
            (selection(json!({ "countType": "sinceImagePushed" })), LifecycleFault::Count),
            (
                selection(json!({ "countType": "sinceImageTransitioned", "countUnit": "days" })),
                LifecycleFault::Storage,
            ),
            (json!({ "action": { "type": "transition" } }), LifecycleFault::Action),
            (json!({ "action": { "targetStorageClass": "archive" } }), LifecycleFault::Action),
        ] {
            assert_eq!(read(&[rule(5, &change)]), Err(LifecycleError { rule: Some(5), what }), "{change}");
        }
        assert!(read(&[rule(5, &selection(json!({ "tagPatternList": ["*test*1*2*3"] })))]).is_ok());
        let any = selection(json!({ "tagStatus": "any", "tagPatternList": null }));
        let early = read(&[rule(1, &any), rule(2, &json!({}))]);
        assert_eq!(early, Err(LifecycleError { rule: Some(1), what: LifecycleFault::AnyNotLast }));
        let twice = read(&[rule(1, &json!({})), rule(1, &json!({}))]);
        assert_eq!(twice, Err(LifecycleError { rule: Some(1), what: LifecycleFault::SamePriority }));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        let unknown = json!({ "selection": { "countType": "sinceTheMoonWasFull" } });
        let field = json!({ "selection": { "exceptTagged": "latest" } });
        let unreadable = Err(LifecycleError { rule: None, what: LifecycleFault::Unreadable });
        assert_eq!(read(&[rule(1, &unknown)]), unreadable);
        assert_eq!(read(&[rule(1, &field)]), unreadable);
        assert_eq!(Lifecycle::read("{"), unreadable);
    }
}
