//! The server, the token, and the roles behind it.

use futures::{TryStreamExt, pin_mut};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use tagwarden_rules::rule::Role;
use time::Date;
use time::macros::format_description;

use super::GitLab;
use crate::error::{RegistryError, Trouble};
use crate::facts::{Identity, RoleTally, ServerFacts};
use crate::http::{Intent, Request};

#[derive(Deserialize)]
struct Metadata {
    version: String,
    #[serde(default)]
    enterprise: Option<bool>,
}

#[derive(Deserialize)]
struct TokenSelf {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default)]
    expires_at: Option<String>,
}

#[derive(Deserialize)]
struct User {
    username: String,
    #[serde(default)]
    is_admin: Option<bool>,
}

impl GitLab {
    /// Asks for the version without a token: GitLab answers 401 as JSON, others something else.
    pub(super) async fn reach_server(&self) -> Result<(), RegistryError> {
        let url = self.endpoint(&["api", "v4", "version"], &[]);
        let request = Request {
            method: Method::GET,
            url,
            secret: None,
            accept: None,
            json: None,
            intent: Intent::Read,
        };
        let answer = self.http.send(&request).await?;
        let body = answer.json::<Value>();
        let has =
            |field: &str| body.as_ref().is_some_and(|body| body.get(field).is_some_and(Value::is_string));
        match answer.status {
            200 if has("version") => Ok(()),
            401 if has("message") || has("error") => Ok(()),
            429 | 500.. => Err(self.refusal(&answer)),
            _ if self.is_blocked(&answer) => Err(self.refusal(&answer)),
            status => Err(self.refused(Trouble::NotThisProduct, Some(status), None)),
        }
    }

    pub(super) async fn read_server(&self) -> Result<ServerFacts, RegistryError> {
        let metadata = match self.get_json::<Metadata>(self.endpoint(&["api", "v4", "metadata"], &[])).await {
            // Before 15.2 there was only this one.
            Err(error) if error.trouble == Trouble::NotFound => {
                self.get_json(self.endpoint(&["api", "v4", "version"], &[])).await?
            }
            other => other?,
        };
        let enterprise = metadata.enterprise.or_else(|| metadata.version.ends_with("-ee").then_some(true));
        Ok(ServerFacts {
            product: "GitLab".to_owned(),
            version: Some(self.http.clean(&metadata.version)),
            enterprise,
        })
    }

    /// The server as read once; `None` when it does not tell.
    pub(super) async fn known_server(&self) -> Option<&ServerFacts> {
        self.learned.server.get_or_try_init(|| self.read_server()).await.ok()
    }

    /// The token's own record and its user. Project and group tokens have a bot as their user.
    pub(super) async fn read_identity(&self) -> Result<Identity, RegistryError> {
        let token_url = self.endpoint(&["api", "v4", "personal_access_tokens", "self"], &[]);
        let token = self.tolerate(self.get_json::<TokenSelf>(token_url).await)?;
        let user = self.tolerate(self.get_json::<User>(self.endpoint(&["api", "v4", "user"], &[])).await)?;
        let clean = |text: String| self.http.clean(&text);
        let scopes = token.as_ref().and_then(|token| token.scopes.clone());
        let scopes = scopes.map(|scopes| scopes.into_iter().map(clean).collect::<Vec<_>>());
        Ok(Identity {
            admin: user.as_ref().is_some_and(|user| user.is_admin == Some(true)),
            user: user.map(|user| user.username).map(clean),
            can_change: scopes.as_deref().and_then(can_change),
            scopes,
            signs_in_at: None,
            expires_at: token.as_ref().and_then(|token| start_of_day(token.expires_at.as_deref()?)),
            token_name: token.and_then(|token| token.name).map(clean),
        })
    }

    /// Other kinds of token have no record of their own, and some scopes cannot read the user.
    fn tolerate<T>(&self, outcome: Result<T, RegistryError>) -> Result<Option<T>, RegistryError> {
        match outcome {
            Ok(found) => Ok(Some(found)),
            Err(error) => match error.trouble {
                Trouble::NotFound | Trouble::ScopeMissing(_) | Trouble::RoleTooLow(_) | Trouble::Rejected => {
                    Ok(None)
                }
                _ => Err(error),
            },
        }
    }

    /// The identity as read once; `None` when the server does not tell.
    pub(super) async fn known_identity(&self) -> Option<&Identity> {
        self.learned.identity.get_or_try_init(|| self.read_identity()).await.ok()
    }

    /// Three one-record pages whose totals tell how many projects there are from each role up. Above
    /// 10,000 projects GitLab leaves totals out; then the list itself is counted.
    pub(super) async fn count_roles(&self) -> Result<Vec<RoleTally>, RegistryError> {
        let (developers, maintainers, owners) =
            futures::try_join!(self.count_from("30"), self.count_from("40"), self.count_from("50"))?;
        let (Some(developers), Some(maintainers), Some(owners)) = (developers, maintainers, owners) else {
            return self.count_list().await;
        };
        if self.known_identity().await.is_some_and(|identity| identity.admin) {
            return Ok(tallies([
                (Role::Admin, developers),
                (Role::Owner, 0),
                (Role::Maintainer, 0),
                (Role::Developer, 0),
            ]));
        }
        Ok(tallies([
            (Role::Admin, 0),
            (Role::Owner, owners),
            (Role::Maintainer, maintainers.saturating_sub(owners)),
            (Role::Developer, developers.saturating_sub(maintainers)),
        ]))
    }

    async fn count_from(&self, level: &str) -> Result<Option<u32>, RegistryError> {
        let query =
            [("membership", "true"), ("min_access_level", level), ("simple", "true"), ("per_page", "1")];
        let answer = self.get(self.endpoint(&["api", "v4", "projects"], &query)).await?;
        let _: Vec<serde::de::IgnoredAny> = self.shaped(&answer)?;
        Ok(answer.header("x-total").and_then(|total| total.parse().ok()))
    }

    async fn count_list(&self) -> Result<Vec<RoleTally>, RegistryError> {
        let mut counted = [(Role::Admin, 0), (Role::Owner, 0), (Role::Maintainer, 0), (Role::Developer, 0)];
        let pages = self.project_pages();
        pin_mut!(pages);
        while let Some(page) = pages.try_next().await? {
            for project in page {
                if let Some((_, count)) = counted.iter_mut().find(|(role, _)| Some(*role) == project.role) {
                    *count += 1;
                }
            }
        }
        Ok(tallies(counted))
    }
}

fn tallies(counted: [(Role, u32); 4]) -> Vec<RoleTally> {
    let told = counted.into_iter().filter(|(_, projects)| *projects > 0);
    told.map(|(role, projects)| RoleTally { role, projects }).collect()
}

/// GitLab: mutations take the scope `api`. What a fine-grained token (`granular`) may do is told nowhere.
fn can_change(scopes: &[String]) -> Option<bool> {
    let has = |name: &str| scopes.iter().any(|scope| scope == name);
    if has("api") {
        Some(true)
    } else if has("granular") {
        None
    } else {
        Some(false)
    }
}

/// GitLab: a token stops working at midnight UTC at the start of its day.
fn start_of_day(day: &str) -> Option<i64> {
    let date = Date::parse(day.get(..10)?, format_description!("[year]-[month]-[day]")).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp())
}
