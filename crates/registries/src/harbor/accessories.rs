//! How images hang together: signatures, which no list of artifacts shows and whose tags hold their image
//! all the same, and indexes, which hold their parts.
//!
//! Source: `deleteDeeply` in `src/controller/artifact/controller.go`. Lists of artifacts tell what is
//! attached to each, but not under which tags; only `/v2/` lists those.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use tagwarden_rules::tag::signed_digest;
use url::Url;

use super::Harbor;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ImageTies, TagFacts};

/// What is attached to an artifact.
#[derive(Deserialize)]
pub(super) struct Accessory {
    #[serde(default)]
    digest: String,
}

/// A part of an index.
#[derive(Deserialize)]
pub(super) struct Reference {
    #[serde(default)]
    child_digest: String,
}

/// How the images of one repository hang together.
#[derive(Default)]
struct Ties {
    /// The accessories of each image that has some.
    accessories: HashMap<String, Vec<String>>,
    /// The parts of each index.
    parts: HashMap<String, Vec<String>>,
    /// Tags that look like those of signatures and are listed like all others, as by an old Harbor.
    listed: HashSet<String>,
}

/// The same of all repositories that were read, by path.
#[derive(Default)]
pub(super) struct AllTies(Mutex<HashMap<String, Ties>>);

impl AllTies {
    pub(super) fn forget(&self, repository: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(repository);
    }

    /// Keeps what a list says of one artifact.
    pub(super) fn note(
        &self,
        repository: &str,
        digest: &str,
        accessories: &[Accessory],
        parts: &[Reference],
        tags: &[TagFacts],
    ) {
        let signatures = tags.iter().filter(|tag| signed_digest(&tag.name).is_some());
        let mut signatures = signatures.map(|tag| tag.name.clone()).peekable();
        if accessories.is_empty() && parts.is_empty() && signatures.peek().is_none() {
            return;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ties = all.entry(repository.to_owned()).or_default();
        ties.listed.extend(signatures);
        if !accessories.is_empty() {
            let digests = accessories.iter().map(|accessory| accessory.digest.clone()).collect();
            ties.accessories.insert(digest.to_owned(), digests);
        }
        if !parts.is_empty() {
            let digests = parts.iter().map(|part| part.child_digest.clone()).collect();
            ties.parts.insert(digest.to_owned(), digests);
        }
    }

    pub(super) fn of(&self, repository: &str, digest: &str) -> ImageTies {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(ties) = all.get(repository) else { return ImageTies::default() };
        ImageTies {
            in_index: ties.parts.values().flatten().any(|part| part == digest),
            parts: ties.parts.get(digest).cloned().unwrap_or_default(),
        }
    }

    fn has_accessories(&self, repository: &str) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(repository).is_some_and(|ties| !ties.accessories.is_empty())
    }

    /// The tag of a signature, unless it is listed anyway.
    fn hidden(&self, repository: &str, name: String) -> Option<TagFacts> {
        let subject = signed_digest(&name)?;
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ties = all.get(repository)?;
        if ties.listed.contains(&name) {
            return None;
        }
        let digest = match ties.accessories.get(&subject).map(Vec::as_slice) {
            Some([only]) => Some(only.clone()),
            _ => None,
        };
        Some(TagFacts { name, digest, created_at: None, pushed_at: None, size: None, verdict: None })
    }
}

/// `GET /v2/{repository}/tags/list`
#[derive(Deserialize)]
struct Names {
    #[serde(default)]
    tags: Option<Vec<String>>,
}

impl Harbor {
    /// The tags of signatures in a repository that has any accessory. One request, and none elsewhere.
    pub(super) async fn hidden_tags(&self, repository: &str) -> Result<Vec<TagFacts>, RegistryError> {
        if !self.ties.has_accessories(repository) {
            return Ok(Vec::new());
        }
        match self.get_json::<Names>(self.data_endpoint(repository)).await {
            Ok(names) => {
                let names = names.tags.unwrap_or_default().into_iter();
                Ok(names.filter_map(|name| self.ties.hidden(repository, name)).collect())
            }
            // A robot may lack the right to pull, and a proxy may hand on the API alone.
            Err(error) if is_refused(&error.trouble) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn data_endpoint(&self, repository: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("v2").extend(repository.split('/')).extend(["tags", "list"]);
        }
        url
    }
}

fn is_refused(trouble: &Trouble) -> bool {
    matches!(
        trouble,
        Trouble::TokenRefused
            | Trouble::RoleTooLow(_)
            | Trouble::NotFound
            | Trouble::NotThisProduct
            | Trouble::Rejected
    )
}
