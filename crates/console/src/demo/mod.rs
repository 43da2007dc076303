//! The demo: registries in a box on this machine, added like any other connection.

mod kept;
mod stage;

use tagwarden_archive::{Connection, SignIn, TokenPlace};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::RegistryKind;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobId, JobKind, JobResult};

use crate::Console;
use crate::connections::summary;
use crate::errors::OrApi as _;
use crate::products;
use crate::registry::secret_name;

use stage::Offer;
pub(crate) use stage::Stage;

impl Console {
    pub(crate) fn demo_open_impl(&self, kind: RegistryKind) -> Result<JobId, ApiError> {
        let offer = Offer::of(kind).ok_or_else(|| ApiError::new(ErrorCode::BadRequest).detail("kind"))?;
        let console = self.clone();
        Ok(self.inner.jobs.spawn(JobKind::Demo, move |job| async move {
            let connection = console.add_demo(&offer).await?;
            console.inner.jobs.changed(Changed::Connections, None);
            console.sync(&job, &connection.id).await?;
            let projects = console.project_counts().await?.get(offer.id).copied().unwrap_or(0);
            let connection = console.saved_connection(offer.id).await?;
            Ok(JobResult::DemoReady { connection: Box::new(summary(&connection, projects)) })
        }))
    }

    async fn add_demo(&self, offer: &Offer) -> Result<Connection, ApiError> {
        let known = self.inner.archive.connection(offer.id).await.or_api()?;
        let connection = known.unwrap_or_else(|| Connection {
            id: offer.id.to_owned(),
            kind: products::word(offer.kind).to_owned(),
            name: format!("Demo {}", products::product(offer.kind)),
            address: String::new(),
            demo: true,
            sign_in: SignIn::Token { place: TokenPlace::Session, hint: None },
            user: offer.user.map(str::to_owned),
            repositories: Vec::new(),
            ca_file: None,
            created_at: self.now(),
            last_sync_at: None,
            last_error: None,
            server_version: None,
            server_edition: None,
        });
        self.running_demo(connection).await
    }

    /// Starts a demo if it does not run, and answers with its connection at its present address.
    pub(crate) async fn running_demo(&self, mut connection: Connection) -> Result<Connection, ApiError> {
        let kind = products::kind(&connection.kind);
        let offer = Offer::of(kind).ok_or_else(|| ApiError::new(ErrorCode::Internal).detail("demo"))?;
        let opening = self.inner.demo.opening.lock().await;
        let (address, started) = self.inner.demo.address(kind).await?;
        if started {
            self.restore_demo_rules(kind).await?;
        }
        drop(opening);
        let token = secrecy::SecretString::from(offer.secret.to_owned());
        let (vault, name) = (&self.inner.config.vault, secret_name(&connection.id));
        vault.put(&name, token, tagwarden_vault::Keep::Session).await.or_api()?;
        if connection.address != address {
            connection.address = address;
            self.inner.archive.put_connection(&connection).await.or_api()?;
        }
        Ok(connection)
    }

    /// Starts the demos again that are among the connections, so that their registries answer.
    pub(crate) fn resume_demo(&self) {
        let console = self.clone();
        tokio::spawn(async move {
            for offer in Offer::ALL {
                if let Ok(Some(connection)) = console.inner.archive.connection(offer.id).await {
                    // Whoever needs it meets the same error and shows it.
                    let _ = console.running_demo(connection).await;
                }
            }
        });
    }

    /// Stops a demo and forgets its rules: opened again, it is as on the first day.
    pub(crate) async fn forget_demo(&self, connection: &Connection) -> Result<(), ApiError> {
        let kind = products::kind(&connection.kind);
        self.inner.demo.stop(kind).await;
        self.forget_demo_rules(kind).await
    }
}
