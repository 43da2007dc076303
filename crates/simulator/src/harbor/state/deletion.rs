//! Deletions that take other things with them, and what holds them back.

use super::{ArtifactId, Repository, State};

/// Why something is not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// An index refers to it.
    ByIndex,
    /// This tag, which would go too, is immutable.
    ByTag(String),
}

type Immutable<'a> = &'a dyn Fn(&str) -> bool;

impl Repository {
    /// Harbor: `deleteDeeply` in `src/controller/artifact/controller.go`, in its order. Accessories are
    /// deleted as if they were asked for themselves, children of an index only if nothing else needs
    /// them. Half done where it fails: work on a copy.
    fn delete_deeply(&mut self, id: ArtifactId, is_root: bool, immutable: Immutable<'_>) -> Result<(), Held> {
        let Some(artifact) = self.artifacts.get(&id).cloned() else { return Ok(()) };
        if !is_root && artifact.tags().next().is_some() {
            return Ok(());
        }
        if self.is_referenced(&artifact.digest) {
            return if is_root { Err(Held::ByIndex) } else { Ok(()) };
        }
        let accessories: Vec<ArtifactId> =
            self.accessories_of(&artifact.digest).map(|accessory| accessory.id).collect();
        for accessory in accessories {
            self.delete_deeply(accessory, true, immutable)?;
        }
        if let Some(index) = self.artifacts.get_mut(&id) {
            index.children.clear();
        }
        for child in &artifact.children {
            if let Some(child) = self.digests.get(child).copied() {
                self.delete_deeply(child, false, immutable)?;
            }
        }
        if let Some(tag) = self.tags_newest_first(&artifact).into_iter().find(|tag| immutable(tag)) {
            return Err(Held::ByTag(tag.to_owned()));
        }
        self.drop_artifact(id);
        Ok(())
    }

    /// Deletes what its list shows. Harbor: what an index refers to waits until the index is gone.
    fn delete_everything(&mut self, immutable: Immutable<'_>) -> Result<(), Held> {
        let mut waiting: Vec<ArtifactId> = self.listed().into_iter().map(|artifact| artifact.id).collect();
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut still = Vec::new();
            for id in waiting {
                let digest = self.artifacts.get(&id).map(|artifact| artifact.digest);
                if digest.is_some_and(|digest| self.is_referenced(&digest)) {
                    still.push(id);
                } else {
                    self.delete_deeply(id, true, immutable)?;
                }
            }
            if still.len() == before {
                return Err(Held::ByIndex);
            }
            waiting = still;
        }
        Ok(())
    }
}

impl State {
    /// Deletes an artifact with what belongs to it, or nothing at all.
    pub(crate) fn delete_artifact(
        &mut self,
        repository: &str,
        id: ArtifactId,
        immutable: Immutable<'_>,
    ) -> Result<(), Held> {
        let Some(found) = self.repository_at_mut(repository) else { return Ok(()) };
        let mut changed = found.clone();
        changed.delete_deeply(id, true, immutable)?;
        *found = changed;
        Ok(())
    }

    /// Deletes a repository with everything in it, or nothing at all.
    pub(crate) fn delete_repository(
        &mut self,
        repository: &str,
        immutable: Immutable<'_>,
    ) -> Result<(), Held> {
        if let Some(found) = self.repository_at(repository) {
            found.clone().delete_everything(immutable)?;
        }
        self.remove_repository(repository);
        Ok(())
    }
}
