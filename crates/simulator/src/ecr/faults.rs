//! Things that go wrong when told to.

use std::sync::{Mutex, PoisonError};

use super::answer::Refusal;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A refusal with this status, code and message; nothing is carried out.
    Refuse {
        /// HTTP status.
        status: u16,
        /// The code.
        code: String,
        /// The message.
        message: String,
    },
    /// The connection is cut before anything is carried out.
    CutBefore,
    /// It is carried out, and the connection is cut without an answer.
    CutAfter,
    /// It is carried out, and the answer is not JSON.
    Garbage,
    /// A redirect to this address.
    Redirect(String),
}

impl Fault {
    /// ECR: too many calls.
    #[must_use]
    pub fn throttled() -> Self {
        Self::refused("ThrottlingException", "Rate exceeded")
    }

    /// The keys are temporary and over.
    #[must_use]
    pub fn expired() -> Self {
        Self::refused("ExpiredTokenException", "The security token included in the request is expired")
    }

    /// ECR: a failure of its own.
    #[must_use]
    pub fn failed() -> Self {
        Self::Refuse { status: 500, code: "ServerException".to_owned(), message: String::new() }
    }

    /// Any refusal with status 400.
    #[must_use]
    pub fn refused(code: &str, message: &str) -> Self {
        Self::Refuse { status: 400, code: code.to_owned(), message: message.to_owned() }
    }

    pub(super) fn refusal(&self) -> Option<Refusal> {
        let Self::Refuse { status, code, message } = self else { return None };
        Some(Refusal { status: *status, code: code.clone(), message: message.clone() })
    }
}

#[derive(Debug)]
struct Ordered {
    operation: Option<String>,
    left: Option<u32>,
    fault: Fault,
}

/// The faults that are ordered, first ordered first.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<Vec<Ordered>>);

impl Faults {
    pub(super) fn order(&self, operation: Option<&str>, times: Option<u32>, fault: Fault) {
        let operation = operation.map(str::to_owned);
        self.lock().push(Ordered { operation, left: times, fault });
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    pub(super) fn strike(&self, operation: &str) -> Option<Fault> {
        let mut all = self.lock();
        let hit = all.iter_mut().find(|one| {
            one.left != Some(0) && one.operation.as_deref().is_none_or(|wanted| wanted == operation)
        })?;
        hit.left = hit.left.map(|left| left.saturating_sub(1));
        Some(hit.fault.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Ordered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
