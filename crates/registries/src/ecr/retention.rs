//! What a lifecycle policy does, as the service itself says: its text, and its own preview.

use std::time::Duration;

use aws_sdk_ecr::operation::get_lifecycle_policy::GetLifecyclePolicyError;
use aws_sdk_ecr::types::{
    ImageActionType, LifecyclePolicyPreviewResult, LifecyclePolicyPreviewStatus as Status,
};
use tagwarden_rules::cleanup::{CleanupImage, Fate};

use super::Ecr;
use crate::error::{RegistryError, Trouble};
use crate::facts::ProjectRef;

/// Results asked for at once: the most that the API gives.
const PAGE: i32 = 100;
/// How often it is asked whether a preview is made, and how long between two questions. ECR's own waiter
/// asks so.
const QUESTIONS: u32 = 20;
const BETWEEN: Duration = Duration::from_secs(5);

impl Ecr {
    /// The text of a repository's lifecycle policy; `None`: it has none.
    ///
    /// # Errors
    /// As for every call.
    pub async fn lifecycle(&self, project: &ProjectRef) -> Result<Option<String>, RegistryError> {
        self.read(|| {
            let call = self.sdk.get_lifecycle_policy().repository_name(&project.id);
            Box::pin(async move {
                let none = |error: &GetLifecyclePolicyError| error.is_lifecycle_policy_not_found_exception();
                match call.send().await {
                    Ok(answer) => Ok(answer.lifecycle_policy_text),
                    Err(error) if error.as_service_error().is_some_and(none) => Ok(None),
                    Err(error) => Err(error),
                }
            })
        })
        .await
    }

    /// The images that a policy would act on, by the service's own preview of `text`, or of the policy
    /// that is there. It changes nothing and still takes the right to start previews; a repository has
    /// one preview at a time.
    ///
    /// # Errors
    /// [`Trouble::Rejected`] for a text that the service refuses, [`Trouble::TimedOut`] when it is not
    /// ready in time; otherwise as for every call.
    pub async fn lifecycle_preview(
        &self,
        project: &ProjectRef,
        text: Option<&str>,
    ) -> Result<Vec<CleanupImage>, RegistryError> {
        self.read(|| {
            let call = self.sdk.start_lifecycle_policy_preview().repository_name(&project.id);
            Box::pin(call.set_lifecycle_policy_text(text.map(str::to_owned)).send())
        })
        .await?;
        let (mut found, mut next, mut asked) = (Vec::new(), None::<String>, 0);
        loop {
            let answer = self
                .read(|| {
                    let call = self.sdk.get_lifecycle_policy_preview().repository_name(&project.id);
                    Box::pin(call.max_results(PAGE).set_next_token(next.clone()).send())
                })
                .await?;
            match answer.status() {
                Some(Status::Complete) => {}
                Some(Status::InProgress) => {
                    asked += 1;
                    if asked >= QUESTIONS {
                        return Err(self.error(Trouble::TimedOut));
                    }
                    self.pacing.sleep(BETWEEN).await;
                    continue;
                }
                _ => return Err(self.error(Trouble::ServerFailed)),
            }
            for result in answer.preview_results() {
                found.push(self.doomed(result)?);
            }
            let more = answer.next_token().filter(|more| !more.is_empty()).map(str::to_owned);
            match more {
                None => return Ok(found),
                Some(more) if next.as_ref() == Some(&more) => return Err(self.error(Trouble::ListCut)),
                Some(more) => next = Some(more),
            }
        }
    }

    fn doomed(&self, result: &LifecyclePolicyPreviewResult) -> Result<CleanupImage, RegistryError> {
        let fate = match result.action().and_then(|action| action.r#type()) {
            Some(ImageActionType::Expire) => Fate::Deleted,
            Some(ImageActionType::Transition) => Fate::Archived,
            _ => return Err(self.error(Trouble::Garbled("unexpected".to_owned()))),
        };
        Ok(CleanupImage {
            digest: result.image_digest().map(str::to_owned),
            tags: result.image_tags().to_vec(),
            pushed_at: result.image_pushed_at().map(|at| at.secs()),
            fate,
            rule: result.applied_rule_priority().and_then(|rule| u32::try_from(rule).ok()),
        })
    }
}
