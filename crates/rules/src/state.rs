//! What the rules in force make of one tag.

use serde::{Deserialize, Serialize};

use crate::enforcement::{Enforcement, Writers};
use crate::pattern::{Pattern, PatternError, Verdict};
use crate::rule::{Blocks, Effect, Role, Rule, RulePart, Selector, SelectorMode};

/// The state of a tag, strictest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum TagState {
    /// No rule covers it.
    Open,
    /// Some roles are kept from pushing or deleting it.
    Protected,
    /// Nobody may change it.
    Immutable,
    /// A rule in force could not be read with certainty.
    Unknown,
}

/// Where a tag stands under a set of rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Standing {
    /// Its state.
    pub state: TagState,
    /// Index of the rule that decides: the immutable one, else the one that asks for the highest role.
    pub deciding: Option<u32>,
    /// Indices of all rules that cover it.
    pub covering: Vec<u32>,
    /// Lowest role that may push over it; `None`: nobody.
    pub push: Option<Role>,
    /// Lowest role that may delete it; `None`: nobody.
    pub delete: Option<Role>,
    /// Index of the rule at which the server gives up on this tag, because it finds the rule's
    /// pattern malformed: neither this rule nor a later one does anything to it.
    pub given_up_at: Option<u32>,
}

/// How many tags are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct StateCounts {
    /// Tags no rule covers.
    pub open: u32,
    /// Tags some roles may not change.
    pub protected: u32,
    /// Tags nobody may change.
    pub immutable: u32,
    /// Tags whose state cannot be told.
    pub unknown: u32,
}

impl StateCounts {
    /// Counts one more tag in `state`.
    pub fn add(&mut self, state: TagState) {
        self.add_many(state, 1);
    }

    /// Counts `tags` more tags in `state`.
    pub fn add_many(&mut self, state: TagState, tags: u32) {
        let slot = match state {
            TagState::Open => &mut self.open,
            TagState::Protected => &mut self.protected,
            TagState::Immutable => &mut self.immutable,
            TagState::Unknown => &mut self.unknown,
        };
        *slot = slot.saturating_add(tags);
    }

    /// How many tags are in `state`.
    pub fn of(&self, state: TagState) -> u32 {
        match state {
            TagState::Open => self.open,
            TagState::Protected => self.protected,
            TagState::Immutable => self.immutable,
            TagState::Unknown => self.unknown,
        }
    }

    /// All tags counted.
    pub fn total(&self) -> u32 {
        self.open + self.protected + self.immutable + self.unknown
    }
}

/// Whether the server validated a pattern when it saved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saved {
    Validated,
    Unvalidated,
}

/// A selector that can be asked.
#[derive(Clone, Debug)]
pub struct CompiledSelector {
    mode: SelectorMode,
    pattern: Pattern,
}

impl CompiledSelector {
    fn compile(selector: &Selector, saved: Saved) -> Result<Self, PatternError> {
        let compile = match saved {
            Saved::Validated => Pattern::compile,
            Saved::Unvalidated => Pattern::compile_saved,
        };
        Ok(Self { mode: selector.mode, pattern: compile(selector.dialect, &selector.pattern)? })
    }

    /// Whether it covers `name`.
    pub fn covers(&self, name: &str) -> bool {
        self.verdict(name) == Verdict::Match
    }

    /// What the server makes of `name`: a pattern that errs does so whatever the mode.
    pub fn verdict(&self, name: &str) -> Verdict {
        if self.mode == SelectorMode::Unsupported {
            return Verdict::Error;
        }
        match (self.pattern.verdict(name), self.mode.excludes()) {
            (Verdict::Match, true) => Verdict::No,
            (Verdict::No, true) => Verdict::Match,
            (verdict, _) => verdict,
        }
    }

    /// What the server makes of a tag of a repository, where this selector stands in the list of `part`.
    fn verdict_in(&self, part: RulePart, repository: &str, tag: &str) -> Verdict {
        match self.mode.compares(part) {
            RulePart::Repositories => self.verdict_on_repository(repository),
            RulePart::Tags => self.verdict(tag),
        }
    }

