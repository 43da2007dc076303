//! The live preview: draft rules over the tags that are known, one answer a keystroke.

mod chosen;
mod future;
mod lines;
mod scope;
mod sum;

use std::sync::Arc;
use std::time::Instant;

use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::preview::{NearMissView, PatternQuestion, PatternReading, PreviewAnswer, PreviewRequest};
use tagwarden_rules::blocks::{Block, explain};
use tagwarden_rules::pattern::{Pattern, PatternError};
use tagwarden_rules::preview::{Cancelled, Comparison, Edited, RowOutcome, near_misses, why_lost};
use tagwarden_rules::rule::{Rule, RulePart, Selector};
use tagwarden_rules::state::{CompiledRules, CompiledSelector};

use self::lines::Place;
use self::sum::{add_up, empty_answer};
use crate::Console;
use crate::assess::blocking;
use crate::projects::count;

pub(crate) use self::scope::{Scope, Scopes};
pub(crate) use self::sum::add_counts;

/// Near misses listed.
const NEAR_MISSES: usize = 3;
/// Projects whose examples and near misses are looked for; the others only count.
const PROJECTS_EXPLAINED: usize = 1;

impl Console {
    pub(crate) async fn preview_impl(&self, request: PreviewRequest) -> Result<PreviewAnswer, ApiError> {
        let started = Instant::now();
        let replaced = self.inner.scopes.begin(request.session, request.generation);
        let mut scopes = Vec::with_capacity(request.projects.len());
        for project in &request.projects {
            scopes.push(self.scope(project).await?);
        }
        scopes.retain(|scope| scope.rules.is_some());
        let left_out = count(request.projects.len() - scopes.len());
        let generation = request.generation;
        let (mut answer, places) =
            blocking(move || Preview { request: &request, scopes: &scopes }.answer(&replaced))
                .await?
                .map_err(|Cancelled| ApiError::new(ErrorCode::Cancelled))?;
        self.add_marks(&mut answer.lines, &places).await?;
        answer.generation = generation;
        answer.left_out = left_out;
        answer.micros = u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX);
        Ok(answer)
    }
}

struct Preview<'a> {
    request: &'a PreviewRequest,
    scopes: &'a [Arc<Scope>],
}

impl Preview<'_> {
    fn answer(&self, replaced: &(dyn Fn() -> bool + Sync)) -> Result<(PreviewAnswer, Vec<Place>), Cancelled> {
        let edited = &self.request.edited.tags;
        let mut answer = empty_answer();
        answer.projects = count(self.scopes.len());
        let mut compared = Vec::with_capacity(self.scopes.len());
        let mut patterns = Patterns::default();
        for scope in self.scopes {
            let (before, after, places) = self.rules_for(scope);
            let (old, new) = scope.compile(&before, &without_unfinished(&after, &before));
            let comparison = scope.compare(&old, &new, places, replaced)?;
            add_up(&mut answer, &comparison);
            if self.scopes.len() == 1 {
                answer.findings = scope.findings(&new, &after, &before);
                answer.rule_tags = comparison.summary().rule_tags.clone();
            }
            if replaced() {
                return Err(Cancelled);
            }
            if compared.is_empty() {
                patterns =
                    Patterns { before: selector(&old, places.before), after: selector(&new, places.after) };
            }
            compared.push((Arc::clone(scope), comparison, places));
        }
        let places = self.page(&compared, &mut answer);
        if let [(scope, ..)] = compared.as_slice() {
            answer.chosen = chosen::repositories(&self.request.edited, &scope.index);
            answer.entry_tags = scope.entry_tags(edited, replaced)?;
        }
        match readable(edited) {
            Err(error) => answer.pattern_error = Some(error),
            Ok(_) => {
                for (scope, comparison, places) in compared.iter().take(PROJECTS_EXPLAINED) {
                    future::add(&mut answer, &scope.index, comparison, *places, &patterns);
                    explain_more(&mut answer, &patterns, scope, comparison, *places, replaced)?;
                }
                // A pattern that is compared with repositories says nothing of tags.
                if edited.mode.compares(RulePart::Tags) == RulePart::Tags {
                    answer.words = explain(edited.dialect, &edited.pattern);
                    answer.block = Block::read(edited.dialect, &edited.pattern);
                }
            }
        }
        Ok((answer, places))
    }

    /// The rules of one project before and after, and where the edited one stands in both.
    fn rules_for(&self, scope: &Scope) -> (Vec<Rule>, Vec<Rule>, Edited) {
        let request = self.request;
        let before = request.before.clone().or_else(|| scope.rules.clone()).unwrap_or_default();
        match &request.after {
            Some(after) => {
                let places = Edited { before: request.edited_before, after: request.edited_after };
                (before, after.clone(), places)
            }
            None => {
                let mut after = before.clone();
                after.push(request.edited.clone());
                let places = Edited { before: None, after: Some(count(after.len() - 1)) };
                (before, after, places)
            }
        }
    }
}

