//! The client for registries that speak the OCI Distribution API, against Debian's docker-registry and
//! against small servers that answer what a test says.

mod debian;
mod distribution;
mod images;
mod lists;
mod secrets;
mod signing;

use futures::TryStreamExt as _;
use secrecy::SecretString;
use tagwarden_registries::http::{HttpSettings, Pacing};
use tagwarden_registries::oci::{Credentials, Oci};
use tagwarden_registries::{
    ProjectFacts, ProjectRef, Registry as _, RegistryError, RepositoryFacts, TagFacts,
};

use crate::canned::http;
use crate::support::{NOW, Waits, collect, settings};

pub(crate) fn password(user: &str, password: &str) -> Credentials {
    Credentials::Password { user: user.to_owned(), password: SecretString::from(password) }
}

/// A client that never really sleeps.
pub(crate) fn oci(address: &str, credentials: Credentials, repositories: &[&str]) -> (Oci, Waits) {
    let waits = Waits::default();
    let told = std::sync::Arc::clone(&waits);
    let on_wait = std::sync::Arc::new(move |wait| told.lock().unwrap().push(wait));
    let named: Vec<String> = repositories.iter().map(|name| (*name).to_owned()).collect();
    let settings = HttpSettings { parallel: 8, ..settings() };
    let client = Oci::new(address, credentials, &named, settings, Some(on_wait)).unwrap();
    let pacing = Pacing::fixed(|_| Box::pin(std::future::ready(())), NOW);
    (client.with_pacing(pacing), waits)
}

pub(crate) fn anonymous(address: &str) -> Oci {
    oci(address, Credentials::Anonymous, &[]).0
}

pub(crate) fn project(namespace: &str) -> ProjectRef {
    ProjectRef { id: namespace.to_owned(), path: namespace.to_owned() }
}

pub(crate) fn repository(path: &str) -> RepositoryFacts {
    RepositoryFacts { id: path.to_owned(), name: String::new(), path: path.to_owned(), tag_count: None }
}

pub(crate) async fn namespaces(client: &Oci) -> Result<Vec<String>, RegistryError> {
    let all: Vec<ProjectFacts> = collect(client.projects()).await?;
    Ok(all.into_iter().map(|facts| facts.project.path).collect())
}

/// What a list gave, and what ended it.
pub(crate) async fn names(client: &Oci, path: &str) -> (Vec<String>, Option<RegistryError>) {
    let (project, repository) = (project("x"), repository(path));
    let mut pages = client.tags(&project, &repository);
    let mut names = Vec::new();
    loop {
        match pages.try_next().await {
            Ok(Some(page)) => names.extend(page.into_iter().map(|tag| tag.name)),
            Ok(None) => return (names, None),
            Err(error) => return (names, Some(error)),
        }
    }
}

pub(crate) async fn digests(
    client: &Oci,
    path: &str,
    names: &[&str],
) -> Result<Vec<TagFacts>, RegistryError> {
    let (project, repository) = (project("x"), repository(path));
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let mut tags = collect(client.digests(&project, &repository, names).unwrap()).await?;
    tags.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tags)
}

/// A refusal as registries write them.
pub(crate) fn refusal(status: &str, headers: &str, code: &str, message: &str) -> String {
    let body = format!(r#"{{"errors":[{{"code":"{code}","message":"{message}"}}]}}"#);
    http(status, &format!("Content-Type: application/json\r\n{headers}"), &body)
}
