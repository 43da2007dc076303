//! Repositories: artifacts, and the tags that point at them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use time::OffsetDateTime;

use crate::state::{Digest, ProjectId, RepositoryId};

/// An artifact's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ArtifactId(pub u64);

/// What was pushed under one digest.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// The number.
    pub id: ArtifactId,
    /// The digest.
    pub digest: Digest,
    /// The manifest's media type.
    pub media_type: String,
    /// Bytes of all layers.
    pub size: u64,
    /// When it was pushed.
    pub push_time: OffsetDateTime,
    /// When it was last pulled.
    pub pull_time: Option<OffsetDateTime>,
    /// What an index refers to.
    pub children: Vec<Digest>,
    /// What it is attached to, when it is an accessory such as a signature. Harbor: then no list of
    /// artifacts shows it.
    pub subject: Option<Digest>,
    /// The names that point here.
    pub(super) tags: BTreeSet<String>,
}

impl Artifact {
    /// The names that point here, in order.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().map(String::as_str)
    }
}

/// A name that points at an artifact.
#[derive(Clone, Debug)]
pub struct TagRow {
    /// The number.
    pub id: u64,
    /// What it points at.
    pub artifact: ArtifactId,
    /// When it was last pushed.
    pub push_time: OffsetDateTime,
}

/// A repository.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The number.
    pub id: RepositoryId,
    /// Whose it is.
    pub project: ProjectId,
    /// The whole name, project included.
    pub name: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When something was pushed last.
    pub updated_at: OffsetDateTime,
    /// How often something was pulled.
    pub pull_count: u64,
    pub(super) artifacts: BTreeMap<ArtifactId, Artifact>,
    pub(super) digests: BTreeMap<Digest, ArtifactId>,
    pub(super) tags: BTreeMap<String, TagRow>,
}

impl Repository {
    pub(super) fn new(id: RepositoryId, project: ProjectId, name: &str, now: OffsetDateTime) -> Self {
        Self {
            id,
            project,
            name: name.to_owned(),
            created_at: now,
            updated_at: now,
            pull_count: 0,
            artifacts: BTreeMap::new(),
            digests: BTreeMap::new(),
            tags: BTreeMap::new(),
        }
    }

    /// All artifacts by number.
    pub fn artifacts(&self) -> impl DoubleEndedIterator<Item = &Artifact> {
        self.artifacts.values()
    }

    /// All tags by name.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &TagRow)> {
        self.tags.iter().map(|(name, row)| (name.as_str(), row))
    }

    /// The tag of that name.
    #[must_use]
    pub fn tag(&self, name: &str) -> Option<&TagRow> {
        self.tags.get(name)
    }

    /// The artifact of that number.
    #[must_use]
    pub fn artifact(&self, id: ArtifactId) -> Option<&Artifact> {
        self.artifacts.get(&id)
    }

    /// The artifact of that digest.
    #[must_use]
    pub fn artifact_at(&self, digest: &Digest) -> Option<&Artifact> {
        self.digests.get(digest).and_then(|id| self.artifacts.get(id))
    }

    /// The artifact that a reference names: a digest, or a tag.
    #[must_use]
    pub fn resolve(&self, reference: &str) -> Option<&Artifact> {
        match Digest::parse(reference) {
            Some(digest) => self.artifact_at(&digest),
            None => self.tags.get(reference).and_then(|tag| self.artifacts.get(&tag.artifact)),
        }
    }

    /// The tags of an artifact as Harbor lists them, the one pushed last first.
    pub fn tags_newest_first<'a>(&'a self, artifact: &'a Artifact) -> Vec<&'a str> {
        let mut tags: Vec<(&str, &TagRow)> =
            artifact.tags().filter_map(|name| Some((name, self.tags.get(name)?))).collect();
        tags.sort_by_key(|(_, row)| std::cmp::Reverse((row.push_time, row.id)));
        tags.into_iter().map(|(name, _)| name).collect()
    }

    /// The artifacts that are attached to that digest.
    pub fn accessories_of(&self, digest: &Digest) -> impl Iterator<Item = &Artifact> {
        let digest = *digest;
        self.artifacts.values().filter(move |artifact| artifact.subject == Some(digest))
    }

    /// The artifacts that a list shows, those pushed last first. Harbor: neither accessories nor what
    /// only an index refers to, unless that has a name of its own.
    pub fn listed(&self) -> Vec<&Artifact> {
        let referenced: std::collections::HashSet<Digest> =
            self.artifacts.values().flat_map(|artifact| artifact.children.iter().copied()).collect();
        let shown = |artifact: &&Artifact| {
            artifact.subject.is_none()
                && (!artifact.tags.is_empty() || !referenced.contains(&artifact.digest))
        };
        let mut listed: Vec<&Artifact> = self.artifacts.values().filter(shown).collect();
        listed.sort_by_key(|artifact| std::cmp::Reverse((artifact.push_time, artifact.id)));
        listed
    }

    /// Whether an index in this repository refers to that digest.
    #[must_use]
    pub fn is_referenced(&self, digest: &Digest) -> bool {
        self.artifacts.values().any(|artifact| artifact.children.contains(digest))
    }

    pub(super) fn drop_tag(&mut self, name: &str) -> bool {
        let Some(row) = self.tags.remove(name) else {
            return false;
        };
        if let Some(artifact) = self.artifacts.get_mut(&row.artifact) {
            artifact.tags.remove(name);
        }
        true
    }

    pub(super) fn drop_artifact(&mut self, id: ArtifactId) -> Option<Artifact> {
        let artifact = self.artifacts.remove(&id)?;
        self.digests.remove(&artifact.digest);
        for name in &artifact.tags {
            self.tags.remove(name);
        }
        Some(artifact)
    }
}