    /// The same for a repository, by its full path.
    ///
    /// Harbor matches repositories without their project: what stands before the first slash is cut
    /// off (`ParseRepository` in `src/common/utils/utils.go`).
    pub(crate) fn verdict_on_repository(&self, path: &str) -> Verdict {
        let inside = || path.split_once('/').map_or(path, |(_, inside)| inside);
        self.verdict(if self.pattern.dialect().is_glob() { inside() } else { path })
    }

    /// Whether it names what is covered or what is left out.
    pub fn mode(&self) -> SelectorMode {
        self.mode
    }

    /// Whether it covers whatever there is.
    pub(crate) fn is_everything(&self) -> bool {
        let text = self.pattern.text();
        self.mode == SelectorMode::Matching && self.pattern.dialect().is_glob() && matches!(text, "" | "**")
    }

    /// Whether it says the same as another, word for word.
    pub(crate) fn says_as(&self, other: &Self) -> bool {
        let text = |selector: &Self| (selector.pattern.dialect(), selector.pattern.text().to_owned());
        self.mode == other.mode && text(self) == text(other)
    }

    /// Whether the server may err at it.
    pub(crate) fn may_err(&self) -> bool {
        self.mode == SelectorMode::Unsupported || self.pattern.may_err()
    }

    /// The pattern behind it.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }
}

/// A rule whose patterns are understood.
#[derive(Clone, Debug)]
pub struct CompiledRule {
    repositories: Option<CompiledSelector>,
    tags: CompiledSelector,
    effect: Effect,
}

impl CompiledRule {
    fn compile(rule: &Rule, saved: Saved) -> Result<Self, PatternError> {
        let repositories = rule.repositories.as_ref();
        Ok(Self {
            repositories: repositories.map(|one| CompiledSelector::compile(one, saved)).transpose()?,
            tags: CompiledSelector::compile(&rule.tags, saved)?,
            effect: rule.effect,
        })
    }

    /// Whether it covers this tag of the repository with this full path.
    pub fn covers(&self, repository: &str, tag: &str) -> bool {
        self.verdict(repository, tag) == Verdict::Match
    }

    /// What the server makes of this tag of this repository: the second selector is asked only where
    /// the first one covers.
    pub fn verdict(&self, repository: &str, tag: &str) -> Verdict {
        for (part, selector) in self.selectors() {
            match selector.verdict_in(part, repository, tag) {
                Verdict::Match => {}
                other => return other,
            }
        }
        Verdict::Match
    }

    /// Whether nothing it says of repositories leaves this one out.
    pub fn covers_repository(&self, repository: &str) -> bool {
        self.selectors()
            .filter(|(part, selector)| selector.mode.compares(*part) == RulePart::Repositories)
            .all(|(_, selector)| selector.verdict_on_repository(repository) == Verdict::Match)
    }

    /// The selectors in the order in which they are asked, each with the list it stands in.
    pub(crate) fn selectors(&self) -> impl Iterator<Item = (RulePart, &CompiledSelector)> {
        let repositories = self.repositories.iter().map(|selector| (RulePart::Repositories, selector));
        repositories.chain([(RulePart::Tags, &self.tags)])
    }

    /// Whether a selector is compared with the name of the other part.
    pub fn compares_other_parts(&self) -> bool {
        self.selectors().any(|(part, selector)| selector.mode.compares(part) != part)
    }

    /// Whether the server may err at it.
    pub(crate) fn may_err(&self) -> bool {
        self.tags.may_err() || self.repositories.as_ref().is_some_and(CompiledSelector::may_err)
    }

    /// The selector of repositories; `None`: all of them.
    pub fn repositories(&self) -> Option<&CompiledSelector> {
        self.repositories.as_ref()
    }

    /// The selector of tags.
    pub fn tags(&self) -> &CompiledSelector {
        &self.tags
    }

    /// What it does to the tags it covers.
    pub fn effect(&self) -> Effect {
        self.effect
    }
}

/// One rule of a set: what it says, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) rule: Rule,
    pub(crate) compiled: Result<CompiledRule, PatternError>,
}

impl Slot {
    /// Whether nothing is known of any tag from this rule on: it cannot be read here, and the server
    /// may err at it.
    pub(crate) fn hides_the_rest(&self) -> bool {
        self.compiled.is_err() && self.rule.tags.dialect.is_glob()
    }
}

