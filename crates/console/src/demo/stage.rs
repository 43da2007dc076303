//! The registries in a box: which there are, and those that run.

use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::RegistryKind;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_simulator::harbor::{
    HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HarborBox, HarborConfig, RunningHarbor,
};
use tagwarden_simulator::{Config, DEMO_TOKEN, Running, Simulator, StartError, ecr};
use tokio::sync::Mutex;

/// A demo that can be opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub(super) kind: RegistryKind,
    /// Id of its connection.
    pub(super) id: &'static str,
    pub(super) user: Option<&'static str>,
    pub(super) secret: &'static str,
}

impl Offer {
    pub(super) const ALL: [Self; 3] = [
        Self { kind: RegistryKind::Gitlab, id: "demo", user: None, secret: DEMO_TOKEN },
        Self {
            kind: RegistryKind::Harbor,
            id: "demo-harbor",
            user: Some(HARBOR_ADMIN),
            secret: HARBOR_ADMIN_PASSWORD,
        },
        Self {
            kind: RegistryKind::Ecr,
            id: "demo-ecr",
            user: Some(ecr::ACCESS_KEY),
            secret: ecr::SECRET_KEY,
        },
    ];

    pub(super) fn of(kind: RegistryKind) -> Option<Self> {
        Self::ALL.into_iter().find(|offer| offer.kind == kind)
    }
}

/// The registries in a box, as far as they run.
#[derive(Default)]
pub(crate) struct Stage {
    pub(super) gitlab: Mutex<Option<Running>>,
    pub(super) harbor: Mutex<Option<RunningHarbor>>,
    pub(super) ecr: Mutex<Option<ecr::Running>>,
    /// Held from a start until the rules of the last time are back: nobody must read it without them.
    pub(super) opening: Mutex<()>,
}

impl Stage {
    /// The demo behind a connection, whose changed rules are kept; `None`: it is no demo.
    pub(crate) fn kind_of(connection: &str) -> Option<RegistryKind> {
        Offer::ALL.iter().find(|offer| offer.id == connection).map(|offer| offer.kind)
    }

    /// Where a registry answers, and whether it had to be started.
    pub(super) async fn address(&self, kind: RegistryKind) -> Result<(String, bool), ApiError> {
        let address = match kind {
            RegistryKind::Gitlab => {
                let mut place = self.gitlab.lock().await;
                if let Some(running) = place.as_ref() {
                    return Ok((running.base_url().to_owned(), false));
                }
                let started = Simulator::start(Config::default()).await.map_err(not_started)?;
                place.insert(started).base_url().to_owned()
            }
            RegistryKind::Harbor => {
                let mut place = self.harbor.lock().await;
                if let Some(running) = place.as_ref() {
                    return Ok((running.base_url().to_owned(), false));
                }
                let started = HarborBox::start(HarborConfig::default()).await.map_err(not_started)?;
                place.insert(started).base_url().to_owned()
            }
            RegistryKind::Ecr => {
                let mut place = self.ecr.lock().await;
                if let Some(running) = place.as_ref() {
                    return Ok((running.base_url().to_owned(), false));
                }
                let started = ecr::start(ecr::Config::default()).await.map_err(not_started)?;
                place.insert(started).base_url().to_owned()
            }
            RegistryKind::Oci => return Err(ApiError::new(ErrorCode::BadRequest).detail("kind")),
        };
        Ok((address, true))
    }

    /// Stops one of them.
    pub(super) async fn stop(&self, kind: RegistryKind) {
        match kind {
            RegistryKind::Gitlab => {
                if let Some(running) = self.gitlab.lock().await.take() {
                    running.stop().await;
                }
            }
            RegistryKind::Harbor => {
                if let Some(running) = self.harbor.lock().await.take() {
                    running.stop().await;
                }
            }
            // It stops when it is dropped.
            RegistryKind::Ecr => drop(self.ecr.lock().await.take()),
            RegistryKind::Oci => {}
        }
    }

    /// Stops all of them.
    pub(crate) async fn stop_all(&self) {
        for offer in Offer::ALL {
            self.stop(offer.kind).await;
        }
    }
}

fn not_started(error: StartError) -> ApiError {
    tracing::warn!(%error, "the demo registry does not start");
    ApiError::new(ErrorCode::Internal).detail("demo")
}
