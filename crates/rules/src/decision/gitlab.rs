//! The decision itself, in the order in which GitLab and its container registry check.
//!
//! Protected rules travel in the caller's token as deny patterns, immutable ones as immutability
//! patterns. The registry looks at them in order and stops at the first that matches, so a pattern
//! it cannot use goes unnoticed behind one that matches.

use crate::decision::path::{Path, answer};
use crate::decision::{Actor, Check, Decision, Operation, Outcome, Question, StepResult};
use crate::pattern::PatternErrorKind;
use crate::rule::{Blocks, Effect, Role};
use crate::state::{CompiledRules, Slot, TagState};

/// Most patterns the registry accepts in one token, deny and immutability patterns together.
pub const TOKEN_PATTERN_COUNT: usize = 5;

/// Longest pattern the registry accepts in a token, in bytes.
pub const TOKEN_PATTERN_BYTES: usize = 100;

/// The tag that a cleanup run never deletes.
const KEPT_BY_CLEANUP: &str = "latest";

/// What GitLab makes of the question: pushes look whether the tag exists before they ask immutable
/// rules, deletions after.
pub(super) fn decide(rules: &CompiledRules, question: &Question<'_>) -> Decision {
    let path = Path::new(order(question), granted_by(rules, question));
    match (question.actor, question.operation) {
        (Actor::CleanupPolicy, Operation::DeleteTag) => cleanup(rules, question, path),
        (Actor::CleanupPolicy, _) => path.end(Outcome::NotUsed, None),
        (_, Operation::Push) => push(rules, question, path),
        (_, Operation::DeleteTag) => delete_tag(rules, question, path),
        (_, Operation::DeleteManifest) => delete_manifest(rules, question, path),
        (_, Operation::DeleteRepository) => delete_repository(rules, question, path),
    }
}

fn order(question: &Question<'_>) -> [Check; 4] {
    let looks_first = match question.operation {
        Operation::Push | Operation::DeleteRepository => true,
        Operation::DeleteTag => question.actor == Actor::CleanupPolicy,
        Operation::DeleteManifest => false,
    };
    if looks_first {
        [Check::Role, Check::Exists, Check::Immutable, Check::Write]
    } else {
        [Check::Role, Check::Immutable, Check::Exists, Check::Write]
    }
}

fn push(rules: &CompiledRules, question: &Question<'_>, mut path: Path) -> Decision {
    if let Some(need) = missing_access(question) {
        return path
            .stop(Check::Role, None, Some(need))
            .end(Outcome::NoAccess, answer(401, "authentication required"));
    }
    let token = Token::of(rules, question);
    path = match token.protection(question, path) {
        Ok(path) => path,
        Err(decision) => return decision,
    };
    if !question.exists {
        return path.pass(Check::Exists, StepResult::No).done(Outcome::Creates);
    }
    path = path.pass(Check::Exists, StepResult::Yes);
    match token.immutability(question, path) {
        Ok(path) => path.done(Outcome::Overwrites),
        Err(decision) => decision,
    }
}

fn delete_tag(rules: &CompiledRules, question: &Question<'_>, mut path: Path) -> Decision {
    if let Some(need) = missing_access(question) {
        return path.stop(Check::Role, None, Some(need)).end(Outcome::NoAccess, answer(403, "403 Forbidden"));
    }
    let token = Token::of(rules, question);
    let checked = token.protection(question, path).and_then(|path| token.immutability(question, path));
    path = match checked {
        Ok(path) => path,
        Err(decision) => return decision,
    };
    path.look_up(question)
}

/// By digest the registry cannot tell which tags go, so any pattern in the token refuses it.
fn delete_manifest(rules: &CompiledRules, question: &Question<'_>, mut path: Path) -> Decision {
    if let Some(need) = missing_access(question) {
        return path
            .stop(Check::Role, None, Some(need))
            .end(Outcome::NoAccess, answer(401, "authentication required"));
    }
    let token = Token::of(rules, question);
    let refusal = || answer(401, "manifest is protected");
    if let Some((index, _, needed)) = token.deny.first() {
        return path.stop(Check::Role, Some(*index), Some(*needed)).end(Outcome::AnyDigest, refusal());
    }
    path = path.pass(Check::Role, StepResult::Passed);
    if let Some((index, _)) = token.immutable.first() {
        return path.stop(Check::Immutable, Some(*index), None).end(Outcome::AnyDigest, refusal());
    }
    path.pass(Check::Immutable, StepResult::Passed).look_up(question)
}

