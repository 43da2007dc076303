//! Reading a registry: projects as they are listed, then rules and tags, several projects at a time.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock};

use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use tagwarden_archive::{Project, ProjectListing, SyncMark};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent, JobId, JobKind, JobResult, Progress};
use tagwarden_registries::{
    Pages, ProjectFacts, ProjectRules, RegistryError, RepositoryFacts, TagFacts, Trouble,
};

use crate::Console;
use crate::assess::ReadRepository;
use crate::errors::{IntoApi as _, OrApi as _, concerns_connection, not_visible, to_value};
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
/// Tags of a project whose digests may fail before it is taken for a fault of the registry.
const MOST_DIGEST_ERRORS: u32 = 100;

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
        // The error is kept with the connection, too.
        let result = result.map_err(|error| self.note(error));
        self.inner.registries.watch(connection, None);
        if !self.inner.archive.is_read_only() {
            let failed = lock(&progress).failed;
            let mark = self.sync_mark(job, connection, &result, failed).await;
            self.inner.archive.mark_sync(connection, &mark).await.or_api()?;
        }
        self.inner.jobs.changed(Changed::Connections, None);
        self.inner.jobs.changed(Changed::Projects, None);
        self.seal_soon();
        let cut = result?;
        let Progress { done, tags, failed, .. } = lock(&progress).clone();
        Ok(JobResult::Synced { projects: done, tags, failed, complete: failed == 0 && cut.is_none() })
    }

    /// What is noted at the connection: when it was read to the end, or what stopped it. A reading that
    /// the user stopped says nothing new.
    async fn sync_mark(
        &self,
        job: &Job,
        connection: &str,
        result: &Result<Option<ApiError>, ApiError>,
        failed: u32,
    ) -> SyncMark {
        match result {
            Err(error) if error.code == ErrorCode::Cancelled => SyncMark::default(),
            Err(error) => SyncMark { error: to_value(error), ..SyncMark::default() },
            Ok(cut) => {
                let server = match self.client(connection).await {
                    Ok(client) => job.until_cancelled(client.server()).await.ok().and_then(Result::ok),
                    Err(_) => None,
                };
                let edition = server.as_ref().and_then(|server| server.enterprise);
                SyncMark {
                    at: (failed == 0 && cut.is_none()).then(|| self.now()),
                    error: cut.as_ref().and_then(to_value),
                    server_version: server.and_then(|server| server.version),
                    server_edition: edition.map(|ee| if ee { "EE" } else { "CE" }.to_owned()),
                }
            }
        }
    }

    /// Reads the projects and what is in them. Answers with what ended the list of projects early; those
    /// that came before are read.
    async fn read_connection(
        &self,
        job: &Job,
        connection: &str,
        progress: &Mutex<Progress>,
    ) -> Result<Option<ApiError>, ApiError> {
        let client = self.client(connection).await?;
        let (listed, cut) = self.list(job, connection, &client).await?;
        lock(progress).total = Some(count(listed.len()));
        tell(job, progress);
        for chunk in listed.chunks(RULES_AT_ONCE) {
            let asked_at = self.now();
            let rules = job.until_cancelled(client.rules(chunk)).await?;
            let mut work = Vec::with_capacity(chunk.len());
            for (project, rules) in chunk.iter().zip(rules) {
                let rules = (asked_at, rules);
                work.push(self.read_counted(job, &client, connection, project, rules, progress).boxed());
            }
            futures::stream::iter(work).buffer_unordered(PROJECTS_AT_ONCE).try_collect::<Vec<()>>().await?;
            self.inner.jobs.changed_often(Changed::Projects);
        }
        Ok(cut)
    }

    /// Reads one project and counts it; an error that concerns the whole connection ends the reading.
    async fn read_counted(
        &self,
        job: &Job,
        client: &Client,
        connection: &str,
        project: &ProjectFacts,
        rules: RulesAt,
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

    /// Lists the projects and writes them down as they come, and what ended the list after some pages.
    async fn list(
        &self,
        job: &Job,
        connection: &str,
        client: &Client,
    ) -> Result<(Vec<ProjectFacts>, Option<ApiError>), ApiError> {
        let mut pages = client.projects();
        let (mut listed, mut named) = (Vec::new(), Vec::new());
        let cut = loop {
            let page = match job.until_cancelled(pages.try_next()).await? {
                Ok(Some(page)) => page,
                Ok(None) => break None,
                Err(error) if error.is_cut() => break Some(error.api()),
                Err(error) => return Err(error.api()),
            };
            let listings: Vec<ProjectListing> = page.iter().map(|facts| listing(connection, facts)).collect();
            self.inner.archive.upsert_projects(&listings).await.or_api()?;
            self.inner.jobs.changed_often(Changed::Projects);
            named.extend(page.iter().map(|facts| facts.project.id.clone()));
            listed.extend(page.into_iter().filter(|facts| facts.registry_enabled));
        };
        // A project that was not listed is gone only if the list came to its end.
        if cut.is_none() {
            let present: Vec<String> =
                listed.iter().map(|facts| project_id(connection, &facts.project.id)).collect();
            self.inner.archive.mark_gone_except(connection, &present).await.or_api()?;
            self.settle_unlisted(connection, &named, &present).await?;
        }
        self.inner.scopes.touch();
        self.inner.jobs.changed_often(Changed::Projects);
        Ok((listed, cut))
    }

    /// Reads one project whole and writes it down; an error is written down beside what was known.
    async fn read_project(
        &self,
        job: &Job,
        client: &Client,
        id: &str,
        project: &ProjectFacts,
        (asked_at, rules): RulesAt,
    ) -> Result<u32, ApiError> {
        let result = async {
            let read = match rules.or_api() {
                Ok(ProjectRules::Visible(read)) => {
                    let read = Box::pin(self.settle(id, &read, asked_at)).await?.unwrap_or(read);
                    ProjectRules::Visible(read)
                }
                Ok(ProjectRules::NotVisible { reason, capabilities }) => {
                    let known = self.known_project(id).await?;
                    let error = not_visible(&known.summary.listing, &reason, capabilities.role_names);
                    self.settle_unreadable(id, &error).await?;
                    ProjectRules::NotVisible { reason, capabilities }
                }
                Err(error) => {
                    self.settle_unreadable(id, &error).await?;
                    return Err(error);
                }
            };
            let (mut repositories, unlisted) = read_tags(job, client, project).await?;
            let cut = self.add_known(id, &mut repositories, unlisted).await?;
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

    /// Puts what is known of a list that broke off beside what was read of it, so that nothing is taken for
    /// deleted that was merely not read. `unlisted` ended the list of repositories. Answers with what broke
    /// off first.
    async fn add_known(
        &self,
        id: &str,
        read: &mut Vec<Named>,
        unlisted: Option<RegistryError>,
    ) -> Result<Option<RegistryError>, ApiError> {
        if unlisted.is_none() && read.iter().all(|one| one.cut.is_none()) {
            return Ok(None);
        }
        if unlisted.is_some() {
            let known = self.inner.archive.repositories(id).await.or_api()?;
            let listed: HashSet<String> = read.iter().map(|one| one.facts.id.clone()).collect();
            let missing = known.into_iter().filter(|known| !listed.contains(&known.id));
            read.extend(missing.map(|known| Named { cut: unlisted.clone(), ..Named::of(known) }));
        }
        let known = self.inner.archive.tag_names(&[id.to_owned()]).await.or_api()?;
        let mut first = unlisted;
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
        let asked_at = self.now();
        let rules = job.until_cancelled(client.rules(std::slice::from_ref(&project))).await?.pop();
        if let Some(rules) = rules {
            self.read_project(job, &client, id, &project, (asked_at, rules)).await?;
        }
        self.inner.jobs.changed(Changed::Projects, Some(id));
        Ok(())
    }

    async fn refresh_failed(&self, known: &Project, error: ApiError) -> ApiError {
        let id = &known.summary.listing.id;
        if let Err(trouble) = self.settle_unreadable(id, &error).await {
            return trouble;
        }
        if let Err(trouble) = self.inner.archive.set_project_error(id, to_value(&error).as_ref()).await {
            return trouble.api();
        }
        self.inner.jobs.changed(Changed::Projects, Some(id));
        ApiError { project: Some(facts(known).project.path), ..error }
    }
}

/// The rules of a project, and when they were asked for.
type RulesAt = (i64, Result<ProjectRules, RegistryError>);

/// A repository whose tags have been listed.
struct Named {
    facts: RepositoryFacts,
    tags: Vec<TagFacts>,
    /// What ended the list before its end.
    cut: Option<RegistryError>,
}

impl Named {
    /// A repository of which nothing was read this time.
    fn of(known: tagwarden_archive::Repository) -> Self {
        let tagwarden_archive::Repository { id, name, path, .. } = known;
        Self { facts: RepositoryFacts { id, name, path, tag_count: None }, tags: Vec::new(), cut: None }
    }

    /// Whether nothing at all is known from this reading.
    fn is_unread(&self) -> bool {
        let kept = |error: &RegistryError| error.is_cut() || error.trouble == Trouble::EncodedSlashes;
        self.tags.is_empty() && self.cut.as_ref().is_some_and(|error| !kept(error))
    }

    fn whole(&self) -> ReadRepository {
        (self.facts.clone(), self.tags.clone())
    }
}

/// The repositories of a project with their tags, and what ended the list of repositories early. A list
/// that breaks off is kept up to there and leaves the others as they are; only a project of which nothing
/// could be read is an error.
async fn read_tags(
    job: &Job,
    client: &Client,
    project: &ProjectFacts,
) -> Result<(Vec<Named>, Option<RegistryError>), ApiError> {
    let (repositories, unlisted) =
        job.until_cancelled(read_list(client.repositories(&project.project))).await?;
    if let Some(error) = unlisted.clone().filter(|error| !error.is_cut()) {
        return Err(error.api());
    }
    // An error that concerns the whole connection would only come again.
    let stopped = OnceLock::new();
    let mut work = Vec::with_capacity(repositories.len());
    for repository in repositories {
        work.push(read_repository(client, project, repository, &stopped).boxed());
    }
    let mut read: Vec<Named> =
        job.until_cancelled(futures::stream::iter(work).buffered(REPOSITORIES_AT_ONCE).collect()).await?;
    if read.iter().all(Named::is_unread)
        && let Some(error) = read.iter_mut().find_map(|one| one.cut.take())
    {
        return Err(error.api());
    }
    for Named { tags, .. } in &mut read {
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        // A project's list by image names a tag twice when it moved meanwhile.
        tags.dedup_by(|a, b| a.name == b.name);
    }
    Ok((read, unlisted))
}

/// All rows of a list, and what ended it before its end.
async fn read_list<T>(mut pages: Pages<'_, T>) -> (Vec<T>, Option<RegistryError>) {
    let mut rows = Vec::new();
    loop {
        match pages.try_next().await {
            Ok(Some(page)) => rows.extend(page),
            Ok(None) => return (rows, None),
            Err(error) => return (rows, Some(error)),
        }
    }
}

async fn read_repository(
    client: &Client,
    project: &ProjectFacts,
    facts: RepositoryFacts,
    stopped: &OnceLock<RegistryError>,
) -> Named {
    if let Some(error) = stopped.get() {
        return Named { facts, tags: Vec::new(), cut: Some(error.clone()) };
    }
    let (tags, cut) = read_list(client.tags(&project.project, &facts)).await;
    if let Some(error) = cut.clone().filter(is_everywhere) {
        // The first one counts.
        let _ = stopped.set(error);
    }
    Named { facts, tags, cut }
}

/// Whether an error concerns the whole connection.
fn is_everywhere(error: &RegistryError) -> bool {
    concerns_connection(error.clone().api().code)
}

/// Adds the digests, where the registry gives them one by one; answers whether there were any to read,
/// and the first error. One tag that cannot be read leaves the others.
async fn read_digests(
    job: &Job,
    client: &Client,
    project: &ProjectFacts,
    repositories: &mut [Named],
) -> Result<(bool, Option<RegistryError>), ApiError> {
    let (mut found, mut first, mut errors) = (false, None, 0);
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
                Err(error) => {
                    errors += 1;
                    let ended = is_everywhere(&error) || errors >= MOST_DIGEST_ERRORS;
                    first.get_or_insert(error);
                    if ended {
                        return Ok((found, first));
                    }
                }
            }
        }
    }
    Ok((found, first))
}

fn named(name: &str) -> TagFacts {
    TagFacts {
        name: name.to_owned(),
        digest: None,
        created_at: None,
        pushed_at: None,
        size: None,
        verdict: None,
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
        archived: facts.archived,
    }
}
