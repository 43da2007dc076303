//! Dates and sizes of images: the manifest has the sizes, and the configuration it names has the date.

use std::collections::HashMap;

use futures::stream::{self, Stream, StreamExt};
use reqwest::Method;
use serde::Deserialize;

use super::Oci;
use super::catalog::pull;
use super::digests::{AT_ONCE, MANIFESTS, is_digest, split};
use crate::error::{RegistryError, Trouble};
use crate::facts::{ImageFacts, RepositoryFacts};
use crate::moment::unix;

/// The annotation that says when an image was made, from the OCI image specification.
const CREATED: &str = "org.opencontainers.image.created";

/// An image's manifest, or an index of several.
#[derive(Deserialize)]
struct Manifest {
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
    #[serde(default)]
    manifests: Vec<Descriptor>,
    #[serde(default)]
    annotations: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
    #[serde(default)]
    size: i64,
    platform: Option<Platform>,
}

#[derive(Deserialize)]
struct Platform {
    #[serde(default)]
    os: String,
}

#[derive(Deserialize)]
struct Configuration {
    created: Option<String>,
}

impl Manifest {
    fn made(&self) -> Option<i64> {
        self.annotations.get(CREATED).and_then(|stamp| unix(stamp))
    }

    /// Of what is several images there is no one size.
    fn size(&self) -> Option<i64> {
        let config = self.config.as_ref()?;
        let mut sizes = self.layers.iter().chain([config]).map(|part| part.size);
        sizes.try_fold(0_i64, |sum, size| sum.checked_add(size).filter(|_| size >= 0))
    }

    /// The first image of an index. Builders put attestations beside them, as images for no platform.
    fn first_image(&self) -> Option<&str> {
        let real =
            |part: &&Descriptor| part.platform.as_ref().is_none_or(|platform| platform.os != "unknown");
        self.manifests.iter().find(real).map(|part| part.digest.as_str())
    }
}

impl Oci {
    /// Images with their dates and sizes, in the order in which the answers come.
    pub(super) fn image_pages<'a>(
        &'a self,
        repository: &'a RepositoryFacts,
        digests: Vec<String>,
    ) -> impl Stream<Item = Result<Vec<ImageFacts>, RegistryError>> + Send + 'a {
        stream::iter(digests)
            .map(move |digest| async move { self.read_image(&repository.path, digest).await.transpose() })
            .buffer_unordered(self.settings.parallel.max(1))
            .filter_map(std::future::ready)
            .ready_chunks(AT_ONCE)
            .flat_map(|answers| stream::iter(split(answers)))
    }

    async fn read_image(&self, path: &str, digest: String) -> Result<Option<ImageFacts>, RegistryError> {
        let Some(manifest) = self.read_manifest(path, &digest).await? else { return Ok(None) };
        let size = manifest.size();
        let created_at = match (manifest.made(), manifest.first_image()) {
            (Some(made), _) => Some(made),
            (None, Some(image)) => match self.read_manifest(path, image).await? {
                Some(image) => self.made(path, &image).await?,
                None => None,
            },
            (None, None) => self.made(path, &manifest).await?,
        };
        Ok(Some(ImageFacts { digest, created_at, size }))
    }

    /// `None`: it is gone, or is no manifest that can be read.
    async fn read_manifest(&self, path: &str, digest: &str) -> Result<Option<Manifest>, RegistryError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let scope = pull(path);
        let url = self.endpoint(path, &["manifests", digest]);
        let answer = self.ask(Method::GET, url, Some(MANIFESTS), &scope).await?;
        match answer.status {
            404 => Ok(None),
            _ if answer.is_success() => Ok(answer.json()),
            _ => Err(self.refusal(&answer, &scope)),
        }
    }

    /// When one image says it was made.
    async fn made(&self, path: &str, manifest: &Manifest) -> Result<Option<i64>, RegistryError> {
        if let Some(made) = manifest.made() {
            return Ok(Some(made));
        }
        let Some(config) = manifest.config.as_ref().filter(|config| is_digest(&config.digest)) else {
            return Ok(None);
        };
        let scope = pull(path);
        let url = self.endpoint(path, &["blobs", &config.digest]);
        let answer = match self.ask(Method::GET, url, None, &scope).await {
            // Some keep blobs on another host, where nothing is asked.
            Err(RegistryError { trouble: Trouble::Redirected(_), .. }) => return Ok(None),
            answer => answer?,
        };
        match answer.status {
            404 => Ok(None),
            _ if answer.is_success() => Ok(answer
                .json::<Configuration>()
                .and_then(|configuration| configuration.created)
                .and_then(|stamp| unix(&stamp))),
            _ => Err(self.refusal(&answer, &scope)),
        }
    }
}
