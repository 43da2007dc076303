//! Tags with their digests: of a whole project at once where the server can, else by repository.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::pin_mut;
use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::Harbor;
use super::asking::repository_segment;
use super::version::Version;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectRef, RepositoryFacts, TagFacts};
use crate::moment::unix;

/// Tags by repository, as read in one go; repositories that were taken are not there any more.
type ByRepository = Mutex<HashMap<String, Vec<TagFacts>>>;

/// What was read of whole projects and not handed on yet, by project.
#[derive(Default)]
pub(super) struct Inventories {
    projects: Mutex<HashMap<String, Arc<OnceCell<Option<ByRepository>>>>>,
}

impl Inventories {
    pub(super) fn forget(&self, project: &str) {
        self.projects.lock().unwrap_or_else(PoisonError::into_inner).remove(project);
    }

    fn of(&self, project: &str) -> Arc<OnceCell<Option<ByRepository>>> {
        let mut projects = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(projects.entry(project.to_owned()).or_default())
    }
}

/// An artifact: a digest and the tags that point at it.
#[derive(Deserialize)]
struct Artifact {
    digest: String,
    #[serde(default)]
    size: Option<i64>,
    #[serde(default)]
    repository_name: Option<String>,
    #[serde(default)]
    extra_attrs: Option<Extra>,
    #[serde(default)]
    tags: Option<Vec<WireTag>>,
}

#[derive(Deserialize)]
struct Extra {
    #[serde(default)]
    created: Option<String>,
}

#[derive(Deserialize)]
struct WireTag {
    name: String,
    #[serde(default)]
    push_time: Option<String>,
    #[serde(default)]
    immutable: Option<bool>,
}

/// Artifacts with a tag, and what the server thinks of each tag.
const QUERY: [(&str, &str); 4] =
    [("q", "tags=*"), ("with_tag", "true"), ("with_immutable_status", "true"), ("sort", "-push_time")];

impl Artifact {
    fn read(self) -> Vec<TagFacts> {
        let created = self.extra_attrs.and_then(|extra| extra.created);
        let created_at = created.as_deref().and_then(unix);
        let (digest, size) = (self.digest, self.size);
        let tag = |tag: WireTag| TagFacts {
            name: tag.name,
            digest: Some(digest.clone()),
            created_at,
            pushed_at: tag.push_time.as_deref().and_then(unix),
            size,
            immutable: tag.immutable,
        };
        self.tags.unwrap_or_default().into_iter().map(tag).collect()
    }
}

impl Harbor {
    pub(super) fn tag_pages<'a>(
        &'a self,
        project: &'a ProjectRef,
        repository: &'a RepositoryFacts,
    ) -> impl Stream<Item = Result<Vec<TagFacts>, RegistryError>> + Send + 'a {
        stream::once(self.tags_from_project(project, repository))
            .map_ok(move |known| match known {
                Some(tags) => stream::iter([Ok(tags)]).boxed(),
                None => self.tags_of_repository(project, repository).boxed(),
            })
            .try_flatten()
    }

    /// `None`: this server has no such list, or the repository came after it was read.
    async fn tags_from_project(
        &self,
        project: &ProjectRef,
        repository: &RepositoryFacts,
    ) -> Result<Option<Vec<TagFacts>>, RegistryError> {
        if self.system().await?.release().is_none_or(|version| version < Version::PROJECT_ARTIFACTS) {
            return Ok(None);
        }
        let inventory = self.inventories.of(&project.id);
        let all = inventory.get_or_try_init(|| self.read_inventory(project)).await?;
        let Some(all) = all else { return Ok(None) };
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(all.remove(&repository.path).or_else(|| all.remove(&repository.name)))
    }

    async fn read_inventory(&self, project: &ProjectRef) -> Result<Option<ByRepository>, RegistryError> {
        let mut all: HashMap<String, Vec<TagFacts>> = HashMap::new();
        let pages = self.pages::<Artifact>(&["projects", &project.id, "artifacts"], &QUERY);
        pin_mut!(pages);
        loop {
            let page = match pages.try_next().await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                // A proxy or an older server than it says.
                Err(error) if matches!(error.trouble, Trouble::NotFound | Trouble::NotThisProduct) => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            };
            for artifact in page {
                let Some(repository) = artifact.repository_name.clone() else { return Ok(None) };
                all.entry(repository).or_default().extend(artifact.read());
            }
        }
        for tags in all.values_mut() {
            once_each(tags);
        }
        Ok(Some(Mutex::new(all)))
    }

    fn tags_of_repository<'a>(
        &'a self,
        project: &'a ProjectRef,
        repository: &'a RepositoryFacts,
    ) -> impl Stream<Item = Result<Vec<TagFacts>, RegistryError>> + Send + 'a {
        let name = repository_segment(&repository.name);
        let segments = ["projects", &project.path, "repositories", &name, "artifacts"];
        self.pages::<Artifact>(&segments, &QUERY)
            .map_ok(|page| {
                let mut tags = page.into_iter().flat_map(Artifact::read).collect();
                once_each(&mut tags);
                tags
            })
            .or_else(move |error| self.why_not_found(project, repository, error))
    }

    /// A repository that was just listed and is not found is gone, or its address was changed on the
    /// way: a proxy that decodes it once leaves of `a%252Fb` a slash that Harbor takes for part of the
    /// path. Then the same address, encoded once more, is found.
    async fn why_not_found<T>(
        &self,
        project: &ProjectRef,
        repository: &RepositoryFacts,
        error: RegistryError,
    ) -> Result<T, RegistryError> {
        let encoded = repository.name.contains('/');
        let decoded = match error.trouble {
            Trouble::NotFound if encoded => {
                let name = repository_segment(&repository_segment(&repository.name));
                let segments = ["projects", &project.path, "repositories", &name, "artifacts"];
                let url = self.endpoint(&segments, &[("page_size", "1")]);
                self.get_json::<Option<Vec<Artifact>>>(url).await.is_ok()
            }
            // The proxy itself refuses encoded slashes, with a page of its own.
            Trouble::NotThisProduct => encoded && matches!(error.status, Some(400 | 404)),
            _ => false,
        };
        Err(if decoded { RegistryError { trouble: Trouble::EncodedSlashes, ..error } } else { error })
    }
}

/// Pages shift while images are pushed, so that a tag may come twice; the first is the newest.
fn once_each(tags: &mut Vec<TagFacts>) {
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.name.clone()));
}
