//! What the server turned out to be and to lack, kept for the life of the client.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::facts::{Identity, ProjectRef, ServerFacts};

/// Projects asked about in one query at first. About 12 points of complexity each, of 250.
const FIRST_BATCH: usize = 15;

#[derive(Debug, Default)]
pub(super) struct Learned {
    pub(super) server: OnceCell<ServerFacts>,
    pub(super) identity: OnceCell<Identity>,
    notes: Mutex<Notes>,
}

#[derive(Debug)]
struct Notes {
    /// `Type.field` that the server's schema lacks.
    absent: BTreeSet<String>,
    no_graphql: bool,
    /// Top groups without a licence for immutable rules. GitLab.com licenses by top group.
    unlicensed: BTreeSet<String>,
    /// Projects whose registry lacks the metadata database.
    no_registry_api: BTreeSet<String>,
    /// Projects whose rules this account does not see.
    rules_hidden: BTreeSet<String>,
    batch: usize,
}

impl Default for Notes {
    fn default() -> Self {
        Self {
            absent: BTreeSet::new(),
            no_graphql: false,
            unlicensed: BTreeSet::new(),
            no_registry_api: BTreeSet::new(),
            rules_hidden: BTreeSet::new(),
            batch: FIRST_BATCH,
        }
    }
}

fn top_group(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

impl Learned {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a field is missing; false when that was known.
    pub(super) fn field_absent(&self, type_name: &str, field: &str) -> bool {
        self.notes().absent.insert(format!("{type_name}.{field}"))
    }

    pub(super) fn lacks_field(&self, type_name: &str, field: &str) -> bool {
        self.notes().absent.contains(&format!("{type_name}.{field}"))
    }

    pub(super) fn graphql_absent(&self) {
        self.notes().no_graphql = true;
    }

    pub(super) fn lacks_graphql(&self) -> bool {
        self.notes().no_graphql
    }

    pub(super) fn unlicensed(&self, project: &ProjectRef) {
        self.notes().unlicensed.insert(top_group(&project.path).to_owned());
    }

    pub(super) fn lacks_licence(&self, project: &ProjectRef) -> bool {
        self.notes().unlicensed.contains(top_group(&project.path))
    }

    pub(super) fn registry_api_absent(&self, project: &ProjectRef) {
        self.notes().no_registry_api.insert(project.id.clone());
    }

    pub(super) fn lacks_registry_api(&self, project: &ProjectRef) -> bool {
        self.notes().no_registry_api.contains(&project.id)
    }

    /// Notes whether the rules of a project are hidden: then its tags are asked for the server's own verdict.
    pub(super) fn rules_hidden(&self, project: &ProjectRef, hidden: bool) {
        let mut notes = self.notes();
        if hidden {
            notes.rules_hidden.insert(project.id.clone());
        } else {
            notes.rules_hidden.remove(&project.id);
        }
    }

    pub(super) fn hides_rules(&self, project: &ProjectRef) -> bool {
        self.notes().rules_hidden.contains(&project.id)
    }

    /// A rule of this kind was made here: what was noted against it no longer holds.
    pub(super) fn works_again(&self, project: &ProjectRef, immutable: bool) {
        let mut notes = self.notes();
        notes.no_registry_api.remove(&project.id);
        if immutable {
            notes.unlicensed.remove(top_group(&project.path));
        }
    }

    pub(super) fn batch(&self) -> usize {
        self.notes().batch
    }

    /// Asks about fewer projects at once from now on.
    pub(super) fn smaller_batch(&self, failed: usize) {
        let mut notes = self.notes();
        notes.batch = notes.batch.min(failed.div_ceil(2)).max(1);
    }
}
