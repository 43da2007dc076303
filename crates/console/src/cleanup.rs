//! A project's cleanup policy. It is asked of the registry and not kept: what is shown is what is in force.

use tagwarden_archive::Project;
use tagwarden_ipc::ApiError;
use tagwarden_registries::RegistryError;
use tagwarden_rules::cleanup::{Cleanup, CleanupPreview};

use crate::Console;
use crate::errors::IntoApi as _;
use crate::plans::reference;

impl Console {
    pub(crate) async fn project_cleanup_impl(&self, id: &str) -> Result<Option<Cleanup>, ApiError> {
        let project = self.known_project(id).await?;
        let client = self.client(&project.summary.listing.connection_id).await?;
        client.cleanup(&reference(&project)).await.map_err(|error| about(&project, error))
    }

    pub(crate) async fn project_cleanup_preview_impl(
        &self,
        id: &str,
    ) -> Result<Option<CleanupPreview>, ApiError> {
        let project = self.known_project(id).await?;
        let client = self.client(&project.summary.listing.connection_id).await?;
        client.cleanup_preview(&reference(&project)).await.map_err(|error| about(&project, error))
    }
}

fn about(project: &Project, error: RegistryError) -> ApiError {
    ApiError { project: Some(project.summary.listing.path.clone()), ..error.api() }
}
