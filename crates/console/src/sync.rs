//! Reading a registry: projects as they are listed, then rules and tags, several projects at a time.

use std::sync::{Arc, Mutex};

use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use tagwarden_archive::{Project, ProjectListing, SyncMark};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent, JobId, JobKind, JobResult, Progress};
use tagwarden_registries::{ProjectFacts, RegistryError, RepositoryFacts, RulesRead, TagFacts, Trouble};

use crate::Console;
use crate::assess::ReadRepository;
use crate::errors::{IntoApi as _, OrApi as _, concerns_connection, to_value};
use crate::jobs::{Job, lock};
use crate::plans::{facts, reference};
use crate::projects::count;
use crate::registry::{Client, OnWait};

/// Projects whose rules are asked for at once.
pub(crate) const RULES_AT_ONCE: usize = 20;
/// Projects read at the same time. The client bounds its requests besides.
const PROJECTS_AT_ONCE: usize = 6;
/// Repositories of one project read at the same time.
const REPOSITORIES_AT_ONCE: usize = 4;

impl Console {
    pub(crate) fn sync_start_impl(&self, connection: String) -> JobId {
        let console = self.clone();
        self.inner.jobs.spawn(JobKind::Sync, move |job| async move { console.sync(&job, &connection).await })
    }

    pub(crate) fn project_refresh_impl(&self, project: String) -> JobId {
        let console = self.clone();
        self.inner.jobs.spawn(JobKind::Refresh, move |job| async move {
            console.refresh(&job, &project).await?;
            Ok(JobResult::Refreshed { project })
        })
    }

    /// Reads a connection to the end, or until it is cancelled; what was read stays.
    pub(crate) async fn sync(&self, job: &Job, connection: &str) -> Result<JobResult, ApiError> {
        let progress = Arc::new(Mutex::new(job.progress(Some(connection))));
        self.inner.registries.watch(connection, Some(on_wait(job.clone(), Arc::clone(&progress))));
        let result = self.read_connection(job, connection, &progress).await;
        self.inner.registries.watch(connection, None);
        if !self.inner.archive.is_read_only() {
            let mark = self.sync_mark(job, connection, &result).await;
            self.inner.archive.mark_sync(connection, &mark).await.or_api()?;
        }
        self.inner.jobs.changed(Changed::Connections, None);
        self.inner.jobs.changed(Changed::Projects, None);
        let failed = result?;
        let progress = lock(&progress).clone();
        Ok(JobResult::Synced { projects: progress.done, tags: progress.tags, failed, complete: failed == 0 })
    }

    /// What is noted at the connection: when it was read to the end, or what stopped it. A reading that
    /// the user stopped says nothing new.
    async fn sync_mark(&self, job: &Job, connection: &str, result: &Result<u32, ApiError>) -> SyncMark {
        match result {
            Err(error) if error.code == ErrorCode::Cancelled => SyncMark::default(),
            Err(error) => SyncMark { error: to_value(error), ..SyncMark::default() },
            Ok(failed) => {
                let server = match self.client(connection).await {
                    Ok(client) => job.until_cancelled(client.server()).await.ok().and_then(Result::ok),
                    Err(_) => None,
                };
                let edition = server.as_ref().and_then(|server| server.enterprise);
                SyncMark {
                    at: (*failed == 0).then(|| self.now()),
                    error: None,
                    server_version: server.and_then(|server| server.version),
                    server_edition: edition.map(|ee| if ee { "EE" } else { "CE" }.to_owned()),
                }
            }
        }
    }

    async fn read_connection(
        &self,
        job: &Job,
        connection: &str,
        progress: &Mutex<Progress>,
    ) -> Result<u32, ApiError> {
        let client = self.client(connection).await?;
        let listed = self.list(job, connection, &client).await?;
        lock(progress).total = Some(count(listed.len()));
        tell(job, progress);
        for chunk in listed.chunks(RULES_AT_ONCE) {
            let rules = job.until_cancelled(client.rules(chunk)).await?;
            let mut work = Vec::with_capacity(chunk.len());
            for (project, rules) in chunk.iter().zip(rules) {
                work.push(self.read_counted(job, &client, connection, project, rules, progress).boxed());
            }
            futures::stream::iter(work).buffer_unordered(PROJECTS_AT_ONCE).try_collect::<Vec<()>>().await?;
            self.inner.jobs.changed_often(Changed::Projects);
        }
        let failed = lock(progress).failed;
        Ok(failed)
    }

