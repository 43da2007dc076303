//! Tags with their digests: of a whole project at once where the server can, else by repository.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::pin_mut;
use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use serde::Deserialize;
use tagwarden_rules::rule::{Blocks, Effect};
use tagwarden_rules::visibility::ServerVerdict;
use tokio::sync::OnceCell;

use super::Harbor;
use super::accessories::{Accessory, AllTies, Reference};
use super::asking::{Row, repository_segment};
use super::version::Version;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectRef, RepositoryFacts, TagFacts};
use crate::moment::unix;

/// The tags of a whole project, as read in one go.
struct Inventory {
    /// Repositories that were taken are not there any more.
    by_repository: Mutex<HashMap<String, Vec<TagFacts>>>,
    /// What ended the list before its end.
    cut: Option<RegistryError>,
}

/// What was read of whole projects and not handed on yet, by project; `None`: the server has no such list.
#[derive(Default)]
pub(super) struct Inventories {
    projects: Mutex<HashMap<String, Arc<OnceCell<Option<Inventory>>>>>,
}

impl Inventories {
    pub(super) fn forget(&self, project: &str) {
        self.projects.lock().unwrap_or_else(PoisonError::into_inner).remove(project);
    }

    fn of(&self, project: &str) -> Arc<OnceCell<Option<Inventory>>> {
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
    #[serde(default)]
    accessories: Option<Vec<Accessory>>,
    #[serde(default)]
    references: Option<Vec<Reference>>,
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
const QUERY: [(&str, &str); 5] = [
    ("q", "tags=*"),
    ("with_tag", "true"),
    ("with_immutable_status", "true"),
    ("with_accessory", "true"),
    ("sort", "-push_time"),
];

impl Row for Artifact {
    fn identity(&self) -> Cow<'_, str> {
        let mut identity = format!("{} {}", self.repository_name.as_deref().unwrap_or_default(), self.digest);
        // An image that has another tag since is another row: no tag is lost.
        for tag in self.tags.iter().flatten() {
            identity.push(' ');
            identity.push_str(&tag.name);
        }
        identity.into()
    }
}

/// Harbor knows no other rules than immutable ones.
fn verdict(immutable: bool) -> ServerVerdict {
    if immutable {
        ServerVerdict::Covered { effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete } }
    } else {
        ServerVerdict::NotCovered
    }
}

impl Artifact {
    /// The tags of an artifact of `repository`; how it hangs together with others is kept in `ties`.
    fn read(self, repository: &str, ties: &AllTies) -> Vec<TagFacts> {
        let (accessories, parts) =
            (self.accessories.unwrap_or_default(), self.references.unwrap_or_default());
        let created = self.extra_attrs.and_then(|extra| extra.created);
        let created_at = created.as_deref().and_then(unix);
        let (digest, size) = (self.digest, self.size);
        let tag = |tag: WireTag| TagFacts {
            name: tag.name,
            digest: Some(digest.clone()),
            created_at,
            pushed_at: tag.push_time.as_deref().and_then(unix),
            size,
            verdict: tag.immutable.map(verdict),
        };
        let tags: Vec<TagFacts> = self.tags.unwrap_or_default().into_iter().map(tag).collect();
        ties.note(repository, &digest, &accessories, &parts, &tags);
        tags
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
                Some((tags, cut)) => {
                    let page = Some(tags).filter(|tags| !tags.is_empty());
                    stream::iter(page.map(Ok).into_iter().chain(cut.map(Err))).boxed()
                }
                None => self.tags_of_repository(project, repository).boxed(),
            })
            .try_flatten()
            .chain(stream::once(self.hidden_tags(&repository.path)).try_filter(|tags| {
                let any = !tags.is_empty();
                async move { any }
            }))
    }

    /// The tags of a repository from its project's list, and what ended that list before its end. `None`:
    /// this server has no such list, or the repository came after it was read.
    async fn tags_from_project(
        &self,
        project: &ProjectRef,
        repository: &RepositoryFacts,
    ) -> Result<Option<(Vec<TagFacts>, Option<RegistryError>)>, RegistryError> {
        if self.system().await?.release().is_none_or(|version| version < Version::PROJECT_ARTIFACTS) {
            return Ok(None);
        }
        let inventory = self.inventories.of(&project.id);
        let Some(all) = inventory.get_or_init(|| self.read_inventory(project)).await else { return Ok(None) };
        let mut tags = all.by_repository.lock().unwrap_or_else(PoisonError::into_inner);
        let tags = tags.remove(&repository.path).or_else(|| tags.remove(&repository.name));
        Ok(match (tags, &all.cut) {
            (Some(tags), cut) => Some((tags, cut.clone())),
            (None, Some(cut)) => Some((Vec::new(), Some(cut.clone()))),
            (None, None) => None,
        })
    }

    async fn read_inventory(&self, project: &ProjectRef) -> Option<Inventory> {
        let mut all: HashMap<String, Vec<TagFacts>> = HashMap::new();
        let mut cut = None;
        let pages = self.pages::<Artifact>(&["projects", &project.id, "artifacts"], &QUERY);
        pin_mut!(pages);
        loop {
            let page = match pages.try_next().await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                // A proxy or an older server than it says.
                Err(error) if matches!(error.trouble, Trouble::NotFound | Trouble::NotThisProduct) => {
                    return None;
                }
                Err(error) => {
                    cut = Some(error);
                    break;
                }
            };
            for artifact in page {
                let repository = artifact.repository_name.clone()?;
                if !all.contains_key(&repository) {
                    self.ties.forget(&repository);
                }
                let tags = artifact.read(&repository, &self.ties);
                all.entry(repository).or_default().extend(tags);
            }
        }
        for tags in all.values_mut() {
            once_each(tags);
        }
        Some(Inventory { by_repository: Mutex::new(all), cut })
    }

    fn tags_of_repository<'a>(
        &'a self,
        project: &'a ProjectRef,
        repository: &'a RepositoryFacts,
    ) -> impl Stream<Item = Result<Vec<TagFacts>, RegistryError>> + Send + 'a {
        let name = repository_segment(&repository.name);
        let segments = ["projects", &project.path, "repositories", &name, "artifacts"];
        self.ties.forget(&repository.path);
        self.pages::<Artifact>(&segments, &QUERY)
            .map_ok(move |page| {
                let read = |artifact: Artifact| artifact.read(&repository.path, &self.ties);
                let mut tags = page.into_iter().flat_map(read).collect();
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
