//! What the box holds.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::mutability::Mode;

/// One image: a manifest, and the tags that point at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `sha256:…` of the manifest.
    pub digest: String,
    /// The manifest's text.
    pub manifest: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// When the manifest was pushed first, in unix seconds. ECR: a tag that moves to it later does
    /// not change this.
    pub pushed_at: i64,
    /// Bytes.
    pub size: u64,
}

/// One repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its name, a path.
    pub name: String,
    /// When it was made, in unix seconds.
    pub created_at: i64,
    /// Its tag mutability.
    pub mode: Mode,
    /// The filters, where the mode has some.
    pub filters: Vec<String>,
    /// Its images, oldest first.
    pub images: Vec<Image>,
    /// The text of its lifecycle policy.
    pub lifecycle: Option<String>,
}

impl Repository {
    /// An empty, mutable repository.
    #[must_use]
    pub fn new(name: &str, created_at: i64) -> Self {
        let name = name.to_owned();
        Self {
            name,
            created_at,
            mode: Mode::Mutable,
            filters: Vec::new(),
            images: Vec::new(),
            lifecycle: None,
        }
    }

    /// The image that a tag points at.
    #[must_use]
    pub fn tagged(&self, tag: &str) -> Option<&Image> {
        self.images.iter().find(|image| image.tags.iter().any(|one| one == tag))
    }

    /// Points a tag at a manifest, whatever the mode says, and gives the digest.
    pub fn put(&mut self, tag: &str, manifest: &str, pushed_at: i64, size: u64) -> String {
        let digest = digest_of(manifest);
        for image in &mut self.images {
            image.tags.retain(|one| one != tag);
        }
        match self.images.iter_mut().find(|image| image.digest == digest) {
            Some(image) => image.tags.push(tag.to_owned()),
            None => self.images.push(Image {
                digest: digest.clone(),
                manifest: manifest.to_owned(),
                tags: vec![tag.to_owned()],
                pushed_at,
                size,
            }),
        }
        digest
    }
}

/// Everything in one account and region.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By name, in the order of lists.
    pub repositories: BTreeMap<String, Repository>,
    /// The newest preview of each repository's lifecycle policy.
    pub(super) previews: BTreeMap<String, Preview>,
}

/// What a policy would do.
#[derive(Clone, Debug)]
pub(super) struct Preview {
    pub(super) policy: String,
    pub(super) results: Vec<Value>,
    /// Whether it was asked for.
    pub(super) told: bool,
}

impl State {
    /// Adds a repository, or replaces the one of its name.
    pub fn add(&mut self, repository: Repository) {
        self.repositories.insert(repository.name.clone(), repository);
    }

    /// A repository by name.
    pub fn repository(&mut self, name: &str) -> Option<&mut Repository> {
        self.repositories.get_mut(name)
    }
}

/// The digest of a manifest.
pub(super) fn digest_of(manifest: &str) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(manifest.as_bytes())))
}
