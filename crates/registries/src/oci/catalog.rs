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

/// The repositories by namespace, and what ended the list of them before its end.
#[derive(Clone, Default)]
pub(super) struct Catalog {
    namespaces: BTreeMap<String, Vec<String>>,
    cut: Option<RegistryError>,
    /// The last repository of a list that came in order: namespaces before it are complete.
    reached: Option<String>,
}

impl Catalog {
    /// What keeps a namespace's repositories from being complete.
    fn cut_in(&self, namespace: &str) -> Option<RegistryError> {
        // All paths below `a/` come before `a0`, for `0` follows `/`.
        let whole = |last: &String| *last >= format!("{namespace}0");
        let whole = self.namespaces.contains_key(namespace) && self.reached.as_ref().is_some_and(whole);
        self.cut.clone().filter(|_| !whole)
    }
}

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
        archived: false,
    }
}

impl Oci {
    /// All namespaces. A catalog that breaks off gives those that came before, then the error.
    pub(super) fn project_pages(
        &self,
    ) -> impl Stream<Item = Result<Vec<ProjectFacts>, RegistryError>> + Send + '_ {
        stream::once(self.read_catalog()).flat_map(|catalog| {
            let all: Vec<ProjectFacts> =
                catalog.namespaces.keys().map(|namespace| facts(namespace)).collect();
            let pages: Vec<_> = all.chunks(AT_ONCE).map(|page| Ok(page.to_vec())).collect();
            stream::iter(pages.into_iter().chain(catalog.cut.map(Err)))
        })
    }

    pub(super) async fn read_project(&self, project: &ProjectRef) -> Result<ProjectFacts, RegistryError> {
        let catalog = self.read_catalog().await;
        match (catalog.namespaces.contains_key(&project.id), catalog.cut) {
            (true, _) => Ok(facts(&project.id)),
            (false, Some(error)) => Err(error),
            (false, None) => Err(self.http.error(Trouble::NotFound)),
        }
    }

    /// The repositories of a namespace, then the error of a catalog that broke off before their end.
    pub(super) fn repository_pages<'a>(
        &'a self,
        project: &'a ProjectRef,
    ) -> impl Stream<Item = Result<Vec<RepositoryFacts>, RegistryError>> + Send + 'a {
        stream::once(self.read_namespace(&project.id)).flat_map(move |(paths, cut)| {
            let page: Vec<_> = paths.into_iter().map(|path| repository(&project.id, path)).collect();
            let page = Some(page).filter(|page| !page.is_empty());
            stream::iter(page.map(Ok).into_iter().chain(cut.map(Err)))
        })
    }

    /// The repositories of a namespace as read last, or else now, and what they may lack.
    async fn read_namespace(&self, namespace: &str) -> (Vec<String>, Option<RegistryError>) {
        let known = {
            let catalog = self.catalog.lock().unwrap_or_else(PoisonError::into_inner);
            catalog.namespaces.get(namespace).map(|paths| (paths.clone(), catalog.cut_in(namespace)))
        };
        if let Some(known) = known {
            return known;
        }
        let mut catalog = self.read_catalog().await;
        let cut = catalog.cut_in(namespace);
        (catalog.namespaces.remove(namespace).unwrap_or_default(), cut)
    }

    /// The repositories, as named by the user or as the registry lists them.
    async fn read_catalog(&self) -> Catalog {
        let mut catalog = Catalog::default();
        if self.named.is_empty() {
            catalog.cut = self.list_catalog(&mut catalog).await.err();
        } else {
            self.named.iter().for_each(|path| add(&mut catalog, path.clone()));
        }
        for paths in catalog.namespaces.values_mut() {
            paths.sort_unstable();
            paths.dedup();
        }
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&catalog);
        catalog
    }

    async fn list_catalog(&self, catalog: &mut Catalog) -> Result<(), RegistryError> {
        let list = List {
            url: self.endpoint("", &["_catalog"]),
            field: "repositories",
            scope: "registry:catalog:*".to_owned(),
        };
        let mut pages = std::pin::pin!(self.names(list, &self.page_sizes.catalog));
        let mut sorted = true;
        while let Some(page) = pages.try_next().await.map_err(no_catalog)? {
            for path in page {
                sorted &= catalog.reached.as_ref().is_none_or(|before| *before < path);
                catalog.reached = Some(path.clone()).filter(|_| sorted);
                if is_repository(&path) {
                    add(catalog, path);
                }
            }
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
        self.names(list, &self.page_sizes.tags).map(move |page| match page {
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
    TagFacts { name, digest, created_at: None, pushed_at: None, size: None, verdict: None }
}

/// A registry may have no catalog, or not for everybody: it has no such address (404, 405), does not support
/// it, or does not let this account in. Any other refusal is about the request.
fn no_catalog(error: RegistryError) -> RegistryError {
    let none = matches!(error.trouble, Trouble::NotFound | Trouble::Denied | Trouble::Unsupported);
    if none { RegistryError { trouble: Trouble::NoCatalog, ..error } } else { error }
}

fn add(catalog: &mut Catalog, path: String) {
    catalog.namespaces.entry(namespace(&path).to_owned()).or_default().push(path);
}

fn repository(namespace: &str, path: String) -> RepositoryFacts {
    let name = path.strip_prefix(namespace).unwrap_or_default().trim_start_matches('/').to_owned();
    RepositoryFacts { id: path.clone(), name, path, tag_count: None }
}

#[cfg(test)]
mod tests {
    use tagwarden_rules::secret_kind::SecretKind;

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
    fn a_catalog_that_breaks_off_leaves_namespaces_before_its_last_one_complete() {
        let cut = RegistryError {
            host: "r.example".to_owned(),
            product: None,
            secret: SecretKind::Any,
            trouble: Trouble::ServerFailed,
            status: Some(500),
            words: None,
        };
        let mut catalog = Catalog { cut: Some(cut), ..Catalog::default() };
        for path in ["a", "a-b/x", "a/y", "b/x"] {
            add(&mut catalog, path.to_owned());
        }
        // In the order of bytes `a-b/x` comes before `a/y`.
        for (reached, complete) in
            [(Some("a"), ""), (Some("a-b/x"), ""), (Some("a/y"), "a-b"), (Some("b/x"), "a a-b"), (None, "")]
        {
            catalog.reached = reached.map(str::to_owned);
            let whole: Vec<&str> = ["a", "a-b", "b", "c"]
                .into_iter()
                .filter(|namespace| catalog.cut_in(namespace).is_none())
                .collect();
            assert_eq!(whole.join(" "), complete, "{reached:?}");
        }
    }

    #[test]
    fn a_repository_is_named_inside_its_namespace() {
        assert_eq!(repository("shop", "shop/basket/api".to_owned()).name, "basket/api");
        assert_eq!(repository("alpine", "alpine".to_owned()).name, "");
    }
}
