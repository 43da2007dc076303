//! How one change ended, and the error that goes with it.

use tagwarden_archive::{Closing, Outcome};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::plans::ApplyState;
use tagwarden_registries::{RegistryError, RulesRead};
use tagwarden_rules::rule::SavedRule;

use super::change::Site;
use crate::errors::{IntoApi as _, NOT_MADE, to_value};

/// How one change ended.
pub(super) struct Ended {
    pub(super) closing: Closing,
    /// The rule as the server holds it now, where the change came that far.
    pub(super) rule: Option<SavedRule>,
    pub(super) error: Option<ApiError>,
    /// The rules as they were read last, if they were.
    pub(super) read: Option<RulesRead>,
}

impl Ended {
    pub(super) fn with(closing: Closing, rule: Option<SavedRule>, error: Option<ApiError>) -> Self {
        Self { closing, rule, error, read: None }
    }

    pub(super) fn read(self, read: impl Into<Option<RulesRead>>) -> Self {
        Self { read: read.into(), ..self }
    }

    /// As the journal keeps it; counts are added by who knows them.
    pub(super) fn outcome(&self) -> Outcome {
        Outcome {
            closing: self.closing,
            result_rule: self.rule.clone(),
            error: self.error.as_ref().and_then(to_value),
            after: None,
            changed_tags: 0,
        }
    }
}

/// As the window shows it.
pub(super) fn shown(closing: Closing) -> ApplyState {
    match closing {
        Closing::Done => ApplyState::Done,
        Closing::Partial => ApplyState::Partial,
        Closing::Failed => ApplyState::Failed,
        Closing::NotMade => ApplyState::NotMade,
        Closing::Unclear { .. } => ApplyState::Unclear,
        Closing::Exposed => ApplyState::Exposed,
        Closing::Restored => ApplyState::Restored,
        Closing::Lost => ApplyState::Lost,
        Closing::Skipped => ApplyState::Skipped,
        Closing::Unverifiable(_) => ApplyState::Unverifiable,
    }
}

/// A registry's error about one project, with what its sentence needs.
pub(super) fn told(site: &Site<'_>, error: RegistryError) -> ApiError {
    let listing = &site.project.summary.listing;
    let mut error = ApiError {
        project: Some(listing.path.clone()),
        role_have: listing.role,
        role_names: site.capabilities.role_names,
        ..error.api()
    };
    if error.code == ErrorCode::RuleLimit && error.detail.is_none() {
        error.detail = site.capabilities.rule_limit.map(|limit| limit.to_string());
    }
    error
}

/// The error of a change that the rules do not show: the server's own account of its failure where it
/// gave one, and that there was no complete answer otherwise.
pub(super) fn not_made(error: ApiError) -> ApiError {
    match error.code {
        ErrorCode::ServerFailed => error.detail(NOT_MADE),
        _ => ApiError { code: ErrorCode::NotMade, detail: None, retryable: true, ..error },
    }
}
