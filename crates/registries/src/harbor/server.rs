//! The server, the account, and its roles.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::{TryStreamExt, pin_mut};
use reqwest::Method;
use serde::Deserialize;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::Role;
use tagwarden_rules::secret_kind::SecretKind;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::version::Version;
use super::{Harbor, PRODUCT};
use crate::error::{RegistryError, Trouble};
use crate::facts::{Identity, RoleTally, ServerFacts};

/// How long Harbor holds a failed login (`frozenTime` in `src/core/auth/authenticator.go`).
const FROZEN: Duration = Duration::from_millis(1500);
/// After this the lock of a failed login that began just now is over.
const LOCK_IS_OVER: Duration = Duration::from_millis(1600);

/// What is asked once.
#[derive(Default)]
pub(super) struct Known {
    system: OnceCell<System>,
    identity: OnceCell<Identity>,
    /// Whether users sign in to Harbor's pages elsewhere, once Harbor has said so.
    single_sign_on: AtomicBool,
    robot: OnceCell<bool>,
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
    fn is_for_nobody(&self) -> bool {
        self.auth_mode.is_some() && self.harbor_version.is_none()
    }

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

/// What a secret is called that goes with this name. A robot's begins with a prefix that
/// administrators can change, and has a plus sign between its project and its own name; the name of a user
/// has no `$`.
pub fn kind_of_secret(user: &str) -> SecretKind {
    let is_robot = user.contains('$') || user.starts_with("robot") && user.contains('+');
    if is_robot { SecretKind::RobotSecret } else { SecretKind::Password }
}

impl Harbor {
    /// What the account signs in with, as far as is known by now.
    pub(super) fn secret_kind(&self) -> SecretKind {
        match self.http.account().secret {
            SecretKind::Password if self.known.single_sign_on.load(Ordering::Relaxed) => {
                SecretKind::CliSecret
            }
            kind => kind,
        }
    }

    fn note_auth_mode(&self, system: &System) {
        if system.auth_mode.as_deref() == Some("oidc_auth") {
            self.known.single_sign_on.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a Harbor answers. No account is sent.
    pub(super) async fn reach_server(&self) -> Result<(), RegistryError> {
        let answer = self.ask_openly(self.endpoint(&["systeminfo"], &[])).await?;
        let system = answer.json::<System>().filter(|system| system.auth_mode.is_some());
        if let Some(system) = &system {
            self.note_auth_mode(system);
        }
        match answer.status {
            200 if system.is_some() => Ok(()),
            429 | 500.. => Err(self.refusal(&answer)),
            _ if answer.is_lockout() => Err(self.refusal(&answer)),
            _ => Err(self.refused(Trouble::NotThisProduct, &answer)),
        }
    }

    /// Reads what Harbor says of itself, and with it whether it has recognised the account: with a
    /// wrong password it goes on as if nobody had signed in, and answers 200 to what is public.
    ///
    /// Harbor holds a failed login for a while and lets every other login of that name pass as nobody
    /// meanwhile, at once and whatever its secret (`Login` in `src/core/auth/authenticator.go`). Such an
    /// answer is none to this secret, so it is asked for once more when the lock is over.
    async fn read_system(&self) -> Result<System, RegistryError> {
        let asked_at = Instant::now();
        let mut system = self.ask_system().await?;
        if system.is_for_nobody() && asked_at.elapsed() < FROZEN {
            self.http.wait(LOCK_IS_OVER).await;
            system = self.ask_system().await?;
        }
        match (&system.auth_mode, &system.harbor_version) {
            (None, None) => Err(self.http.error(Trouble::NotThisProduct)),
            (Some(_), None) => {
                let secret = self.secret_kind();
                Err(RegistryError { secret, ..self.http.error(Trouble::TokenRefused) })
            }
            _ => Ok(system),
        }
    }

    async fn ask_system(&self) -> Result<System, RegistryError> {
        let answer = self.send_once(Method::GET, self.endpoint(&["systeminfo"], &[]), None).await?;
        if !answer.is_success() {
            return Err(self.refusal(&answer));
        }
        let system = self.shaped(&answer)?;
        self.note_auth_mode(&system);
        Ok(system)
    }

    /// Whether Harbor knows the account now, after a lock if need be: then a refusal that said it does
    /// not was about a login that failed elsewhere.
    pub(super) async fn is_recognised(&self) -> bool {
        self.read_system().await.is_ok()
    }

    /// The same, kept: whatever else is read is read as the account, or not at all.
    pub(super) async fn system(&self) -> Result<&System, RegistryError> {
        self.known.system.get_or_try_init(|| self.read_system()).await
    }

    pub(super) async fn read_server(&self) -> Result<ServerFacts, RegistryError> {
        let system = self.read_system().await?;
        Ok(ServerFacts {
            product: PRODUCT.to_owned(),
            version: system.version().map(|version| self.http.clean(version.trim_start_matches('v'))),
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
                if user.username != self.user {
                    identity.user = Some(self.http.clean(&user.username));
                }
                let _ = self.known.robot.set(false);
            }
            // Robots are no users: Harbor answers 412.
            Err(error) if error.status.is_some_and(|status| (400..500).contains(&status)) => {
                let robot = error.status == Some(412) || self.user.starts_with("robot$");
                let _ = self.known.robot.set(robot);
            }
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

    /// A robot has permissions instead of roles, and Harbor tells them to administrators only.
    pub(super) async fn is_robot(&self) -> bool {
        let _ = self.known_identity().await;
        self.known.robot.get().copied().unwrap_or(false)
    }

    /// `None` for robots.
    pub(super) async fn count_roles(&self) -> Result<Option<Vec<RoleTally>>, RegistryError> {
        if self.is_robot().await {
            return Ok(None);
        }
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
        Ok(Some(tally))
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
