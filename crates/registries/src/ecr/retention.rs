//! What a lifecycle policy does, as the service itself says: its text, and its own preview.

use std::borrow::Cow;
use std::time::Duration;

use aws_sdk_ecr::operation::get_lifecycle_policy::GetLifecyclePolicyError;
use aws_sdk_ecr::types::{
    ImageActionType, LifecyclePolicyPreviewResult, LifecyclePolicyPreviewStatus as Status,
};
use futures::TryStreamExt as _;
use tagwarden_rules::cleanup::{CleanupImage, Fate};

use super::Ecr;
use super::lists::{Marked, marked, rows, size_or_failure};
use crate::error::{RegistryError, Trouble};
use crate::facts::ProjectRef;
use crate::paging::{Page, PageError, PageSize, Source, pages};

/// Results asked for at once: the most that the API gives.
const PAGE: u32 = 100;
/// How often it is asked whether a preview is made, and how long between two questions. ECR's own waiter
/// asks so.
const QUESTIONS: u32 = 20;
const BETWEEN: Duration = Duration::from_secs(5);

/// The results of a preview.
struct Preview<'a> {
    ecr: &'a Ecr,
    project: &'a ProjectRef,
    size: PageSize,
}

impl Source for Preview<'_> {
    type Row = LifecyclePolicyPreviewResult;
    type Position = String;

    async fn read(
        &self,
        at: Option<&String>,
        size: Option<u32>,
    ) -> Result<Page<Self::Row, String>, PageError> {
        let page = self.ecr.preview_page(self.project, size, at.cloned()).await;
        page.map(marked).map_err(|error| size_or_failure(error, at, size))
    }

    fn identity<'r>(&self, row: &'r Self::Row) -> Cow<'r, str> {
        let action = row.action().and_then(|action| action.r#type()).map_or("", |action| action.as_str());
        format!("{} {action} {:?}", row.image_digest().unwrap_or_default(), row.image_tags()).into()
    }

    fn page_size(&self) -> &PageSize {
        &self.size
    }

    fn error(&self, trouble: Trouble) -> RegistryError {
        self.ecr.error(trouble)
    }
}

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
        // A preview that was not read whole would say of too few images what becomes of them.
        let results: Vec<LifecyclePolicyPreviewResult> =
            pages(Preview { ecr: self, project, size: PageSize::new(PAGE) }).try_concat().await?;
        results.iter().map(|result| self.doomed(result)).collect()
    }

    /// One page of a preview, as soon as it is ready.
    async fn preview_page(
        &self,
        project: &ProjectRef,
        most: Option<u32>,
        next: Option<String>,
    ) -> Result<Marked<LifecyclePolicyPreviewResult>, RegistryError> {
        for asked in 0..QUESTIONS {
            if asked > 0 {
                self.pacing.sleep(BETWEEN).await;
            }
            let answer = self
                .read(|| {
                    let call = self.sdk.get_lifecycle_policy_preview().repository_name(&project.id);
                    Box::pin(call.set_max_results(rows(most)).set_next_token(next.clone()).send())
                })
                .await?;
            match answer.status() {
                Some(Status::Complete) => {
                    return Ok((answer.preview_results.unwrap_or_default(), answer.next_token));
                }
                Some(Status::InProgress) => {}
                _ => return Err(self.error(Trouble::ServerFailed)),
            }
        }
        Err(self.error(Trouble::TimedOut))
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
