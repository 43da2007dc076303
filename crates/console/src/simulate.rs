//! The decision simulator: may this actor do this to this tag?

use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::projects::Draft;
use tagwarden_ipc::simulate::{MatrixRow, SimulateAnswer, SimulateRequest};
use tagwarden_rules::decision::{Actor, Attempt, Outcome, Question, Subject, decide_attached, matrix};
use tagwarden_rules::rule::Rule;
use tagwarden_rules::state::CompiledRules;
use tagwarden_rules::tag::is_valid_tag;
use tagwarden_rules::visibility::ServerVerdict;

use crate::Console;
use crate::assess::{bare, compile, compile_known, role_names};
use crate::company::TagPlace;
use crate::errors::OrApi as _;
use crate::preview::without_unfinished;
use crate::projects::count;

impl Console {
    pub(crate) async fn simulate_impl(&self, request: SimulateRequest) -> Result<SimulateAnswer, ApiError> {
        let project = self.known_project(&request.project).await?;
        let repositories = self.inner.archive.repositories(&request.project).await.or_api()?;
        let repository = repositories
            .into_iter()
            .find(|repository| repository.id == request.repository)
            .ok_or_else(|| ApiError::new(ErrorCode::NotFound).detail("repository"))?;
        let known =
            self.inner.archive.tag(&request.project, &request.repository, &request.tag).await.or_api()?;
        let draft = self.inner.archive.draft(&request.project).await.or_api()?;
        let draft = draft.and_then(|draft| serde_json::from_value::<Draft>(draft.body).ok());
        let capabilities = project.capabilities.as_ref();
        let (rules, compiled) = match (&draft, project.rules.read()) {
            // A draft's rules are all there would be only where all that there are were read.
            (Some(draft), Some(_)) if request.with_draft => {
                let rules = without_unfinished(&wanted(draft), &bare(&draft.base));
                (rules.clone(), compile(&rules, capabilities))
            }
            (_, Some(rules)) => (bare(rules), compile(&bare(rules), capabilities)),
            (_, None) => (Vec::new(), compile_known(&project.rules, capabilities)),
        };
        let actors = project.capabilities.as_ref().map(|c| c.actors.clone()).unwrap_or_default();
        let mut answer = SimulateAnswer {
            valid_name: is_valid_tag(&request.tag),
            exists: known.is_some(),
            pushed_at: known.as_ref().and_then(|tag| tag.pushed_at),
            digest: known.as_ref().and_then(|tag| tag.digest.clone()),
            decision: None,
            rules: Vec::new(),
            matrix: Vec::new(),
            roles: role_names(project.capabilities.as_ref()),
            based_on: project.capabilities.as_ref().map(|c| {
                format!("{} {}", c.product, c.version.as_deref().unwrap_or_default()).trim().to_owned()
            }),
            read_at: project.summary.read_at,
            has_draft: draft.is_some() && project.rules.read().is_some(),
            rules_known: project.rules.map(|rules| count(rules.len())),
            server_says: known.as_ref().and_then(|tag| tag.verdict).map(ServerVerdict::state),
        };
        if answer.valid_name {
            let place = TagPlace {
                project: &request.project,
                repository: &request.repository,
                path: &repository.path,
            };
            let enforcement = compiled.enforcement();
            let company = self.company(&place, answer.digest.as_deref(), enforcement).await?;
            let exists = request.exists.unwrap_or(answer.exists);
            let question = Question {
                actor: request.actor,
                operation: request.operation,
                repository: &repository.path,
                tag: &request.tag,
                exists,
                repository_has_tags: repository.tag_count > 0,
                same_digest: company.same_digest(),
                repository_tags: company.repository_tags(),
            };
            answer.decision = Some(decide_attached(&compiled, &question, company.attached()));
            let subject = company.subject(&repository.path, &request.tag, exists);
            answer.matrix = matrix_rows(&compiled, &subject, &actors);
            answer.rules = rules;
        }
        Ok(answer)
    }
}

/// The rules as a draft wants them.
fn wanted(draft: &Draft) -> Vec<Rule> {
    draft.rules.iter().filter_map(|rule| rule.wanted.clone()).collect()
}

/// Everybody's outcomes for one tag.
pub(crate) fn matrix_rows(rules: &CompiledRules, subject: &Subject<'_>, actors: &[Actor]) -> Vec<MatrixRow> {
    matrix(rules, subject, actors)
        .rows
        .into_iter()
        .map(|row| {
            let of = |attempt: Attempt| {
                row.cells
                    .iter()
                    .find(|cell| cell.attempt == attempt)
                    .map_or(Outcome::Unknown, |cell| cell.outcome)
            };
            MatrixRow {
                actor: row.actor,
                push_new: of(Attempt::PushNew),
                overwrite: of(Attempt::Overwrite),
                delete_tag: of(Attempt::DeleteTag),
                delete_manifest: of(Attempt::DeleteManifest),
                delete_repository: of(Attempt::DeleteRepository),
            }
        })
        .collect()
}