    /// Reads one project and counts it; an error that concerns the whole connection ends the reading.
    async fn read_counted(
        &self,
        job: &Job,
        client: &Client,
        connection: &str,
        project: &ProjectFacts,
        rules: Result<RulesRead, RegistryError>,
        progress: &Mutex<Progress>,
    ) -> Result<(), ApiError> {
        let id = project_id(connection, &project.project.id);
        let read = self.read_project(job, client, &id, project, rules).await;
        let mut progress = lock(progress);
        progress.done += 1;
        match read {
            Ok(tags) => progress.tags += tags,
            Err(error) if concerns_connection(error.code) || error.code == ErrorCode::Cancelled => {
                return Err(error);
            }
            Err(_) => progress.failed += 1,
        }
        job.send(JobEvent::Progress { progress: progress.clone() });
        Ok(())
    }

    /// Lists the projects and writes them down as they come.
    async fn list(
        &self,
        job: &Job,
        connection: &str,
        client: &Client,
    ) -> Result<Vec<ProjectFacts>, ApiError> {
        let mut pages = client.projects();
        let mut listed = Vec::new();
        while let Some(page) = job.until_cancelled(pages.try_next()).await?.or_api()? {
            let listings: Vec<ProjectListing> = page.iter().map(|facts| listing(connection, facts)).collect();
            self.inner.archive.upsert_projects(&listings).await.or_api()?;
            self.inner.jobs.changed_often(Changed::Projects);
            listed.extend(page.into_iter().filter(|facts| facts.registry_enabled));
        }
        let present: Vec<String> =
            listed.iter().map(|facts| project_id(connection, &facts.project.id)).collect();
        self.inner.archive.mark_gone_except(connection, &present).await.or_api()?;
        self.inner.scopes.touch();
        self.inner.jobs.changed_often(Changed::Projects);
        Ok(listed)
    }

    /// Reads one project whole and writes it down; an error is written down beside what was known.
    async fn read_project(
        &self,
        job: &Job,
        client: &Client,
        id: &str,
        project: &ProjectFacts,
        rules: Result<RulesRead, RegistryError>,
    ) -> Result<u32, ApiError> {
        let result = async {
            let read = rules.or_api()?;
            self.settle(id, &read.rules).await?;
            let mut repositories = read_tags(job, client, project).await?;
            let cut = self.add_known(id, &mut repositories).await?;
            let tags = repositories.iter().map(|one| count(one.tags.len())).sum();
            let whole = |read: &[Named]| read.iter().map(Named::whole).collect();
            self.keep_reading(id, read.clone(), whole(&repositories)).await?;
            // The names are there to work with; what they point at may take minutes.
            let (found, broken) = read_digests(job, client, project, &mut repositories).await?;
            if found {
                self.keep_reading(id, read, whole(&repositories)).await?;
            }
            match cut.or(broken) {
                // Kept above, and marked as not complete.
                Some(error) => Err(error.api()),
                None => Ok(tags),
            }
        }
        .await;
        if let Err(error) = &result {
            let error: &ApiError = error;
            if error.code != ErrorCode::Cancelled {
                self.inner.archive.set_project_error(id, to_value(error).as_ref()).await.or_api()?;
            }
        }
        result
    }

    /// Puts what is known of a list that broke off beside what came of it, so that nothing is taken for
    /// deleted that was merely not read. Answers with what broke off first.
    async fn add_known(&self, id: &str, read: &mut [Named]) -> Result<Option<RegistryError>, ApiError> {
        if read.iter().all(|one| one.cut.is_none()) {
            return Ok(None);
        }
        let known = self.inner.archive.tag_names(&[id.to_owned()]).await.or_api()?;
        let mut first = None;
        for one in read.iter_mut().filter(|one| one.cut.is_some()) {
            for repository in known.iter().filter(|known| known.repository_id == one.facts.id) {
                let unread = |name: &&String| one.tags.binary_search_by(|tag| tag.name.cmp(name)).is_err();
                let missing: Vec<TagFacts> =
                    repository.names.iter().filter(unread).map(|name| named(name)).collect();
                one.tags.extend(missing);
            }
            one.tags.sort_by(|a, b| a.name.cmp(&b.name));
            first = first.or(one.cut.take());
        }
        Ok(first)
    }

    /// Reads one project again: its listing, rules and tags.
    pub(crate) async fn refresh(&self, job: &Job, id: &str) -> Result<(), ApiError> {
        let known = self.known_project(id).await?;
        let connection = known.summary.listing.connection_id.clone();
        let client = self.client(&connection).await?;
        let project = job.until_cancelled(client.project(&reference(&known))).await?;
        let project = match project {
            Ok(project) => project,
            Err(error) => return Err(self.refresh_failed(&known, error.api()).await),
        };
        self.inner.archive.upsert_projects(&[listing(&connection, &project)]).await.or_api()?;
        let rules = job.until_cancelled(client.rules(std::slice::from_ref(&project))).await?.pop();
        if let Some(rules) = rules {
            self.read_project(job, &client, id, &project, rules).await?;
        }
        self.inner.jobs.changed(Changed::Projects, Some(id));
        Ok(())
    }

