//! Rules, without the checks that the services make.

use super::{Project, ProjectId, RepositoryLevels, RepositoryRule, RuleId, State, TagEffect, TagRule};

impl State {
    /// Adds a tag rule without any of the server's checks.
    pub fn add_tag_rule(&mut self, project: ProjectId, pattern: &str, effect: TagEffect) -> Option<RuleId> {
        let id = RuleId(self.next_tag_rule);
        self.add_tag_rule_as(id, project, pattern, effect)
    }

    /// [`State::add_tag_rule`] with a given number; later rules get higher ones.
    pub fn add_tag_rule_as(
        &mut self,
        id: RuleId,
        project: ProjectId,
        pattern: &str,
        effect: TagEffect,
    ) -> Option<RuleId> {
        let now = self.now();
        let project = self.projects.get_mut(&project)?;
        project.tag_rules.push(TagRule {
            id,
            pattern: pattern.to_owned(),
            effect,
            created_at: now,
            updated_at: now,
        });
        self.next_tag_rule = self.next_tag_rule.max(id.0 + 1);
        Some(id)
    }

    /// Changes a tag rule without any of the server's checks; tells whether it exists.
    pub fn change_tag_rule(&mut self, id: RuleId, pattern: Option<&str>, effect: Option<TagEffect>) -> bool {
        let now = self.now();
        let rule = self
            .projects
            .values_mut()
            .flat_map(|project| project.tag_rules.iter_mut())
            .find(|rule| rule.id == id);
        let Some(rule) = rule else {
            return false;
        };
        if let Some(pattern) = pattern {
            pattern.clone_into(&mut rule.pattern);
        }
        if let Some(effect) = effect {
            rule.effect = effect;
        }
        rule.updated_at = now;
        true
    }

    /// The tag rule of that number and its project.
    #[must_use]
    pub fn tag_rule(&self, id: RuleId) -> Option<(&Project, &TagRule)> {
        self.projects.values().find_map(|project| {
            project.tag_rules.iter().find(|rule| rule.id == id).map(|rule| (project, rule))
        })
    }

    /// Removes a tag rule; tells whether it was there.
    pub fn remove_tag_rule(&mut self, id: RuleId) -> bool {
        self.projects.values_mut().any(|project| {
            let before = project.tag_rules.len();
            project.tag_rules.retain(|rule| rule.id != id);
            project.tag_rules.len() != before
        })
    }

    /// Adds a repository rule without any of the server's checks.
    pub fn add_repository_rule(
        &mut self,
        project: ProjectId,
        path_pattern: &str,
        levels: RepositoryLevels,
    ) -> Option<RuleId> {
        let now = self.now();
        let id = RuleId(self.next_repository_rule);
        self.projects.get_mut(&project)?.repository_rules.push(RepositoryRule {
            id,
            path_pattern: path_pattern.to_owned(),
            levels,
            updated_at: now,
        });
        self.next_repository_rule += 1;
        Some(id)
    }
}