/// A set of rules, compiled once and asked many times.
///
/// The indices everywhere in this crate are places in the list it was compiled from. Rules that
/// are switched off keep their place and cover nothing.
#[derive(Clone, Debug, Default)]
pub struct CompiledRules {
    slots: Vec<Slot>,
    enforcement: Enforcement,
    read_only: bool,
    unseen: bool,
}

impl CompiledRules {
    /// Compiles every rule. A rule whose pattern cannot be read stays in the set as an error:
    /// in force on the server, so that what it might touch is [`TagState::Unknown`].
    pub fn compile(rules: &[Rule]) -> Self {
        Self::compile_knowing(rules, &[])
    }

    /// Compiles rules that the server has saved without validating their patterns, see
    /// [`Pattern::compile_saved`].
    pub fn compile_saved(rules: &[Rule]) -> Self {
        let slot = |rule: &Rule| Slot {
            rule: rule.clone(),
            compiled: CompiledRule::compile(rule, Saved::Unvalidated),
        };
        Self { slots: rules.iter().map(slot).collect(), ..Self::default() }
    }

    /// The same, taking over what `known` sets hold of these rules already, with all that was built for
    /// their patterns.
    pub fn compile_knowing(rules: &[Rule], known: &[&Self]) -> Self {
        let same = |slot: &&Slot, rule: &Rule| {
            slot.rule.tags == rule.tags && slot.rule.repositories == rule.repositories
        };
        let compile = |rule: &Rule| {
            let known = known.iter().flat_map(|set| &set.slots).find(|slot| same(slot, rule));
            known.map_or_else(
                || CompiledRule::compile(rule, Saved::Validated),
                |slot| slot.compiled.clone().map(|compiled| CompiledRule { effect: rule.effect, ..compiled }),
            )
        };
        let slots = rules.iter().map(|rule| Slot { rule: rule.clone(), compiled: compile(rule) }).collect();
        Self { slots, enforcement: Enforcement::default(), read_only: false, unseen: false }
    }

    /// Rules that nobody here knows: there may be any number of them, so every tag is
    /// [`TagState::Unknown`], and nothing is certain to be allowed.
    pub fn unseen() -> Self {
        Self { unseen: true, ..Self::default() }
    }

    /// The same server, taken to have no rules.
    pub(crate) fn seen_as_none(self) -> Self {
        Self { unseen: false, ..self }
    }

    /// Whether the rules are not known.
    pub fn is_unseen(&self) -> bool {
        self.unseen
    }

    /// The same rules on a registry that enforces them so; [`Enforcement::Gitlab`] without.
    #[must_use]
    pub fn enforced_by(self, enforcement: Enforcement) -> Self {
        Self { enforcement, ..self }
    }

    /// The same rules on a server that takes no changes at present, if `read_only`.
    #[must_use]
    pub fn on_server_in_read_only_mode(self, read_only: bool) -> Self {
        Self { read_only, ..self }
    }

    /// Whether the server takes no changes at present, whatever its rules say.
    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// How the registry enforces them.
    pub fn enforcement(&self) -> Enforcement {
        self.enforcement
    }

    /// Number of rules, those switched off or not understood included.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The rule at `index` in its compiled form, or why it has none; `None` past the end.
    pub fn rule(&self, index: usize) -> Option<Result<&CompiledRule, &PatternError>> {
        self.slots.get(index).map(|slot| slot.compiled.as_ref())
    }

    /// What the rule at `index` says, as it was given.
    pub fn raw(&self, index: usize) -> Option<&Rule> {
        self.slots.get(index).map(|slot| &slot.rule)
    }

    /// The rules that could not be read, with the reason.
    pub fn errors(&self) -> impl Iterator<Item = (u32, &PatternError)> {
        self.indexed().filter_map(|(index, slot)| slot.compiled.as_ref().err().map(|error| (index, error)))
    }

    /// The rules in force, with their places.
    pub(crate) fn in_force(&self) -> impl Iterator<Item = (u32, &Slot)> {
        self.indexed().filter(|(_, slot)| slot.rule.enabled)
    }

    fn indexed(&self) -> impl Iterator<Item = (u32, &Slot)> {
        (0u32..).zip(&self.slots)
    }

