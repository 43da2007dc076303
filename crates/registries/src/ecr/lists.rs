//! Lists, page by page: the repositories of the account, and the images of one.

use std::borrow::Cow;

use aws_sdk_ecr::types::{DescribeImagesFilter, ImageDetail, Repository, TagStatus};
use futures::stream::{Stream, TryStreamExt as _};
use tagwarden_rules::visibility::NotVisible;

use super::Ecr;
use super::mode::Held;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectFacts, ProjectRef, ProjectRules, RepositoryFacts, RulesRead, TagFacts};
use crate::paging::{Next, Page, PageError, PageSize, Source, pages, size};

/// Entries asked for at once: the most that the API gives.
pub(super) const PAGE: u32 = 1000;
/// Repositories that can be asked for by name at once.
const NAMES: usize = 100;

/// The permission that shows a repository's mode.
const DESCRIBE: &str = "ecr:DescribeRepositories";

/// One page and the mark of the next.
pub(super) type Marked<T> = (Vec<T>, Option<String>);

/// The account's repositories.
struct Repositories<'a>(&'a Ecr);

impl Source for Repositories<'_> {
    type Row = Repository;
    type Position = String;

    async fn read(
        &self,
        at: Option<&String>,
        size: Option<u32>,
    ) -> Result<Page<Repository, String>, PageError> {
        let page = self.0.repository_page(size, at.cloned()).await;
        page.map(marked).map_err(|error| size_or_failure(error, at, size))
    }

    fn identity<'r>(&self, row: &'r Repository) -> Cow<'r, str> {
        row.repository_name().unwrap_or_default().into()
    }

    fn page_size(&self) -> &PageSize {
        &self.0.page_size
    }

    fn error(&self, trouble: Trouble) -> RegistryError {
        self.0.error(trouble)
    }
}

/// The tagged images of a repository.
struct Images<'a> {
    ecr: &'a Ecr,
    repository: &'a RepositoryFacts,
}

impl Source for Images<'_> {
    type Row = ImageDetail;
    type Position = String;

    async fn read(
        &self,
        at: Option<&String>,
        size: Option<u32>,
    ) -> Result<Page<ImageDetail, String>, PageError> {
        let page = self.ecr.image_page(self.repository, size, at.cloned()).await;
        page.map(marked).map_err(|error| size_or_failure(error, at, size))
    }

    fn identity<'r>(&self, row: &'r ImageDetail) -> Cow<'r, str> {
        // Moto gives an image a row for each of its tags.
        format!("{} {}", row.image_digest().unwrap_or_default(), row.image_tags().join(" ")).into()
    }

    fn page_size(&self) -> &PageSize {
        &self.ecr.page_size
    }

    fn error(&self, trouble: Trouble) -> RegistryError {
        self.ecr.error(trouble)
    }
}

/// A page as the service describes it: the mark alone says whether there is another. Filtered pages may be
/// empty before the end.
pub(super) fn marked<T>((rows, next): Marked<T>) -> Page<T, String> {
    let next = next.filter(|next| !next.is_empty()).map_or(Next::End, Next::At);
    Page { rows, next, total: None }
}

/// A first page that is refused as invalid may be too large for a service that only resembles AWS.
pub(super) fn size_or_failure(error: RegistryError, at: Option<&String>, size: Option<u32>) -> PageError {
    match size {
        Some(asked) if at.is_none() && error.trouble == Trouble::Rejected => {
            let named = size::named(error.words.as_deref().unwrap_or_default(), asked, error.status);
            PageError::Size { error, named }
        }
        _ => PageError::Failed(error),
    }
}

/// A page size as the SDK takes it.
pub(super) fn rows(size: Option<u32>) -> Option<i32> {
    size.and_then(|size| i32::try_from(size).ok())
}