    async fn refresh_failed(&self, known: &Project, error: ApiError) -> ApiError {
        let id = &known.summary.listing.id;
        if let Err(trouble) = self.inner.archive.set_project_error(id, to_value(&error).as_ref()).await {
            return trouble.api();
        }
        self.inner.jobs.changed(Changed::Projects, Some(id));
        ApiError { project: Some(facts(known).project.path), ..error }
    }
}

/// A repository whose tags have been listed.
struct Named {
    facts: RepositoryFacts,
    tags: Vec<TagFacts>,
    /// What ended the list before its end.
    cut: Option<RegistryError>,
}

impl Named {
    fn whole(&self) -> ReadRepository {
        (self.facts.clone(), self.tags.clone())
    }
}

/// All repositories of a project with their tags. A list that broke off is kept as far as it came, and
/// one that a proxy keeps from us does not keep the others from us.
async fn read_tags(job: &Job, client: &Client, project: &ProjectFacts) -> Result<Vec<Named>, ApiError> {
    let repositories: Vec<RepositoryFacts> =
        job.until_cancelled(client.repositories(&project.project).try_concat()).await?.or_api()?;
    let mut work = Vec::with_capacity(repositories.len());
    for repository in repositories {
        work.push(read_repository(client, project, repository).boxed());
    }
    let mut read: Vec<Named> = job
        .until_cancelled(futures::stream::iter(work).buffered(REPOSITORIES_AT_ONCE).try_collect())
        .await?
        .or_api()?;
    for Named { tags, .. } in &mut read {
        // Pages may overlap while somebody pushes.
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        tags.dedup_by(|a, b| a.name == b.name);
    }
    Ok(read)
}

async fn read_repository(
    client: &Client,
    project: &ProjectFacts,
    facts: RepositoryFacts,
) -> Result<Named, RegistryError> {
    let (mut tags, mut cut) = (Vec::new(), None);
    let mut pages = client.tags(&project.project, &facts);
    loop {
        match pages.try_next().await {
            Ok(Some(page)) => tags.extend(page),
            Ok(None) => break,
            Err(error) if matches!(error.trouble, Trouble::ListCut | Trouble::EncodedSlashes) => {
                cut = Some(error);
                break;
            }
            Err(error) => return Err(error),
        }
    }
    drop(pages);
    Ok(Named { facts, tags, cut })
}

/// Adds the digests, where the registry gives them one by one; answers whether there were any to read,
/// and what ended the reading.
async fn read_digests(
    job: &Job,
    client: &Client,
    project: &ProjectFacts,
    repositories: &mut [Named],
) -> Result<(bool, Option<RegistryError>), ApiError> {
    let mut found = false;
    for Named { facts, tags, .. } in repositories {
        let names = tags.iter().map(|tag| tag.name.clone()).collect();
        let Some(mut pages) = client.digests(&project.project, facts, names) else { break };
        found = true;
        loop {
            match job.until_cancelled(pages.try_next()).await? {
                Ok(None) => break,
                Ok(Some(page)) => {
                    for read in page {
                        if let Ok(at) = tags.binary_search_by(|tag| tag.name.cmp(&read.name)) {
                            tags[at] = read;
                        }
                    }
                }
                Err(error) => return Ok((found, Some(error))),
            }
        }
    }
    Ok((found, None))
}

fn named(name: &str) -> TagFacts {
    TagFacts {
        name: name.to_owned(),
        digest: None,
        created_at: None,
        pushed_at: None,
        size: None,
        immutable: None,
    }
}

fn on_wait(job: Job, progress: Arc<Mutex<Progress>>) -> OnWait {
    Arc::new(move |time| {
        let mut progress = lock(&progress).clone();
        progress.waiting = Some(u32::try_from(time.as_secs()).unwrap_or(u32::MAX).max(1));
        job.send(JobEvent::Progress { progress });
    })
}

fn tell(job: &Job, progress: &Mutex<Progress>) {
    let progress = lock(progress).clone();
    job.send(JobEvent::Progress { progress });
}

fn project_id(connection: &str, server_id: &str) -> String {
    format!("{connection}/{server_id}")
}

/// The connection in a project's id.
pub(crate) fn connection_of(project: &str) -> &str {
    project.split_once('/').map_or(project, |(connection, _)| connection)
}

fn listing(connection: &str, facts: &ProjectFacts) -> ProjectListing {
    ProjectListing {
        id: project_id(connection, &facts.project.id),
        connection_id: connection.to_owned(),
        server_id: facts.project.id.clone(),
        path: facts.project.path.clone(),
        web_url: facts.web_url.clone(),
        role: facts.role,
        registry_enabled: facts.registry_enabled,
    }
}
