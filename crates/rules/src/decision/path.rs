//! The path that a decision takes through the server's checks.

use crate::decision::{Check, Decision, Outcome, Question, ServerAnswer, Step, StepResult};
use crate::rule::Role;

/// The steps taken so far, and the order of those still to come.
pub(super) struct Path {
    order: [Check; 4],
    taken: Vec<Step>,
    /// The rule to name when the role is enough.
    granted: Option<(u32, Role)>,
}

impl Path {
    pub(super) fn new(order: [Check; 4], granted: Option<(u32, Role)>) -> Self {
        Self { order, taken: Vec::with_capacity(4), granted }
    }

    pub(super) fn pass(mut self, check: Check, result: StepResult) -> Self {
        let granted = if check == Check::Role { self.granted } else { None };
        let (rule, needed) = granted.map_or((None, None), |(rule, role)| (Some(rule), Some(role)));
        self.taken.push(Step { check, result, rule, needed });
        self
    }

    pub(super) fn stop(mut self, check: Check, rule: Option<u32>, needed: Option<Role>) -> Self {
        self.taken.push(Step { check, result: StepResult::Stopped, rule, needed });
        self
    }

    pub(super) fn look_up(self, question: &Question<'_>) -> Decision {
        if question.exists {
            self.pass(Check::Exists, StepResult::Yes).done(Outcome::Deletes)
        } else {
            self.pass(Check::Exists, StepResult::No).end(
                Outcome::NotFound,
                Some(ServerAnswer { status: 404, words: "manifest unknown".to_owned() }),
            )
        }
    }

    /// Ends at the write itself, which is refused whatever the checks not reached would say.
    pub(super) fn refuse_write(mut self, outcome: Outcome, answer: Option<ServerAnswer>) -> Decision {
        self.fill_until(Check::Write);
        self.stop(Check::Write, None, None).end(outcome, answer)
    }

    pub(super) fn done(mut self, outcome: Outcome) -> Decision {
        // What was skipped on the way (nothing to overwrite, say) stays visible in its place.
        self.fill_until(Check::Write);
        self.taken.push(Step { check: Check::Write, result: StepResult::Done, rule: None, needed: None });
        Decision { outcome, steps: self.taken, answer: None }
    }

    pub(super) fn end(mut self, outcome: Outcome, answer: Option<ServerAnswer>) -> Decision {
        for check in self.order {
            self.fill(check);
        }
        Decision { outcome, steps: self.taken, answer }
    }

    fn fill_until(&mut self, last: Check) {
        for check in self.order {
            if check == last {
                break;
            }
            self.fill(check);
        }
    }

    fn fill(&mut self, check: Check) {
        if self.taken.iter().all(|step| step.check != check) {
            self.taken.push(Step { check, result: StepResult::NotReached, rule: None, needed: None });
        }
    }
}

pub(super) fn answer(status: u16, words: impl Into<String>) -> Option<ServerAnswer> {
    Some(ServerAnswer { status, words: words.into() })
}
