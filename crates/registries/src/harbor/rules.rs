//! Reading the rules of projects.

use std::borrow::Cow;

use futures::stream::{self, StreamExt, TryStreamExt};

use super::Harbor;
use super::asking::Row;
use super::wire::WireRule;
use crate::error::RegistryError;
use crate::facts::{ProjectFacts, ProjectRef, RulesRead};

/// Projects whose rules are asked for at once.
const AT_ONCE: usize = 8;

impl Row for WireRule {
    fn identity(&self) -> Cow<'_, str> {
        self.id.map(|id| id.to_string()).unwrap_or_default().into()
    }
}

impl Harbor {
    pub(super) async fn read_all_rules(
        &self,
        projects: &[ProjectFacts],
    ) -> Vec<Result<RulesRead, RegistryError>> {
        let read = |project: &'_ ProjectFacts| {
            let project = project.project.clone();
            async move { self.read_rules(&project).await }
        };
        stream::iter(projects.iter().map(read).collect::<Vec<_>>()).buffered(AT_ONCE).collect().await
    }

    async fn read_rules(&self, project: &ProjectRef) -> Result<RulesRead, RegistryError> {
        let dialect = self.dialect().await?;
        let wire = self.wire_rules(project).await?;
        let rules = wire.iter().filter_map(|rule| rule.read(dialect)).collect();
        Ok(RulesRead { rules, complete: true, capabilities: self.capabilities().await? })
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
