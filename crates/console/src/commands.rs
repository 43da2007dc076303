//! The commands of the wire, each handed to its use-case.

use async_trait::async_trait;
use tagwarden_ipc::commands::DraftSave;
use tagwarden_ipc::connections::{ConnectionDraft, ConnectionSummary, RegistryKind};
use tagwarden_ipc::jobs::JobId;
use tagwarden_ipc::journal::{JournalPage, JournalQuery, OpenChanges, RunView};
use tagwarden_ipc::plans::{ApplyRequest, PlanRequest};
use tagwarden_ipc::preview::{
    BlockQuestion, BlockWritten, PatternQuestion, PatternReading, PreviewAnswer, PreviewRequest,
};
use tagwarden_ipc::projects::{ProjectView, ProjectsPage, ProjectsQuery};
use tagwarden_ipc::settings::{AppStart, KeychainState, Settings, SettingsDraft};
use tagwarden_ipc::simulate::{SimulateAnswer, SimulateRequest};
use tagwarden_ipc::tags::{Image, ImagesQuestion, TagDetails, TagQuestion, TagsPage, TagsQuery};
use tagwarden_ipc::{ApiError, Commands};
use tagwarden_rules::cleanup::{Cleanup, CleanupPreview};

use crate::Console;
use crate::errors::OrApi as _;

#[async_trait]
impl Commands for Console {
    async fn app_start(&self, (): ()) -> Result<AppStart, ApiError> {
        self.app_start_impl().await
    }

    async fn keychain_state(&self, (): ()) -> Result<KeychainState, ApiError> {
        Ok(self.keychain().await)
    }

    async fn settings_save(&self, draft: SettingsDraft) -> Result<Settings, ApiError> {
        self.settings_save_impl(draft).await
    }

    async fn connection_test(&self, draft: ConnectionDraft) -> Result<JobId, ApiError> {
        Ok(self.connection_test_impl(draft))
    }

    async fn connection_save(&self, draft: ConnectionDraft) -> Result<ConnectionSummary, ApiError> {
        self.connection_save_impl(draft).await
    }

    async fn connection_remove(&self, id: String) -> Result<(), ApiError> {
        self.connection_remove_impl(id).await
    }

    async fn connections(&self, (): ()) -> Result<Vec<ConnectionSummary>, ApiError> {
        self.connection_list().await
    }

    async fn demo_open(&self, kind: RegistryKind) -> Result<JobId, ApiError> {
        self.demo_open_impl(kind)
    }

    async fn sync_start(&self, connection: String) -> Result<JobId, ApiError> {
        Ok(self.sync_start_impl(connection))
    }

    async fn project_refresh(&self, project: String) -> Result<JobId, ApiError> {
        Ok(self.project_refresh_impl(project))
    }

    async fn job_cancel(&self, job: JobId) -> Result<(), ApiError> {
        self.inner.jobs.cancel(job);
        Ok(())
    }

    async fn projects_page(&self, query: ProjectsQuery) -> Result<ProjectsPage, ApiError> {
        self.projects_page_impl(query).await
    }

    async fn projects_ids(&self, query: ProjectsQuery) -> Result<Vec<String>, ApiError> {
        self.projects_ids_impl(query).await
    }

    async fn project_open(&self, id: String) -> Result<ProjectView, ApiError> {
        self.project_open_impl(id).await
    }

    async fn project_cleanup(&self, id: String) -> Result<Option<Cleanup>, ApiError> {
        self.project_cleanup_impl(&id).await
    }

    async fn project_cleanup_preview(&self, id: String) -> Result<Option<CleanupPreview>, ApiError> {
        self.project_cleanup_preview_impl(&id).await
    }

    async fn draft_save(&self, save: DraftSave) -> Result<(), ApiError> {
        self.draft_save_impl(save.key, save.draft).await
    }

    async fn draft_discard(&self, key: String) -> Result<(), ApiError> {
        self.inner.archive.delete_draft(&key).await.or_api()
    }

    async fn preview(&self, request: PreviewRequest) -> Result<PreviewAnswer, ApiError> {
        self.preview_impl(request).await
    }

    async fn pattern_read(&self, question: PatternQuestion) -> Result<PatternReading, ApiError> {
        Ok(crate::preview::read_pattern(&question))
    }

    async fn pattern_write(&self, question: BlockQuestion) -> Result<BlockWritten, ApiError> {
        Ok(match question.block.try_write(question.dialect) {
            Ok(pattern) => BlockWritten { pattern: Some(pattern), problem: None },
            Err(problem) => BlockWritten { pattern: None, problem: Some(problem) },
        })
    }

    async fn tags_page(&self, query: TagsQuery) -> Result<TagsPage, ApiError> {
        self.tags_page_impl(query).await
    }

    async fn tag_details(&self, question: TagQuestion) -> Result<TagDetails, ApiError> {
        self.tag_details_impl(question).await
    }

    async fn tag_images(&self, question: ImagesQuestion) -> Result<Vec<Image>, ApiError> {
        self.tag_images_impl(question).await
    }

    async fn simulate(&self, request: SimulateRequest) -> Result<SimulateAnswer, ApiError> {
        self.simulate_impl(request).await
    }

    async fn plan_start(&self, request: PlanRequest) -> Result<JobId, ApiError> {
        Ok(self.plan_start_impl(request))
    }

    async fn apply_start(&self, request: ApplyRequest) -> Result<JobId, ApiError> {
        self.apply_start_impl(&request)
    }

    async fn journal_page(&self, query: JournalQuery) -> Result<JournalPage, ApiError> {
        self.journal_page_impl(query).await
    }

    async fn journal_run(&self, id: String) -> Result<RunView, ApiError> {
        self.journal_run_impl(id).await
    }

    async fn journal_open(&self, (): ()) -> Result<OpenChanges, ApiError> {
        self.open_changes().await
    }
}
