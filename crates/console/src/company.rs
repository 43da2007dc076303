//! The tags and images that an operation on one tag concerns, as the registry goes through them.

use std::collections::HashMap;

use tagwarden_archive::{TagRow, TagSort, TagsFilter};
use tagwarden_ipc::ApiError;
use tagwarden_rules::decision::{Attached, Subject};
use tagwarden_rules::enforcement::Enforcement;
use tagwarden_rules::tag::{signature_tag, signed_digest};

use crate::Console;
use crate::errors::OrApi as _;

/// Tags that are put in order, of one digest or of a repository. The order only decides which of several
/// immutable tags a refusal names; of a larger repository the tags are taken by name.
const MOST_IN_ORDER: u32 = 1000;

/// Where a tag is: the ids of its project and its repository, and the path of that.
pub(crate) struct TagPlace<'a> {
    pub(crate) project: &'a str,
    pub(crate) repository: &'a str,
    pub(crate) path: &'a str,
}

/// The tags that go when one is deleted with its manifest or its repository.
#[derive(Default)]
pub(crate) struct Company {
    same_digest: Vec<String>,
    repository_tags: Vec<String>,
    /// Tags of signatures of its image, and of the parts of its image.
    signatures: Vec<String>,
    in_index: bool,
}

impl Company {
    pub(crate) fn same_digest(&self) -> &[String] {
        &self.same_digest
    }

    pub(crate) fn repository_tags(&self) -> &[String] {
        &self.repository_tags
    }

    pub(crate) fn attached(&self) -> Attached<'_> {
        Attached { tags: &self.signatures, in_index: self.in_index }
    }

    pub(crate) fn subject<'a>(&'a self, repository: &'a str, tag: &'a str, exists: bool) -> Subject<'a> {
        let Self { same_digest, repository_tags, .. } = self;
        Subject { repository, tag, exists, same_digest, repository_tags, attached: self.attached() }
    }
}

impl Console {
    /// The tags that are known beside this one in its repository, for registries that look at them.
    pub(crate) async fn company(
        &self,
        tag: &TagPlace<'_>,
        digest: Option<&str>,
        enforcement: Enforcement,
    ) -> Result<Company, ApiError> {
        let mut company = Company::default();
        if !enforcement.looks_at_other_tags() {
            return Ok(company);
        }
        if let Some(digest) = digest {
            company.same_digest = newest_first(self.newest_tags(tag, Some(digest)).await?);
            let connection = self.known_project(tag.project).await?.summary.listing.connection_id;
            let ties = self.inner.registries.known(&connection);
            let ties = ties.map(|client| client.image_ties(tag.path, digest)).unwrap_or_default();
            company.in_index = ties.in_index;
            let mut images = vec![digest];
            for part in &ties.parts {
                // A part with a tag of its own stays, and so does what is attached to it.
                if self.newest_tags(tag, Some(part)).await?.is_empty() {
                    images.push(part);
                }
            }
            for name in images.into_iter().filter_map(signature_tag) {
                let kept = self.inner.archive.tag(tag.project, tag.repository, &name).await.or_api()?;
                if kept.as_ref().is_some_and(is_hidden) {
                    company.signatures.push(name);
                }
            }
        }
        let scope = self.scope(tag.project).await?;
        let place = scope.repository_ids.iter().position(|id| id == tag.repository);
        if let Some(repository) = place.and_then(|place| scope.index.repositories().get(place)) {
            company.repository_tags = if repository.rows.len() > MOST_IN_ORDER as usize {
                repository.rows.clone().map(|row| scope.index.tag(row).to_owned()).collect()
            } else {
                newest_first(self.newest_tags(tag, None).await?)
            };
        }
        Ok(company)
    }

    /// Tags of a repository, or of one of its digests, those pushed last first.
    async fn newest_tags(&self, tag: &TagPlace<'_>, digest: Option<&str>) -> Result<Vec<TagRow>, ApiError> {
        let filter = TagsFilter {
            projects: vec![tag.project.to_owned()],
            repository_id: Some(tag.repository.to_owned()),
            digest: digest.map(str::to_owned),
            sort: TagSort::Pushed,
            descending: true,
            limit: MOST_IN_ORDER,
            ..TagsFilter::default()
        };
        self.inner.archive.tag_rows(&filter).await.or_api()
    }
}

/// Whether it is the tag of a signature that no list of images shows: lists tell dates.
fn is_hidden(row: &TagRow) -> bool {
    signed_digest(&row.name).is_some() && row.pushed_at.is_none()
}

/// The newest image first, of each image its signatures and then its newest tag. An image is as old as
/// the oldest of its tags.
fn newest_first(rows: Vec<TagRow>) -> Vec<String> {
    struct Image {
        pushed_at: Option<i64>,
        signatures: Vec<String>,
        tags: Vec<String>,
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut images: Vec<Image> = Vec::new();
    for row in rows {
        let signed = signed_digest(&row.name).filter(|_| is_hidden(&row));
        let digest = signed.clone().or_else(|| row.digest.clone()).unwrap_or_else(|| row.name.clone());
        let place = *places.entry(digest).or_insert_with(|| {
            images.push(Image { pushed_at: None, signatures: Vec::new(), tags: Vec::new() });
            images.len() - 1
        });
        let Some(image) = images.get_mut(place) else { continue };
        if signed.is_some() {
            image.signatures.push(row.name);
        } else {
            image.pushed_at = row.pushed_at.or(image.pushed_at);
            image.tags.push(row.name);
        }
    }
    images.sort_by_key(|image| std::cmp::Reverse(image.pushed_at));
    images.into_iter().flat_map(|image| image.signatures.into_iter().chain(image.tags)).collect()
}