/// Patterns play no part here: a rule that matches nothing holds the repository back as well.
fn delete_repository(rules: &CompiledRules, question: &Question<'_>, mut path: Path) -> Decision {
    if let Some(need) = missing_access(question) {
        return path.stop(Check::Role, None, Some(need)).end(Outcome::NoAccess, answer(403, "403 Forbidden"));
    }
    if !question.repository_has_tags {
        return path
            .pass(Check::Role, StepResult::Passed)
            .pass(Check::Exists, StepResult::No)
            .done(Outcome::Deletes);
    }
    let token = Token::of(rules, question);
    let refusal = || answer(403, "403 Forbidden");
    if token.immutable.is_empty()
        && let Some((index, _, needed)) = token.deny.first()
    {
        return path.stop(Check::Role, Some(*index), Some(*needed)).end(Outcome::HasTags, refusal());
    }
    path = path.pass(Check::Role, StepResult::Passed).pass(Check::Exists, StepResult::Yes);
    if let Some((index, _)) = token.immutable.first() {
        return path.stop(Check::Immutable, Some(*index), None).end(Outcome::HasTags, refusal());
    }
    path.pass(Check::Immutable, StepResult::Passed).done(Outcome::Deletes)
}

/// A scheduled run has no user, so every rule holds it back, whatever role it asks for.
fn cleanup(rules: &CompiledRules, question: &Question<'_>, mut path: Path) -> Decision {
    let standing = rules.standing(question.repository, question.tag);
    let kind_of = |index: u32| rules.raw(index as usize).map(|rule| rule.effect);
    let protected = standing.covering.iter().find(|i| matches!(kind_of(**i), Some(Effect::Protect { .. })));
    let immutable = standing.covering.iter().find(|i| matches!(kind_of(**i), Some(Effect::Immutable { .. })));
    if !question.exists {
        path = path.pass(Check::Role, StepResult::Passed).pass(Check::Exists, StepResult::No);
        return path.end(Outcome::NotFound, None);
    }
    if let Some(index) = protected {
        return path.stop(Check::Role, Some(*index), None).end(Outcome::Skipped, None);
    }
    path = path.pass(Check::Role, StepResult::Passed).pass(Check::Exists, StepResult::Yes);
    if let Some(index) = immutable {
        return path.stop(Check::Immutable, Some(*index), None).end(Outcome::Skipped, None);
    }
    if question.tag == KEPT_BY_CLEANUP {
        path = path.pass(Check::Immutable, StepResult::Passed);
        return path.stop(Check::Write, None, None).end(Outcome::Skipped, None);
    }
    if standing.state == TagState::Unknown {
        return path.stop(Check::Immutable, standing.deciding, None).end(Outcome::Unknown, None);
    }
    path.pass(Check::Immutable, StepResult::Passed).done(Outcome::Deletes)
}

/// The strictest protected rule that covers the tag: what a sufficient role was measured against.
fn granted_by(rules: &CompiledRules, question: &Question<'_>) -> Option<(u32, Role)> {
    let needed = |effect: Effect| match (effect, question.operation) {
        (Effect::Protect { push, .. }, Operation::Push) => Some(push),
        (Effect::Protect { delete, .. }, Operation::DeleteTag) => Some(delete),
        _ => None,
    };
    let mut strictest: Option<(u32, Role)> = None;
    for (index, slot) in rules.in_force() {
        let Ok(rule) = &slot.compiled else { continue };
        let Some(role) = needed(rule.effect()) else { continue };
        let higher = strictest.is_none_or(|(_, held)| role > held);
        if question.actor.role().is_some() && higher && rule.covers(question.repository, question.tag) {
            strictest = Some((index, role));
        }
    }
    strictest
}

/// The role that is missing for this operation in any project, rules aside.
///
/// Tags are deleted through GitLab's API (Developer and higher); manifests need a registry token
/// that may delete, and repositories the API, both Maintainer and higher. Deploy tokens push only.
fn missing_access(question: &Question<'_>) -> Option<Role> {
    let need = match question.operation {
        Operation::Push | Operation::DeleteTag => Role::Developer,
        Operation::DeleteManifest | Operation::DeleteRepository => Role::Maintainer,
    };
    match question.actor.role() {
        Some(role) => (role < need).then_some(need),
        None => (question.operation != Operation::Push).then_some(need),
    }
}

