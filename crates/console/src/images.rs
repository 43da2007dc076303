//! Dates and sizes of images whose registry tells them one by one: read when somebody looks, then kept.

use futures::StreamExt as _;
use tagwarden_archive::ImageRecord;
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::tags::{Image, ImagesQuestion};
use tagwarden_registries::{ImageFacts, Pages, RegistryError, RepositoryFacts};

use crate::Console;
use crate::errors::{IntoApi as _, OrApi as _};
use crate::plans::reference;

/// Images asked for at once; more than fit on any screen.
const MOST_IMAGES: usize = 200;

impl Console {
    pub(crate) async fn tag_images_impl(&self, question: ImagesQuestion) -> Result<Vec<Image>, ApiError> {
        let project = self.known_project(&question.project).await?;
        let listing = &project.summary.listing;
        if !project.capabilities.as_ref().is_some_and(|capabilities| capabilities.images_on_request) {
            return Ok(Vec::new());
        }
        let repositories = self.inner.archive.repositories(&question.project).await.or_api()?;
        let repository = repositories
            .into_iter()
            .find(|repository| repository.id == question.repository)
            .ok_or_else(|| ApiError::new(ErrorCode::NotFound).detail("repository"))?;
        let facts = RepositoryFacts {
            id: repository.id,
            name: repository.name,
            path: repository.path,
            tag_count: Some(repository.tag_count),
        };
        let mut digests = question.digests;
        digests.sort_unstable();
        digests.dedup();
        digests.truncate(MOST_IMAGES);
        let client = self.client(&listing.connection_id).await?;
        let reference = reference(&project);
        let (images, error) = read(client.images(&reference, &facts, digests)).await;
        if images.is_empty() {
            return error.map_or(Ok(Vec::new()), |error| Err(error.api()));
        }
        if !self.inner.archive.is_read_only() {
            let records: Vec<ImageRecord> = images.iter().map(record).collect();
            self.inner
                .archive
                .set_images(&question.project, &question.repository, &records)
                .await
                .or_api()?;
        }
        Ok(images)
    }
}

/// What can be read, and the first error.
async fn read(mut pages: Pages<'_, ImageFacts>) -> (Vec<Image>, Option<RegistryError>) {
    let (mut images, mut error) = (Vec::new(), None);
    while let Some(page) = pages.next().await {
        match page {
            Ok(read) => images.extend(read.into_iter().map(image)),
            Err(first) => {
                error.get_or_insert(first);
            }
        }
    }
    (images, error)
}

fn image(facts: ImageFacts) -> Image {
    Image { digest: facts.digest, created_at: facts.created_at, size: facts.size }
}

fn record(image: &Image) -> ImageRecord {
    ImageRecord { digest: image.digest.clone(), created_at: image.created_at, size: image.size }
}
