//! Reading the rules of projects.

use futures::pin_mut;
use futures::stream::{self, StreamExt, TryStreamExt};

use super::Harbor;
use super::wire::WireRule;
use crate::error::RegistryError;
use crate::facts::{ProjectFacts, ProjectRef, RulesRead};

/// Projects whose rules are asked for at once.
const AT_ONCE: usize = 8;

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
        let pages = self.pages::<WireRule>(&segments, &[("sort", "id")]);
        pin_mut!(pages);
        let mut rules: Vec<WireRule> = Vec::new();
        while let Some(page) = pages.try_next().await? {
            // A rule deleted meanwhile shifts the pages.
            for rule in page {
                if rules.iter().all(|known| known.id != rule.id) {
                    rules.push(rule);
                }
            }
        }
        rules.sort_by_key(|rule| rule.id);
        Ok(rules)
    }
}