impl Ecr {
    pub(super) fn project_pages(
        &self,
    ) -> impl Stream<Item = Result<Vec<ProjectFacts>, RegistryError>> + Send + '_ {
        pages(Repositories(self)).map_ok(|page| page.iter().filter_map(|one| self.facts(one)).collect())
    }

    /// One page of the account's repositories, and the mark of the next.
    pub(super) async fn repository_page(
        &self,
        most: Option<u32>,
        next: Option<String>,
    ) -> Result<Marked<Repository>, RegistryError> {
        let answer = self
            .read(|| {
                let call = self.sdk.describe_repositories().set_max_results(rows(most));
                Box::pin(call.set_next_token(next.clone()).send())
            })
            .await?;
        Ok((answer.repositories.unwrap_or_default(), answer.next_token))
    }

    async fn image_page(
        &self,
        repository: &RepositoryFacts,
        most: Option<u32>,
        next: Option<String>,
    ) -> Result<Marked<ImageDetail>, RegistryError> {
        let answer = self
            .read(|| {
                let tagged = DescribeImagesFilter::builder().tag_status(TagStatus::Tagged).build();
                let call = self.sdk.describe_images().repository_name(&repository.id).filter(tagged);
                Box::pin(call.set_max_results(rows(most)).set_next_token(next.clone()).send())
            })
            .await?;
        Ok((answer.image_details.unwrap_or_default(), answer.next_token))
    }

    /// Repositories by name. One that is not there makes the whole answer an error.
    async fn named(&self, names: Vec<String>) -> Result<Vec<Repository>, RegistryError> {
        let answer = self
            .read(|| {
                Box::pin(self.sdk.describe_repositories().set_repository_names(Some(names.clone())).send())
            })
            .await?;
        Ok(answer.repositories.unwrap_or_default())
    }

    pub(super) async fn repository(&self, name: &str) -> Result<Repository, RegistryError> {
        let found = self.named(vec![name.to_owned()]).await?;
        let found = found.into_iter().find(|one| one.repository_name() == Some(name));
        found.ok_or_else(|| self.error(Trouble::NotFound))
    }

    /// What a repository is as a project; `None` for one without a name.
    pub(super) fn facts(&self, repository: &Repository) -> Option<ProjectFacts> {
        let name = repository.repository_name()?;
        let region = &self.place.region;
        let page = repository.registry_id().filter(|_| self.place.is_public()).map(|account| {
            format!(
                "https://{region}.console.aws.amazon.com/ecr/repositories/private/{account}/{name}?region={region}"
            )
        });
        Some(ProjectFacts {
            project: ProjectRef { id: name.to_owned(), path: name.to_owned() },
            web_url: page,
            role: None,
            registry_enabled: true,
            archived: false,
        })
    }

    /// The rules of many, a hundred at a time; one that is gone, or denied, has the others asked for by
    /// themselves.
    pub(super) async fn read_rules(
        &self,
        projects: &[ProjectFacts],
    ) -> Vec<Result<ProjectRules, RegistryError>> {
        let mut all = Vec::with_capacity(projects.len());
        for some in projects.chunks(NAMES) {
            match self.named(some.iter().map(|facts| facts.project.id.clone()).collect()).await {
                Ok(found) => all.extend(some.iter().map(|facts| {
                    let mine = |one: &&Repository| one.repository_name() == Some(facts.project.id.as_str());
                    let found = found.iter().find(mine).ok_or_else(|| self.error(Trouble::NotFound));
                    found.map(rules_of)
                })),
                Err(error)
                    if matches!(error.trouble, Trouble::NotFound | Trouble::Rejected | Trouble::Denied) =>
                {
                    for facts in some {
                        all.push(self.rules_or_denied(&facts.project.id).await);
                    }
                }
                Err(error) => all.extend(some.iter().map(|_| Err(error.clone()))),
            }
        }
        all
    }

    /// A policy may allow to list repositories and their images and deny to describe one of them, which
    /// says nothing about its mode.
    async fn rules_or_denied(&self, name: &str) -> Result<ProjectRules, RegistryError> {
        match self.repository(name).await {
            Ok(repository) => Ok(rules_of(&repository)),
            Err(error) if error.trouble == Trouble::Denied => Ok(ProjectRules::NotVisible {
                reason: NotVisible::Permission { needs: DESCRIBE.to_owned() },
                capabilities: super::capabilities(),
            }),
            Err(error) => Err(error),
        }
    }

    /// A project is one repository.
    pub(super) fn only_repository(project: &ProjectRef) -> RepositoryFacts {
        RepositoryFacts {
            id: project.id.clone(),
            name: String::new(),
            path: project.path.clone(),
            tag_count: None,
        }
    }

    pub(super) fn tag_pages<'a>(
        &'a self,
        repository: &'a RepositoryFacts,
    ) -> impl Stream<Item = Result<Vec<TagFacts>, RegistryError>> + Send + 'a {
        pages(Images { ecr: self, repository }).map_ok(|page| page.iter().flat_map(tags_of).collect())
    }
}

/// An image has all its tags with it. The time is when the image was pushed; moving a tag to it later
/// does not change that, and the service tells no other.
fn tags_of(image: &ImageDetail) -> impl Iterator<Item = TagFacts> + '_ {
    image.image_tags().iter().map(|tag| TagFacts {
        name: tag.clone(),
        digest: image.image_digest().map(str::to_owned),
        created_at: None,
        pushed_at: image.image_pushed_at().map(|at| at.secs()),
        size: image.image_size_in_bytes(),
        verdict: None,
    })
}

pub(super) fn held(repository: &Repository) -> Held {
    Held::of(repository.image_tag_mutability(), repository.image_tag_mutability_exclusion_filters())
}

fn rules_of(repository: &Repository) -> ProjectRules {
    let capabilities = super::capabilities();
    match held(repository) {
        Held::Rule(rule) => ProjectRules::Visible(RulesRead {
            rules: rule.into_iter().collect(),
            complete: true,
            capabilities,
        }),
        Held::Unknown => ProjectRules::NotVisible { reason: NotVisible::NotUnderstood, capabilities },
    }
}