    /// Where `tag` of `repository` stands when all rules are taken together.
    ///
    /// Per action the highest role over all covering protected rules; an immutable rule outranks
    /// them all (GitLab: "most restrictive wins"). Where the server errs at a rule, that rule and the
    /// later ones do nothing (Harbor swallows the error: `populateImmutableStatus`).
    pub fn standing(&self, repository: &str, tag: &str) -> Standing {
        if self.unseen {
            return self.unknown_standing();
        }
        let mut tally = Tally::new(self.enforcement.writers());
        let mut covering = Vec::new();
        let mut given_up_at = None;
        for (index, slot) in self.in_force() {
            match slot.compiled.as_ref().map(|rule| (rule, rule.verdict(repository, tag))) {
                Ok((rule, Verdict::Match)) => {
                    tally.cover(index, rule.effect);
                    covering.push(index);
                }
                Ok((_, Verdict::No)) => {}
                Ok((_, Verdict::Error)) => {
                    given_up_at = Some(index);
                    break;
                }
                Err(_) => tally.uncertain(index),
            }
            if slot.hides_the_rest() {
                break;
            }
        }
        let cell = tally.finish();
        Standing {
            state: cell.state,
            deciding: cell.deciding(),
            covering,
            push: cell.push,
            delete: cell.delete,
            given_up_at,
        }
    }
}

impl CompiledRules {
    /// The roles are those that may write at all: rules can only ask for more.
    fn unknown_standing(&self) -> Standing {
        let writers = self.enforcement.writers();
        Standing {
            state: TagState::Unknown,
            deciding: None,
            covering: Vec::new(),
            push: Some(writers.push),
            delete: Some(writers.delete),
            given_up_at: None,
        }
    }
}

/// A [`Standing`] without its list: small enough to keep one for each of a million tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) state: TagState,
    pub(crate) push: Option<Role>,
    pub(crate) delete: Option<Role>,
    deciding: u16,
}

impl Cell {
    const NONE: u16 = u16::MAX;

    pub(crate) fn deciding(self) -> Option<u32> {
        (self.deciding != Self::NONE).then_some(u32::from(self.deciding))
    }
}

/// Takes the rules that cover one tag, one after another, and ends with where the tag stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tally {
    writers: Writers,
    immutable: Option<(Blocks, u32)>,
    protected: Option<(Role, Role, u32)>,
    push: Option<Role>,
    delete: Option<Role>,
    uncertain: Option<u32>,
}

impl Tally {
    pub(crate) fn new(writers: Writers) -> Self {
        Self { writers, immutable: None, protected: None, push: None, delete: None, uncertain: None }
    }

    pub(crate) fn cover(&mut self, index: u32, effect: Effect) {
        match effect {
            Effect::Immutable { blocks } => {
                let stricter = match self.immutable {
                    None => true,
                    Some((held, _)) => held == Blocks::Overwrite && blocks == Blocks::OverwriteAndDelete,
                };
                if stricter {
                    self.immutable = Some((blocks, index));
                }
            }
            Effect::Protect { push, delete } => {
                self.push = self.push.max(Some(push));
                self.delete = self.delete.max(Some(delete));
                let (high, low) = (push.max(delete), push.min(delete));
                if self.protected.is_none_or(|(held_high, held_low, _)| (high, low) > (held_high, held_low)) {
                    self.protected = Some((high, low, index));
                }
            }
        }
    }

    /// A rule in force that cannot be read: it may or may not cover the tag.
    pub(crate) fn uncertain(&mut self, index: u32) {
        self.uncertain.get_or_insert(index);
    }

    pub(crate) fn finish(self) -> Cell {
        let delete = Some(self.delete.unwrap_or(self.writers.delete));
        let push = Some(self.push.unwrap_or(self.writers.push));
        if let Some((blocks, index)) = self.immutable {
            let delete = if blocks == Blocks::OverwriteAndDelete { None } else { delete };
            return cell(TagState::Immutable, None, delete, Some(index));
        }
        if self.uncertain.is_some() {
            return cell(TagState::Unknown, push, delete, self.uncertain);
        }
        match self.protected {
            Some((_, _, index)) => cell(TagState::Protected, push, delete, Some(index)),
            None => cell(TagState::Open, push, delete, None),
        }
    }
}

fn cell(state: TagState, push: Option<Role>, delete: Option<Role>, deciding: Option<u32>) -> Cell {
    let deciding = deciding.and_then(|index| u16::try_from(index).ok()).unwrap_or(Cell::NONE);
    Cell { state, push, delete, deciding }
}
