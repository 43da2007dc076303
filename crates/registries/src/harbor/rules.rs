//! Reading the rules of projects.

use std::borrow::Cow;

use futures::stream::{self, StreamExt, TryStreamExt};
use tagwarden_rules::rule::Role;
use tagwarden_rules::visibility::NotVisible;

use super::Harbor;
use super::asking::Row;
use super::wire::WireRule;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectFacts, ProjectRef, ProjectRules, RulesRead};

/// Projects whose rules are asked for at once.
const AT_ONCE: usize = 8;
/// The lowest role that lists rules (`src/common/rbac/project/rbac_role.go`).
const LISTED_FROM: Role = Role::Maintainer;
/// The permission with which a robot lists them (`src/common/rbac/const.go`).
const LIST: &str = "immutable-tag:list";

impl Row for WireRule {
    fn identity(&self) -> Cow<'_, str> {
        self.id.map(|id| id.to_string()).unwrap_or_default().into()
    }
}

impl Harbor {
    pub(super) async fn read_all_rules(
        &self,
        projects: &[ProjectFacts],
    ) -> Vec<Result<ProjectRules, RegistryError>> {
        let read = |project: &'_ ProjectFacts| {
            let project = project.project.clone();
            async move { self.read_rules(&project).await }
        };
        stream::iter(projects.iter().map(read).collect::<Vec<_>>()).buffered(AT_ONCE).collect().await
    }

    async fn read_rules(&self, project: &ProjectRef) -> Result<ProjectRules, RegistryError> {
        let dialect = self.dialect().await?;
        let capabilities = self.capabilities().await?;
        Ok(match self.wire_rules(project).await {
            Ok(wire) => {
                let rules = wire.iter().filter_map(|rule| rule.read(dialect)).collect();
                ProjectRules::Visible(RulesRead { rules, complete: true, capabilities })
            }
            // Repositories and tags may be readable all the same, as in a public project.
            Err(error) if matches!(error.trouble, Trouble::RoleTooLow(_)) => {
                ProjectRules::NotVisible { reason: self.why_not_visible().await, capabilities }
            }
            Err(error) => return Err(error),
        })
    }

    async fn why_not_visible(&self) -> NotVisible {
        if self.is_robot().await {
            NotVisible::Permission { needs: LIST.to_owned() }
        } else {
            NotVisible::Role { needs: LISTED_FROM }
        }
    }

    /// The rules in the order in which they are evaluated. Harbor sorts within a page only, unless it
    /// is asked to.
    pub(super) async fn wire_rules(&self, project: &ProjectRef) -> Result<Vec<WireRule>, RegistryError> {
        let segments = ["projects", project.id.as_str(), "immutabletagrules"];
        // Rules that were not read whole would protect less than they do.
        let mut rules: Vec<WireRule> = self.pages(&segments, &[("sort", "id")]).try_concat().await?;
        rules.sort_by_key(|rule| rule.id);
        Ok(rules)
    }
}
