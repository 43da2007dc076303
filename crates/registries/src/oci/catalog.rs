//! Which repositories there are, and the namespaces they make.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use futures::stream::{self, Stream, StreamExt, TryStreamExt};

use super::Oci;
use super::lists::List;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectFacts, ProjectRef, RepositoryFacts, TagFacts};

/// Longest path of a repository, in characters, as most registries have it.
const LONGEST: usize = 255;
/// Namespaces handed on at once.
const AT_ONCE: usize = 100;

/// Repositories by namespace.
pub(super) type Catalog = BTreeMap<String, Vec<String>>;

/// Whether a text can be a repository's path: what could lead to another place of the server cannot.
pub fn is_repository(path: &str) -> bool {
    let segment = |segment: &str| {
        !segment.is_empty()
            && !matches!(segment, "." | "..")
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    };
    path.len() <= LONGEST && path.split('/').all(segment)
}

fn namespace(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

fn facts(namespace: &str) -> ProjectFacts {
    ProjectFacts {
        project: ProjectRef { id: namespace.to_owned(), path: namespace.to_owned() },
        web_url: None,
        role: None,
        registry_enabled: true,
    }
}

impl Oci {
    /// All namespaces. A catalog that breaks off gives those that came before, then the error.
    pub(super) fn project_pages(
        &self,
    ) -> impl Stream<Item = Result<Vec<ProjectFacts>, RegistryError>> + Send + '_ {
        stream::once(self.read_catalog()).flat_map(|(catalog, error)| {
            let all: Vec<ProjectFacts> = catalog.keys().map(|namespace| facts(namespace)).collect();
            let pages: Vec<_> = all.chunks(AT_ONCE).map(|page| Ok(page.to_vec())).collect();
            stream::iter(pages.into_iter().chain(error.map(Err)))
        })
    }

    pub(super) async fn read_project(&self, project: &ProjectRef) -> Result<ProjectFacts, RegistryError> {
        let (catalog, error) = self.read_catalog().await;
        match (catalog.contains_key(&project.id), error) {
            (true, _) => Ok(facts(&project.id)),
            (false, Some(error)) => Err(error),
            (false, None) => Err(self.http.error(Trouble::NotFound)),
        }
    }

    pub(super) async fn read_repositories(
        &self,
        project: &ProjectRef,
    ) -> Result<Vec<RepositoryFacts>, RegistryError> {
        let known = self.known_repositories(project);
        let paths = match known {
            Some(paths) => paths,
            None => {
                let (mut catalog, error) = self.read_catalog().await;
                match (catalog.remove(&project.id), error) {
                    (Some(paths), _) => paths,
                    (None, Some(error)) => return Err(error),
                    (None, None) => Vec::new(),
                }
            }
        };
        Ok(paths.into_iter().map(|path| repository(&project.id, path)).collect())
    }

    fn known_repositories(&self, project: &ProjectRef) -> Option<Vec<String>> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner).get(&project.id).cloned()
    }

    /// The repositories, as named by the user or as the registry lists them, with what stopped the list.
    async fn read_catalog(&self) -> (Catalog, Option<RegistryError>) {
        let mut catalog = Catalog::new();
        let mut error = None;
        if self.named.is_empty() {
            error = self.list_catalog(&mut catalog).await.err();
        } else {
            self.named.iter().for_each(|path| add(&mut catalog, path.clone()));
        }
        for paths in catalog.values_mut() {
            paths.sort_unstable();
            paths.dedup();
        }
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&catalog);
        (catalog, error)
    }

    async fn list_catalog(&self, catalog: &mut Catalog) -> Result<(), RegistryError> {
        let list = List {
            url: self.endpoint("", &["_catalog"]),
            field: "repositories",
            scope: "registry:catalog:*".to_owned(),
        };
        let mut pages = std::pin::pin!(self.names(list));
        while let Some(page) = pages.try_next().await.map_err(no_catalog)? {
            page.into_iter().filter(|path| is_repository(path)).for_each(|path| add(catalog, path));
        }
        Ok(())
    }

    /// The names of a repository's tags.
    pub(super) fn name_pages(
        &self,
        repository: &RepositoryFacts,
    ) -> impl Stream<Item = Result<Vec<TagFacts>, RegistryError>> + Send + '_ {
        let list = List {
            url: self.endpoint(&repository.path, &["tags", "list"]),
            field: "tags",
            scope: pull(&repository.path),
        };
        let from_catalog = self.named.is_empty();
        self.names(list).map(move |page| match page {
            // A catalog keeps repositories whose last tag was deleted.
            Err(error) if from_catalog && error.trouble == Trouble::NotFound => Ok(Vec::new()),
            page => Ok(page?.into_iter().map(|name| tag(name, None)).collect()),
        })
    }
}

/// The scope that reading a repository takes.
pub(super) fn pull(repository: &str) -> String {
    format!("repository:{repository}:pull")
}

pub(super) fn tag(name: String, digest: Option<String>) -> TagFacts {
    TagFacts { name, digest, created_at: None, pushed_at: None, size: None, immutable: None }
}

/// A registry may have no catalog, or not for everybody.
fn no_catalog(error: RegistryError) -> RegistryError {
    let none = matches!(error.trouble, Trouble::NotFound | Trouble::Denied)
        || error.trouble == Trouble::Garbled("unexpected".to_owned()) && error.status != Some(200);
    if none { RegistryError { trouble: Trouble::NoCatalog, ..error } } else { error }
}

fn add(catalog: &mut Catalog, path: String) {
    catalog.entry(namespace(&path).to_owned()).or_default().push(path);
}

fn repository(namespace: &str, path: String) -> RepositoryFacts {
    let name = path.strip_prefix(namespace).unwrap_or_default().trim_start_matches('/').to_owned();
    RepositoryFacts { id: path.clone(), name, path, tag_count: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_its_registry() {
        for good in ["alpine", "shop/basket/api", "a.b/c_d--e", "UPPER", &"x".repeat(LONGEST)] {
            assert!(is_repository(good), "{good}");
        }
        for bad in
            ["", "/", "a//b", "a/../b", "./a", "a b", "a?x", "a%2e", "a\\b", "ä", &"x".repeat(LONGEST + 1)]
        {
            assert!(!is_repository(bad), "{bad}");
        }
    }

    #[test]
    fn a_repository_is_named_inside_its_namespace() {
        assert_eq!(repository("shop", "shop/basket/api".to_owned()).name, "basket/api");
        assert_eq!(repository("alpine", "alpine".to_owned()).name, "");
    }
}