/// The edited rule's tags, before and after, as compiled once for everything that asks about them.
#[derive(Default)]
struct Patterns {
    before: Option<CompiledSelector>,
    after: Option<CompiledSelector>,
}

fn selector(rules: &CompiledRules, place: Option<u32>) -> Option<CompiledSelector> {
    let rule = rules.rule(place? as usize)?.ok()?;
    (!rule.compares_other_parts()).then(|| rule.tags().clone())
}

/// A pattern that somebody writes: also what the server would save malformed is refused.
pub(crate) fn readable(selector: &Selector) -> Result<Pattern, PatternError> {
    let pattern = Pattern::compile(selector.dialect, &selector.pattern)?;
    match pattern.malformed() {
        Some(error) => Err(error),
        None => Ok(pattern),
    }
}

/// Rules that are still being written and cannot be used yet have no effect; they keep their place.
/// A rule of the server that cannot be read is another matter: its effect is unknown.
pub(crate) fn without_unfinished(after: &[Rule], before: &[Rule]) -> Vec<Rule> {
    let unfinished = |rule: &Rule| {
        let selectors = rule.repositories.iter().chain(std::iter::once(&rule.tags));
        !before.contains(rule) && selectors.map(readable).any(|read| read.is_err())
    };
    after.iter().map(|rule| Rule { enabled: rule.enabled && !unfinished(rule), ..rule.clone() }).collect()
}

fn explain_more(
    answer: &mut PreviewAnswer,
    patterns: &Patterns,
    scope: &Scope,
    comparison: &Comparison,
    places: Edited,
    replaced: &(dyn Fn() -> bool + Sync),
) -> Result<(), Cancelled> {
    let matched = places.after.and_then(|place| comparison.after().name_bits(place as usize));
    let (Some(matched), Some(after)) = (matched, &patterns.after) else { return Ok(()) };
    let pattern = after.pattern();
    let near = near_misses(&scope.index, pattern, matched, NEAR_MISSES, replaced)?;
    answer.near_miss_total = near.total;
    answer.near_misses = near
        .list
        .into_iter()
        .map(|miss| NearMissView {
            name: miss.tag,
            why: miss.why,
            span: miss.span,
            suggestion: miss.suggestion,
        })
        .collect();
    if answer.outcomes.no_longer > 0 {
        let lost: Vec<u32> = comparison.rows_with(RowOutcome::NoLongerCovered).collect();
        answer.lost = why_lost(&scope.index, pattern, &lost);
    }
    Ok(())
}

/// What a pattern says.
pub(crate) fn read_pattern(question: &PatternQuestion) -> PatternReading {
    let compiled = Pattern::compile(question.dialect, &question.pattern);
    PatternReading {
        block: compiled.as_ref().ok().and_then(|_| Block::read(question.dialect, &question.pattern)),
        words: explain(question.dialect, &question.pattern),
        error: compiled.err(),
    }
}
