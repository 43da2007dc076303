//! Lists, page by page: the repositories of the account, and the images of one.

use std::collections::HashSet;

use aws_sdk_ecr::types::{DescribeImagesFilter, ImageDetail, Repository, TagStatus};
use futures::stream::{self, Stream};

use super::Ecr;
use super::mode::Held;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectFacts, ProjectRef, RepositoryFacts, RulesRead, TagFacts};

/// Entries asked for at once: the most that the API gives.
const PAGE: i32 = 1000;
/// Repositories that can be asked for by name at once.
const NAMES: usize = 100;

/// Where reading stands.
#[derive(Default)]
struct Reading {
    next: Option<String>,
    /// Marks of pages that were read: one that comes again would be read for ever.
    seen: HashSet<String>,
    ended: bool,
}

impl Reading {
    /// Goes on behind this page.
    fn turn(&mut self, ecr: &Ecr, next: Option<&str>) -> Result<(), RegistryError> {
        self.next = next.filter(|next| !next.is_empty()).map(str::to_owned);
        self.ended = self.next.is_none();
        match &self.next {
            Some(next) if !self.seen.insert(next.clone()) => Err(ecr.error(Trouble::ListCut)),
            _ => Ok(()),
        }
    }

    /// A mark that the server does not know any more: what came before is good.
    fn cut(&self, error: RegistryError) -> RegistryError {
        let lost = self.next.is_some() && error.trouble == Trouble::Rejected;
        if lost { RegistryError { trouble: Trouble::ListCut, ..error } } else { error }
    }
}

impl Ecr {
    pub(super) fn project_pages(
        &self,
    ) -> impl Stream<Item = Result<Vec<ProjectFacts>, RegistryError>> + Send + '_ {
        stream::try_unfold(Reading::default(), move |mut reading| async move {
            if reading.ended {
                return Ok(None);
            }
            let page = self.repository_page(PAGE, reading.next.clone()).await;
            let (repositories, next) = page.map_err(|error| reading.cut(error))?;
            reading.turn(self, next.as_deref())?;
            let facts = repositories.iter().filter_map(|repository| self.facts(repository)).collect();
            Ok(Some((facts, reading)))
        })
    }

    /// One page of the account's repositories, and the mark of the next.
    pub(super) async fn repository_page(
        &self,
        most: i32,
        next: Option<String>,
    ) -> Result<(Vec<Repository>, Option<String>), RegistryError> {
        let answer = self
            .read(|| {
                let call = self.sdk.describe_repositories().max_results(most).set_next_token(next.clone());
                Box::pin(call.send())
            })
            .await?;
        Ok((answer.repositories.unwrap_or_default(), answer.next_token))
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
        })
    }

    /// The rules of many, a hundred at a time; one that is gone has the others asked for by themselves.
    pub(super) async fn read_rules(
        &self,
        projects: &[ProjectFacts],
    ) -> Vec<Result<RulesRead, RegistryError>> {
        let mut all = Vec::with_capacity(projects.len());
        for some in projects.chunks(NAMES) {
            match self.named(some.iter().map(|facts| facts.project.id.clone()).collect()).await {
                Ok(found) => all.extend(some.iter().map(|facts| {
                    let mine = |one: &&Repository| one.repository_name() == Some(facts.project.id.as_str());
                    let found = found.iter().find(mine).ok_or_else(|| self.error(Trouble::NotFound));
                    found.map(rules_of)
                })),
                Err(error)
                    if some.len() > 1
                        && matches!(
                            error.trouble,
                            Trouble::NotFound | Trouble::Rejected | Trouble::Denied
                        ) =>
                {
                    for facts in some {
                        all.push(
                            self.repository(&facts.project.id)
                                .await
                                .as_ref()
                                .map(rules_of)
                                .map_err(Clone::clone),
                        );
                    }
                }
                Err(error) => all.extend(some.iter().map(|_| Err(error.clone()))),
            }
        }
        all
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
        stream::try_unfold(Reading::default(), move |mut reading| async move {
            if reading.ended {
                return Ok(None);
            }
            let answer = self
                .read(|| {
                    let tagged = DescribeImagesFilter::builder().tag_status(TagStatus::Tagged).build();
                    let call = self.sdk.describe_images().repository_name(&repository.id).filter(tagged);
                    Box::pin(call.max_results(PAGE).set_next_token(reading.next.clone()).send())
                })
                .await
                .map_err(|error| reading.cut(error))?;
            reading.turn(self, answer.next_token())?;
            Ok(Some((answer.image_details().iter().flat_map(tags_of).collect(), reading)))
        })
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
        immutable: None,
    })
}

pub(super) fn held(repository: &Repository) -> Held {
    Held::of(repository.image_tag_mutability(), repository.image_tag_mutability_exclusion_filters())
}

fn rules_of(repository: &Repository) -> RulesRead {
    let (rules, complete) = match held(repository) {
        Held::Rule(rule) => (rule.into_iter().collect(), true),
        Held::Unknown => (Vec::new(), false),
    };
    RulesRead { rules, complete, capabilities: super::capabilities() }
}
