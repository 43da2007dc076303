//! A project's cleanup policy. It is asked of the registry and not kept: what is shown is what is in force.

use tagwarden_ipc::ApiError;
use tagwarden_rules::cleanup::Cleanup;

use crate::Console;
use crate::errors::IntoApi as _;
use crate::plans::reference;

impl Console {
    pub(crate) async fn project_cleanup_impl(&self, id: &str) -> Result<Option<Cleanup>, ApiError> {
        let project = self.known_project(id).await?;
        let client = self.client(&project.summary.listing.connection_id).await?;
        let path = || Some(project.summary.listing.path.clone());
        client
            .cleanup(&reference(&project))
            .await
            .map_err(|error| ApiError { project: path(), ..error.api() })
    }
}
