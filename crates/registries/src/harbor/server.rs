//! The server, the account, and its roles.

use futures::{TryStreamExt, pin_mut};
use serde::Deserialize;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::Role;
use tokio::sync::OnceCell;

use super::version::Version;
use super::{Harbor, PRODUCT};
use crate::error::{RegistryError, Trouble};
use crate::facts::{Identity, RoleTally, ServerFacts};

/// What is asked once.
#[derive(Default)]
pub(super) struct Known {
    system: OnceCell<System>,
    identity: OnceCell<Identity>,
}

/// `GET /systeminfo`: what stands here is told only to whom Harbor has recognised.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct System {
    #[serde(default)]
    harbor_version: Option<String>,
    #[serde(default)]
    auth_mode: Option<String>,
    #[serde(default)]
    pub(super) read_only: Option<bool>,
}

impl System {
    pub(super) fn version(&self) -> Option<&str> {
        self.harbor_version.as_deref()
    }

    pub(super) fn release(&self) -> Option<Version> {
        self.version().and_then(Version::parse)
    }
}

#[derive(Deserialize)]
struct User {
    username: String,
    #[serde(default)]
    sysadmin_flag: bool,
}

impl Harbor {
    /// Whether a Harbor answers. No account is sent.
    pub(super) async fn reach_server(&self) -> Result<(), RegistryError> {
        let answer = self.ask_openly(self.endpoint(&["systeminfo"], &[])).await?;
        let known = answer.json::<System>().is_some_and(|system| system.auth_mode.is_some());
        match answer.status {
            200 if known => Ok(()),
            429 | 500.. => Err(self.refusal(&answer)),
            _ => Err(self.refused(Trouble::NotThisProduct, &answer)),
        }
    }

    /// Reads what Harbor says of itself, and with it whether it has recognised the account: with a
    /// wrong password it goes on as if nobody had signed in, and answers 200 to what is public.
    async fn read_system(&self) -> Result<System, RegistryError> {
        let system: System = self.get_json(self.endpoint(&["systeminfo"], &[])).await?;
        match (&system.auth_mode, &system.harbor_version) {
            (None, None) => Err(self.http.error(Trouble::NotThisProduct)),
            (Some(_), None) => Err(self.http.error(Trouble::TokenRefused)),
            _ => Ok(system),
        }
    }

    /// The same, kept: whatever else is read is read as the account, or not at all.
    pub(super) async fn system(&self) -> Result<&System, RegistryError> {
        self.known.system.get_or_try_init(|| self.read_system()).await
    }

    pub(super) async fn read_server(&self) -> Result<ServerFacts, RegistryError> {
        let system = self.read_system().await?;
        Ok(ServerFacts {
            product: PRODUCT.to_owned(),
            version: system.version().map(|version| version.trim_start_matches('v').to_owned()),
            enterprise: None,
        })
    }

    /// The language of its patterns. A version that cannot be read is a recent one.
    pub(super) async fn dialect(&self) -> Result<Dialect, RegistryError> {
        Ok(self.system().await?.release().map_or(Dialect::Harbor, Version::dialect))
    }

    pub(super) async fn read_identity(&self) -> Result<Identity, RegistryError> {
        let system = self.read_system().await?;
        let mut identity = Identity {
            user: Some(self.user.clone()),
            admin: false,
            token_name: None,
            scopes: None,
            expires_at: None,
            can_change: (system.read_only == Some(true)).then_some(false),
            signs_in_at: None,
        };
        match self.get_json::<User>(self.endpoint(&["users", "current"], &[])).await {
            Ok(user) => {
                identity.admin = user.sysadmin_flag;
                identity.user = Some(user.username);
            }
            // Robots are no users: Harbor answers 412.
            Err(error) if error.status.is_some_and(|status| (400..500).contains(&status)) => {}
            Err(error) => return Err(error),
        }
        Ok(identity)
    }

    pub(super) async fn known_identity(&self) -> Option<&Identity> {
        self.known.identity.get_or_try_init(|| self.read_identity()).await.ok()
    }

    pub(super) async fn is_admin(&self) -> bool {
        self.known_identity().await.is_some_and(|identity| identity.admin)
    }

    pub(super) async fn count_roles(&self) -> Result<Vec<RoleTally>, RegistryError> {
        let mut tally: Vec<RoleTally> = Vec::new();
        let pages = self.project_pages();
        pin_mut!(pages);
        while let Some(page) = pages.try_next().await? {
            for role in page.into_iter().filter_map(|project| project.role) {
                match tally.iter_mut().find(|known| known.role == role) {
                    Some(known) => known.projects += 1,
                    None => tally.push(RoleTally { role, projects: 1 }),
                }
            }
        }
        tally.sort_by_key(|known| std::cmp::Reverse(known.role));
        Ok(tally)
    }
}

/// Harbor's role numbers (`src/common/const.go`): a limited guest has fewer rights than a guest.
pub(super) fn role_of_number(number: u32) -> Option<Role> {
    match number {
        1 => Some(Role::Owner),
        2 => Some(Role::Developer),
        3 => Some(Role::Reporter),
        4 => Some(Role::Maintainer),
        5 => Some(Role::Guest),
        _ => None,
    }
}