/// What the caller's token says about tags: the rules in force that concern this caller.
struct Token<'a> {
    deny: Vec<(u32, &'a Slot, Role)>,
    immutable: Vec<(u32, &'a Slot)>,
}

impl<'a> Token<'a> {
    fn of(rules: &'a CompiledRules, question: &Question<'_>) -> Self {
        let mut token = Self { deny: Vec::new(), immutable: Vec::new() };
        for (index, slot) in rules.in_force() {
            if matches!(&slot.compiled, Ok(rule) if !rule.covers_repository(question.repository)) {
                continue;
            }
            match slot.rule.effect {
                Effect::Immutable { blocks } if refuses(blocks, question.operation) => {
                    token.immutable.push((index, slot));
                }
                Effect::Immutable { .. } => {}
                Effect::Protect { push, delete } => {
                    let needed = if question.operation == Operation::Push { push } else { delete };
                    if super::held_back(question.actor, needed) {
                        token.deny.push((index, slot, needed));
                    }
                }
            }
        }
        token
    }

    /// Count first, then the deny patterns. A pattern that cannot be read leaves the answer open,
    /// unless another one that can be read refuses the request anyway.
    fn protection(&self, question: &Question<'_>, path: Path) -> Result<Path, Decision> {
        if self.deny.len() + self.immutable.len() > TOKEN_PATTERN_COUNT {
            let words = "too many tag patterns in the token";
            return Err(path.stop(Check::Role, None, None).end(Outcome::PatternsRefused, answer(400, words)));
        }
        let mut unsure = None;
        for (index, slot, _) in &self.deny {
            match verdict(slot, question.tag) {
                Verdict::Passes => {}
                Verdict::Unknown => unsure = unsure.or(Some(*index)),
                Verdict::Refused if unsure.is_some() => break,
                Verdict::Covers => {
                    let (decider, needed) = self.highest(question.tag).unwrap_or((*index, None));
                    let words = answer(401, format!("tag \"{}\" is protected", question.tag));
                    return Err(path
                        .stop(Check::Role, Some(decider), needed)
                        .end(Outcome::RoleTooLow, words));
                }
                Verdict::Refused => {
                    let words = answer(400, "invalid tag protection pattern");
                    return Err(path
                        .stop(Check::Role, Some(*index), None)
                        .end(Outcome::PatternsRefused, words));
                }
            }
        }
        if unsure.is_some() {
            return Err(path.stop(Check::Role, unsure, None).end(Outcome::Unknown, None));
        }
        Ok(path.pass(Check::Role, StepResult::Passed))
    }

    fn immutability(&self, question: &Question<'_>, path: Path) -> Result<Path, Decision> {
        let mut unsure = None;
        for (index, slot) in &self.immutable {
            let (outcome, words) = match verdict(slot, question.tag) {
                Verdict::Passes => continue,
                Verdict::Unknown => {
                    unsure = unsure.or(Some(*index));
                    continue;
                }
                Verdict::Refused if unsure.is_some() => break,
                Verdict::Covers => {
                    (Outcome::TagImmutable, answer(401, format!("tag \"{}\" is immutable", question.tag)))
                }
                Verdict::Refused => {
                    (Outcome::PatternsRefused, answer(400, "invalid tag immutability pattern"))
                }
            };
            return Err(path.stop(Check::Immutable, Some(*index), None).end(outcome, words));
        }
        if unsure.is_some() {
            return Err(path.stop(Check::Immutable, unsure, None).end(Outcome::Unknown, None));
        }
        Ok(path.pass(Check::Immutable, StepResult::Passed))
    }

    /// Of the deny rules that match, the one that asks for the highest role: the useful one to name.
    fn highest(&self, tag: &str) -> Option<(u32, Option<Role>)> {
        let matching = self.deny.iter().filter(|(_, slot, _)| matches!(verdict(slot, tag), Verdict::Covers));
        matching.rev().max_by_key(|(_, _, needed)| *needed).map(|(index, _, needed)| (*index, Some(*needed)))
    }
}

fn refuses(blocks: Blocks, operation: Operation) -> bool {
    operation == Operation::Push || blocks == Blocks::OverwriteAndDelete
}

/// What one pattern of a token does to a request.
enum Verdict {
    Covers,
    Passes,
    /// The registry refuses the token for this pattern.
    Refused,
    Unknown,
}

fn verdict(slot: &Slot, tag: &str) -> Verdict {
    if slot.rule.tags.pattern.len() > TOKEN_PATTERN_BYTES {
        return Verdict::Refused;
    }
    match &slot.compiled {
        Ok(rule) if rule.tags().pattern().enforcer_refuses().is_some() => Verdict::Refused,
        Ok(rule) if rule.tags().covers(tag) => Verdict::Covers,
        Ok(_) => Verdict::Passes,
        Err(error) if error.kind == PatternErrorKind::Refused => Verdict::Refused,
        Err(_) => Verdict::Unknown,
    }
}
