//! What the SDK's errors mean, read from codes and types.

use aws_sdk_ecr::config::http::HttpResponse;
use aws_sdk_ecr::error::{ProvideErrorMetadata, SdkError};

use super::Ecr;
use super::transport::NoAnswer;
use crate::address::origin;
use crate::error::{RegistryError, Trouble};
use crate::http::Intent;
use crate::http::failure::find;

/// An error, and whether a read may be tried again.
pub(super) struct Judged {
    pub(super) error: RegistryError,
    pub(super) again: bool,
}

impl Ecr {
    pub(super) fn judge<E>(&self, error: &SdkError<E>, intent: Intent) -> Judged
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let write = intent == Intent::Write;
        let unclear = |trouble| if write { Trouble::Unclear } else { trouble };
        match error {
            SdkError::ServiceError(service) => self.refusal(service.err(), service.raw(), intent),
            // The answer came, and is not what this call answers.
            SdkError::ResponseError(response) => {
                let raw = response.raw();
                let trouble = self.status_trouble(raw.status().as_u16(), raw, write);
                self.judged(trouble, Some(raw), None, false)
            }
            SdkError::TimeoutError(_) => self.judged(unclear(Trouble::TimedOut), None, None, false),
            SdkError::DispatchFailure(_) => match find::<NoAnswer>(error) {
                Some(NoAnswer(failure)) => {
                    let trouble = failure.trouble.clone();
                    let trouble = if failure.sent { unclear(trouble) } else { trouble };
                    let mut judged = self.judged(trouble, None, None, failure.again);
                    judged.error.status = failure.status;
                    judged
                }
                None => self.judged(unclear(Trouble::Broken), None, None, false),
            },
            // Nothing was sent.
            _ => self.judged(Trouble::Garbled("unexpected".to_owned()), None, None, false),
        }
    }

    fn refusal<E: ProvideErrorMetadata>(&self, error: &E, raw: &HttpResponse, intent: Intent) -> Judged {
        let (status, said) = (raw.status().as_u16(), error.message());
        let write = intent == Intent::Write;
        let (trouble, again) = match error.code() {
            Some(code) => match self.code_trouble(code, said.unwrap_or_default(), raw) {
                Some(trouble @ Trouble::RateLimited(_)) => (trouble, true),
                // A service that is not available and says when it will be has not begun.
                Some(Trouble::ServerFailed) if write && status == 503 && wait(raw).is_some() => {
                    (Trouble::RateLimited(wait(raw)), false)
                }
                Some(Trouble::ServerFailed) if write => (Trouble::ServerFailed, false),
                Some(Trouble::ServerFailed) => (Trouble::ServerFailed, true),
                Some(trouble) => (trouble, false),
                None if status >= 500 => (self.status_trouble(status, raw, write), true),
                None if write => (Trouble::Rejected, false),
                None => (Trouble::Garbled("unexpected".to_owned()), false),
            },
            None => (self.status_trouble(status, raw, write), matches!(status, 429 | 502 | 503 | 504)),
        };
        self.judged(trouble, Some(raw), said, again)
    }

    /// The codes of the service and of the doors before it.
    fn code_trouble(&self, code: &str, said: &str, raw: &HttpResponse) -> Option<Trouble> {
        Some(match code {
            "ExpiredTokenException" | "ExpiredToken" => Trouble::TokenExpired,
            // "Credential should be scoped to a valid region."
            "InvalidSignatureException" | "SignatureDoesNotMatch" if said.contains("valid region") => {
                Trouble::OtherRegion
            }
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature"
            | "IncompleteSignatureException"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "AuthFailure" => Trouble::TokenRefused,
            "AccessDeniedException" | "AccessDenied" | "OptInRequired" => Trouble::Denied,
            "RepositoryNotFoundException"
            | "RegistryNotFoundException"
            | "LifecyclePolicyNotFoundException"
            | "LifecyclePolicyPreviewNotFoundException" => Trouble::NotFound,
            // One at a time in a repository: somebody else's is under way.
            "LifecyclePolicyPreviewInProgressException" => Trouble::RateLimited(None),
            "ThrottlingException"
            | "Throttling"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "RequestLimitExceeded"
            | "SlowDown"
            | "TooManyRequestsException"
            | "LimitExceededException" => Trouble::RateLimited(wait(raw)),
            "ServerException"
            | "InternalFailure"
            | "InternalServerError"
            | "ServiceUnavailable"
            | "ServiceUnavailableException" => Trouble::ServerFailed,
            "InvalidParameterException" | "ValidationException" => Trouble::Rejected,
            "UnknownOperationException" | "InvalidAction" => Trouble::Unsupported,
            _ => return None,
        })
    }

    fn status_trouble(&self, status: u16, raw: &HttpResponse, write: bool) -> Trouble {
        let json = raw.headers().get("content-type").is_some_and(|kind| kind.contains("json"));
        match status {
            200..=299 if write => Trouble::Unclear,
            200..=299 if json => Trouble::Garbled("not-json".to_owned()),
            300..=399 => {
                let target = raw.headers().get("location").and_then(|to| self.place.endpoint.join(to).ok());
                Trouble::Redirected(target.map(|url| origin(&url)).unwrap_or_default())
            }
            429 => Trouble::RateLimited(wait(raw)),
            503 if write && wait(raw).is_some() => Trouble::RateLimited(wait(raw)),
            500.. if write => Trouble::Unclear,
            500.. => Trouble::ServerFailed,
            _ => Trouble::NotThisProduct,
        }
    }

    fn judged(
        &self,
        trouble: Trouble,
        raw: Option<&HttpResponse>,
        said: Option<&str>,
        again: bool,
    ) -> Judged {
        let status = raw.map(|raw| raw.status().as_u16());
        Judged { error: self.http.refused(trouble, status, said), again }
    }
}

/// Seconds that the server asks to wait.
fn wait(raw: &HttpResponse) -> Option<u32> {
    raw.headers().get("retry-after").and_then(|seconds| seconds.trim().parse().ok())
}
