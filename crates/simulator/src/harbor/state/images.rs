//! Pushing, tagging and deleting, without the checks that the API makes.

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::{Artifact, ArtifactId, Repository, State, TagRow};
use crate::harbor::matching::parse_repository;
use crate::registry::manifests::{OCI_MANIFEST, stand_in};
use crate::seeds::rng::digest_from;
use crate::state::{Digest, RepositoryId};

/// What is known of an artifact when it is pushed.
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    pub(crate) digest: Digest,
    pub(crate) media_type: String,
    pub(crate) size: u64,
    pub(crate) children: Vec<Digest>,
    /// What it is attached to, when it is an accessory.
    pub(crate) subject: Option<Digest>,
    pub(crate) at: OffsetDateTime,
}

impl State {
    /// All repositories by number.
    pub fn repositories(&self) -> impl Iterator<Item = &Repository> {
        self.repositories.values()
    }

    /// The repository of that whole name, project included.
    #[must_use]
    pub fn repository_at(&self, name: &str) -> Option<&Repository> {
        self.repository_names.get(name).and_then(|id| self.repositories.get(id))
    }

    pub(crate) fn repository_at_mut(&mut self, name: &str) -> Option<&mut Repository> {
        self.repository_names.get(name).and_then(|id| self.repositories.get_mut(id))
    }

    /// Creates an empty repository; `None` when there is no such project.
    pub fn create_repository(&mut self, name: &str) -> Option<RepositoryId> {
        if let Some(existing) = self.repository_names.get(name) {
            return Some(*existing);
        }
        let (project, below) = parse_repository(name);
        let project = self.project_named(project).filter(|_| !below.is_empty())?.id;
        let id = RepositoryId(self.next_repository);
        self.next_repository += 1;
        self.repositories.insert(id, Repository::new(id, project, name, self.now()));
        self.repository_names.insert(name.to_owned(), id);
        Some(id)
    }

    /// Removes a repository with everything in it.
    pub fn remove_repository(&mut self, name: &str) -> bool {
        let Some(id) = self.repository_names.remove(name) else {
            return false;
        };
        self.repositories.remove(&id).is_some()
    }

    /// Lets a tag point at a digest, pushed now; makes the repository and the artifact where they are
    /// missing. `None` when there is no such project.
    pub fn put_image(&mut self, repository: &str, digest: Digest, tags: &[&str]) -> Option<ArtifactId> {
        let at = self.now();
        let pushed = Pushed {
            digest,
            media_type: OCI_MANIFEST.to_owned(),
            size: 12_345_678,
            children: Vec::new(),
            subject: None,
            at,
        };
        let id = self.push(repository, pushed)?;
        for tag in tags {
            self.point(repository, tag, id, at);
        }
        Some(id)
    }

    /// [`State::put_image`] with a manifest made from the name of the tag.
    pub fn put_tag(&mut self, repository: &str, tag: &str) -> Option<ArtifactId> {
        let digest = self.make_manifest(0x7461, &format!("{repository}:{tag}"));
        self.put_image(repository, digest, &[tag])
    }

    /// Signs what is under a digest as cosign does: an artifact of its own whose tag is made of the digest.
    pub fn put_signature(&mut self, repository: &str, subject: Digest) -> Option<ArtifactId> {
        let tag = format!("sha256-{}.sig", subject.hex());
        let at = self.now();
        let pushed = Pushed {
            digest: self.make_manifest(0x7369, &format!("{repository}:{tag}")),
            media_type: OCI_MANIFEST.to_owned(),
            size: 1234,
            children: Vec::new(),
            subject: Some(subject),
            at,
        };
        let id = self.push(repository, pushed)?;
        self.point(repository, &tag, id, at);
        Some(id)
    }

    /// Makes an index of images that are there, under a tag.
    pub fn put_index(&mut self, repository: &str, tag: &str, children: &[Digest]) -> Option<ArtifactId> {
        let at = self.now();
        let pushed = Pushed {
            digest: self.make_manifest(0x6978, &format!("{repository}:{tag}")),
            media_type: "application/vnd.oci.image.index.v1+json".to_owned(),
            size: 12_345_678,
            children: children.to_vec(),
            subject: None,
            at,
        };
        let id = self.push(repository, pushed)?;
        self.point(repository, tag, id, at);
        Some(id)
    }

    /// Makes a manifest whose digest is its own, for clients that reckon it, and whose layers nobody has.
    pub(crate) fn make_manifest(&mut self, seed: u64, name: &str) -> Digest {
        let manifest = stand_in(&digest_from(seed, name));
        let digest = Digest(Sha256::digest(&manifest.bytes).into());
        self.contents.manifests.insert(digest, manifest);
        digest
    }

    /// Makes an artifact, or finds the one of the same digest.
    pub(crate) fn push(&mut self, repository: &str, pushed: Pushed) -> Option<ArtifactId> {
        self.create_repository(repository)?;
        let id = ArtifactId(self.next_artifact);
        let found = self.repository_at_mut(repository)?;
        found.updated_at = found.updated_at.max(pushed.at);
        if let Some(existing) = found.digests.get(&pushed.digest) {
            return Some(*existing);
        }
        found.digests.insert(pushed.digest, id);
        found.artifacts.insert(
            id,
            Artifact {
                id,
                digest: pushed.digest,
                media_type: pushed.media_type,
                size: pushed.size,
                push_time: pushed.at,
                pull_time: None,
                children: pushed.children,
                subject: pushed.subject,
                tags: std::collections::BTreeSet::new(),
            },
        );
        self.next_artifact += 1;
        Some(id)
    }

    /// Lets a tag point at an artifact. Harbor: a tag that moves keeps its number.
    pub(crate) fn point(&mut self, repository: &str, tag: &str, artifact: ArtifactId, at: OffsetDateTime) {
        let next = self.next_tag;
        let Some(found) = self.repository_at_mut(repository) else {
            return;
        };
        let id = found.tags.get(tag).map(|row| row.id);
        found.drop_tag(tag);
        if let Some(target) = found.artifacts.get_mut(&artifact) {
            target.tags.insert(tag.to_owned());
            let row = TagRow { id: id.unwrap_or(next), artifact, push_time: at };
            found.tags.insert(tag.to_owned(), row);
            self.next_tag += u64::from(id.is_none());
        }
    }

    /// [`State::point`], unless the tag points there already. Harbor: `Ensure` leaves it alone then.
    pub(crate) fn ensure_tag(
        &mut self,
        repository: &str,
        tag: &str,
        artifact: ArtifactId,
        at: OffsetDateTime,
    ) {
        let there = self.repository_at(repository).and_then(|found| found.tag(tag));
        if there.is_none_or(|row| row.artifact != artifact) {
            self.point(repository, tag, artifact, at);
        }
    }

    /// Takes a tag away; what it pointed at stays. Tells whether it was there.
    pub fn remove_tag(&mut self, repository: &str, tag: &str) -> bool {
        self.repository_at_mut(repository).is_some_and(|found| found.drop_tag(tag))
    }

    /// Counts a pull.
    pub(crate) fn pulled(&mut self, repository: &str, digest: &Digest) {
        let now = self.now();
        if let Some(found) = self.repository_at_mut(repository) {
            found.pull_count += 1;
            let id = found.digests.get(digest).copied();
            if let Some(artifact) = id.and_then(|id| found.artifacts.get_mut(&id)) {
                artifact.pull_time = Some(now);
            }
        }
    }
}
