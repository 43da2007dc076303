//! Following up: what a run or a crash left open is looked up again, without anybody asking for it.

use std::collections::BTreeSet;
use std::time::Duration;

use tagwarden_ipc::ApiError;

use super::change::UNCLEAR_FOR;
use crate::Console;
use crate::errors::OrApi as _;

/// Pause before the rules are looked up again; doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// Longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Console {
    /// At start: what was planned by a run that a crash ended was never sent, what was sent is looked up.
    pub(crate) async fn resume_changes(&self) {
        if self.inner.archive.is_read_only() {
            return;
        }
        if let Err(error) = self.close_what_cannot_go_on().await {
            tracing::warn!(%error, "the journal's open entries");
        }
    }

    async fn close_what_cannot_go_on(&self) -> Result<(), ApiError> {
        self.inner.archive.skip_planned(None, self.now()).await.or_api()?;
        self.settle_without_connection().await?;
        let open = self.left_open().await?;
        self.follow_up(open.into_iter().map(|entry| entry.entry.project_id).collect());
        Ok(())
    }

    /// Reads the rules of these projects again, as long as entries wait for their outcome there and a
    /// reading can still decide. Later, a sync does.
    pub(super) fn follow_up(&self, projects: BTreeSet<String>) {
        let console = self.clone();
        tokio::spawn(async move {
            let stopping = console.inner.stopping.clone();
            tokio::select! {
                biased;
                () = stopping.cancelled() => {}
                () = console.follow(projects) => {}
            }
        });
    }

    async fn follow(&self, projects: BTreeSet<String>) {
        let (mut pause, mut passed) = (FIRST_PAUSE, Duration::ZERO);
        let last = Duration::from_secs(UNCLEAR_FOR.unsigned_abs()) + LONGEST_PAUSE;
        while passed <= last {
            let Ok(open) = self.left_open().await else { return };
            let waiting: BTreeSet<String> = open
                .into_iter()
                .map(|entry| entry.entry.project_id)
                .filter(|id| projects.contains(id))
                .collect();
            if waiting.is_empty() {
                return;
            }
            self.sleep(pause).await;
            passed += pause;
            pause = (pause * 2).min(LONGEST_PAUSE);
            for project in waiting {
                if let Err(error) = self.look_up(&project).await {
                    tracing::debug!(%error, project, "looking up open changes");
                }
            }
        }
    }

    /// Reads the rules of a project, for what waits for its outcome there.
    pub(crate) async fn look_up(&self, project: &str) -> Result<(), ApiError> {
        let known = self.known_project(project).await?;
        let asked_at = self.now();
        match self.read_rules(&known).await {
            Ok(read) => Box::pin(self.settle(project, &read, asked_at)).await.map(|_| ()),
            Err(error) => self.settle_unreadable(project, &error).await,
        }
    }
}
