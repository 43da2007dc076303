//! Lifecycle policies: the text of one read into plain data, as far as its meaning is certain.
//!
//! Source: the user guide's pages on policy parameters and on how rules are evaluated, and its examples.
//! What they do not describe is not guessed: that rule stays unread, with the reason, beside the others.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

/// Most wildcards of one pattern. One more pair than exclusion filters may have.
const MOST_STARS: usize = 4;

/// A policy. Rules are applied in this order: the lowest number first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// Its rules.
    pub rules: Vec<LifecycleRule>,
    /// Rules whose meaning is not certain.
    pub unread: Vec<UnreadRule>,
}

/// A rule whose meaning is not certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadRule {
    /// Its number; its place among the rules where it has none.
    pub priority: u32,
    /// What is wrong.
    pub what: LifecycleFault,
    /// The rule as it is written.
    pub text: String,
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

/// The text is no policy: it is no JSON with a list of rules and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a lifecycle policy")]
pub struct LifecycleError;

/// What is wrong with a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifecycleFault {
    /// It is not JSON of this shape: something is missing, of another type, or not known.
    Unreadable,
    /// Two rules have the same number.
    SamePriority,
    /// A rule for all images of a storage class is not the last that does the same with images of that
    /// class.
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
    rules: Vec<Value>,
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
    /// When it is no policy at all.
    pub fn read(text: &str) -> Result<Self, LifecycleError> {
        let policy: Policy = serde_json::from_str(text).map_err(|_| LifecycleError)?;
        let mut read = Vec::with_capacity(policy.rules.len());
        let mut unread = Vec::new();
        let mut seen = HashSet::new();
        for (place, value) in (1..).zip(policy.rules) {
            let number = value.get("rulePriority").and_then(Value::as_u64);
            let priority = number.and_then(|number| u32::try_from(number).ok()).unwrap_or(place);
            let text = value.to_string();
            match read_rule(value) {
                Ok(_) if !seen.insert(priority) => {
                    unread.push(UnreadRule { priority, what: LifecycleFault::SamePriority, text });
                }
                Ok((storage, rule)) => read.push((storage, text, rule)),
                Err(what) => unread.push(UnreadRule { priority, what, text }),
            }
        }
        read.sort_by_key(|(_, _, rule)| rule.priority);
        let classes: Vec<(Storage, Action)> =
            read.iter().map(|(storage, _, rule)| (*storage, rule.action)).collect();
        let mut rules = Vec::with_capacity(read.len());
        for (place, (storage, text, rule)) in read.into_iter().enumerate() {
            // Rules for images in the archive are none for those outside, so that "for all" ends each list by
            // itself. The user guide's own example archives all images first and then expires all archived ones.
            let later = classes.iter().skip(place + 1).any(|class| *class == (storage, rule.action));
            if rule.select == Select::Any && later {
                unread.push(UnreadRule { priority: rule.priority, what: LifecycleFault::AnyNotLast, text });
            } else {
                rules.push(rule);
            }
        }
        Ok(Self { rules, unread })
    }
}

fn read_rule(value: Value) -> Result<(Storage, LifecycleRule), LifecycleFault> {
    let rule: Rule = serde_json::from_value(value).map_err(|_| LifecycleFault::Unreadable)?;
    let read = LifecycleRule {
        priority: rule.rule_priority,
        select: select(&rule.selection)?,
        when: when(&rule.selection)?,
        action: action(&rule.selection, &rule.action)?,
        description: rule.description,
    };
    Ok((rule.selection.storage_class.unwrap_or(Storage::Standard), read))
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
    // Only what is in the archive has been moved there, and of what is there nothing else is counted.
    let archived = selection.storage_class == Some(Storage::Archive);
    if archived != (selection.count_type == Counted::SinceImageTransitioned) {
        return Err(LifecycleFault::Storage);
    }
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

    fn faults(rules: &[Value]) -> Vec<(u32, LifecycleFault)> {
        read(rules).unwrap().unread.iter().map(|rule| (rule.priority, rule.what)).collect()
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
            assert_eq!(faults(&[rule(5, &change)]), [(5, what)], "{change}");
        }
        assert!(faults(&[rule(5, &selection(json!({ "tagPatternList": ["*test*1*2*3"] })))]).is_empty());
        let any = selection(json!({ "tagStatus": "any", "tagPatternList": null }));
        assert_eq!(faults(&[rule(1, &any), rule(2, &json!({}))]), [(1, LifecycleFault::AnyNotLast)]);
        assert_eq!(faults(&[rule(1, &json!({})), rule(1, &json!({}))]), [(1, LifecycleFault::SamePriority)]);
    }

    #[test]
    fn a_rule_for_all_images_ends_the_list_of_its_storage_class() {
        // The user guide's example: archive what is old, expire what has been archived for long.
        let archive = json!({
            "selection": {
                "tagStatus": "any", "tagPatternList": null, "countType": "sinceImagePushed", "countUnit": "days",
            },
            "action": { "type": "transition", "targetStorageClass": "archive" },
        });
        let expire = json!({ "selection": {
            "tagStatus": "any", "tagPatternList": null, "storageClass": "archive",
            "countType": "sinceImageTransitioned", "countUnit": "days",
        }});
        let policy = read(&[rule(1, &archive), rule(2, &expire)]).unwrap();
        assert_eq!(policy.unread, []);
        let told: Vec<_> = policy.rules.iter().map(|rule| (rule.when, rule.action)).collect();
        let days = |since| When::Days { since, days: 30 };
        assert_eq!(
            told,
            [(days(Since::Pushed), Action::Archive), (days(Since::Transitioned), Action::Expire)]
        );
        let any = json!({ "selection": { "tagStatus": "any", "tagPatternList": null } });
        assert!(faults(&[rule(1, &archive), rule(2, &any), rule(3, &expire)]).is_empty());
        assert_eq!(faults(&[rule(1, &expire), rule(2, &expire)]), [(1, LifecycleFault::AnyNotLast)]);
    }

    #[test]
    fn a_rule_that_cannot_be_read_does_not_hide_the_others() {
        let unknown = json!({ "selection": { "countType": "sinceTheMoonWasFull" } });
        let policy = read(&[rule(1, &json!({})), rule(2, &unknown), rule(3, &json!({}))]).unwrap();
        assert_eq!(policy.rules.iter().map(|rule| rule.priority).collect::<Vec<_>>(), [1, 3]);
        let [unread] = policy.unread.as_slice() else { panic!("{policy:?}") };
        assert_eq!((unread.priority, unread.what), (2, LifecycleFault::Unreadable));
        assert!(unread.text.contains("sinceTheMoonWasFull"), "{unread:?}");
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        let unknown = json!({ "selection": { "countType": "sinceTheMoonWasFull" } });
        let field = json!({ "selection": { "exceptTagged": "latest" } });
        assert_eq!(faults(&[rule(1, &unknown)]), [(1, LifecycleFault::Unreadable)]);
        assert_eq!(faults(&[rule(1, &field)]), [(1, LifecycleFault::Unreadable)]);
        assert_eq!(Lifecycle::read("{"), Err(LifecycleError));
    }
}
