// Written by crates/ipc/tests/bindings.rs. Do not edit.
import type { AppStart, ApplyRequest, BlockQuestion, BlockWritten, Cleanup, CleanupPreview, ConnectionDraft, ConnectionSummary, DraftSave, Image, ImagesQuestion, JournalPage, JournalQuery, KeychainState, OpenChanges, PatternQuestion, PatternReading, PlanRequest, PreviewAnswer, PreviewRequest, ProjectView, ProjectsPage, ProjectsQuery, RegistryKind, RunView, Settings, SettingsDraft, SimulateAnswer, SimulateRequest, TagDetails, TagQuestion, TagsPage, TagsQuery } from "./bindings";

/** Every command with its request and its answer. */
export type Commands = {
  app_start: { request: null; answer: AppStart };
  keychain_state: { request: null; answer: KeychainState };
  settings_save: { request: SettingsDraft; answer: Settings };
  connection_test: { request: ConnectionDraft; answer: number };
  connection_save: { request: ConnectionDraft; answer: ConnectionSummary };
  connection_remove: { request: string; answer: null };
  connections: { request: null; answer: Array<ConnectionSummary> };
  demo_open: { request: RegistryKind; answer: number };
  sync_start: { request: string; answer: number };
  project_refresh: { request: string; answer: number };
  job_cancel: { request: number; answer: null };
  projects_page: { request: ProjectsQuery; answer: ProjectsPage };
  projects_ids: { request: ProjectsQuery; answer: Array<string> };
  project_open: { request: string; answer: ProjectView };
  project_cleanup: { request: string; answer: Cleanup | null };
  project_cleanup_preview: { request: string; answer: CleanupPreview | null };
  draft_save: { request: DraftSave; answer: null };
  draft_discard: { request: string; answer: null };
  preview: { request: PreviewRequest; answer: PreviewAnswer };
  pattern_read: { request: PatternQuestion; answer: PatternReading };
  pattern_write: { request: BlockQuestion; answer: BlockWritten };
  tags_page: { request: TagsQuery; answer: TagsPage };
  tag_details: { request: TagQuestion; answer: TagDetails };
  tag_images: { request: ImagesQuestion; answer: Array<Image> };
  simulate: { request: SimulateRequest; answer: SimulateAnswer };
  plan_start: { request: PlanRequest; answer: number };
  apply_start: { request: ApplyRequest; answer: number };
  journal_page: { request: JournalQuery; answer: JournalPage };
  journal_run: { request: string; answer: RunView };
  journal_open: { request: null; answer: OpenChanges };
};
