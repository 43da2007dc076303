//! What a tag rule means: which tags it matches, what it makes of them, who may then do what.
//!
//! Pure: no I/O, no clock, no async. Everything a server decides about tags is decided here in
//! the same way, dialect by dialect, so that a verdict shown in Tagwarden is the server's verdict.
//!
//! # Invariants
//!
//! - *The server's verdict or none.* A [`pattern::Pattern`] exists only where Tagwarden is certain
//!   to match as the server does. A rule in force without one makes the tags it might touch
//!   [`state::TagState::Unknown`], unless an immutable rule that is understood decides anyway.
//! - *One meaning of standing.* [`state::CompiledRules::standing`] for one tag and
//!   [`preview::Evaluation`] for a million go through the same tally; a property test compares them.
//! - *An error is a verdict.* Where a server errs at a rule, it goes on as if that rule and the later
//!   ones were not there; [`state::Standing::given_up_at`] says so.
//! - *Indices are places.* A rule is named by its place in the list it was compiled from,
//!   everywhere. Rules switched off keep their place and cover nothing.
//! - *Nothing unproven is offered.* Every suggested pattern compiles, every example is a tag name
//!   the pattern matches, and "covered by another rule" is said only when it is proven.
//! - *Linear.* Nothing here takes more than one pass over the tags for each pattern, and whatever
//!   runs over all tags can be cancelled.
//!
//! # Where to find what
//!
//! [`rule`], [`capabilities`], [`cleanup`], [`secret_kind`]: the data. [`pattern`]: dialects and matching. [`state`]: one tag
//! under a set of rules. [`enforcement`], [`decision`]: may this actor do this? [`preview`]: all tags under two sets
//! of rules. [`finding`]: what is worth telling. [`moving`]: tags that pipelines move. [`translation`]:
//! patterns written in another language. [`blocks`]: patterns for people. [`plan`]: from
//! the rules there are to those wanted. [`visibility`]: rules that this account does not see.

pub mod blocks;
pub mod capabilities;
pub mod cleanup;
pub mod decision;
pub mod enforcement;
pub mod finding;
pub mod moving;
pub mod mutability;
pub mod pattern;
pub mod plan;
pub mod preview;
pub mod rule;
pub mod secret_kind;
pub mod state;
pub mod tag;
pub mod translation;
pub mod visibility;
