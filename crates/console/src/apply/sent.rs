//! What became of one change that was sent, as far as its answer and the rules tell.

use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::plans::ApplyState;
use tagwarden_registries::{RegistryError, Trouble};
use tagwarden_rules::rule::SavedRule;

use super::trace::Trace;
use crate::errors::{IntoApi as _, LOST, NOT_MADE, RESTORED};
use crate::plans::Part;

/// What became of one change that was sent.
pub(super) struct Sent {
    pub(super) state: ApplyState,
    pub(super) rule: Option<SavedRule>,
    pub(super) error: Option<ApiError>,
}

impl Sent {
    pub(super) fn failed(error: ApiError) -> Self {
        Self { state: ApplyState::Failed, rule: None, error: Some(error) }
    }

    /// Takes in what the rules tell of a change whose answer was lost.
    pub(super) fn learn(&mut self, found: Trace) {
        let (state, rule, detail) = match found {
            Trace::Made(rule) => {
                *self = Self { state: ApplyState::Done, rule, error: None };
                return;
            }
            Trace::NotMade => (ApplyState::Failed, None, NOT_MADE),
            Trace::Restored(rule) => (ApplyState::Restored, Some(rule), RESTORED),
            Trace::Lost => (ApplyState::Lost, None, LOST),
            Trace::Unclear => return,
        };
        (self.state, self.rule) = (state, rule);
        if let Some(error) = &mut self.error {
            error.detail = Some(detail.to_owned());
        }
    }
}

/// A change that was answered with an error.
pub(super) fn refused(part: &Part, error: RegistryError) -> Sent {
    let (state, rule) = match &error.trouble {
        Trouble::Halfway { restored: Some(rule), .. } => (ApplyState::Restored, Some((**rule).clone())),
        // The old rule is gone; whether the new one is there is what the rules tell.
        Trouble::Halfway { cause, .. } if cause.trouble == Trouble::Unclear => (ApplyState::Unclear, None),
        Trouble::Halfway { .. } => (ApplyState::Lost, None),
        Trouble::Unclear => (ApplyState::Unclear, None),
        _ => (ApplyState::Failed, None),
    };
    let mut error = error.api();
    error.project = Some(part.project.summary.listing.path.clone());
    error.role_have = part.project.summary.listing.role;
    error.role_names = part.capabilities.role_names;
    if error.code == ErrorCode::RuleLimit && error.detail.is_none() {
        error.detail = part.capabilities.rule_limit.map(|limit| limit.to_string());
    }
    if state == ApplyState::Unclear {
        error.detail = None;
    }
    Sent { state, rule, error: Some(error) }
}
