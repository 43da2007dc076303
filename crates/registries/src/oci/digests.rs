//! Digests: one small request a tag, many under way at once.

use futures::stream::{self, Stream, StreamExt};
use reqwest::Method;
use tagwarden_rules::tag::is_valid_tag;

use super::Oci;
use super::catalog::{pull, tag};
use crate::error::RegistryError;
use crate::facts::{RepositoryFacts, TagFacts};

/// All kinds of manifest. A registry that is asked for fewer may convert one, and its digest with it.
pub(super) const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.v1+prettyjws";

/// Tags or images handed on at once.
pub(super) const AT_ONCE: usize = 500;
/// Longest digest: the longest algorithm in use has 128 digits.
const LONGEST: usize = 200;

impl Oci {
    /// Tags with their digests, in the order in which the answers come.
    pub(super) fn digest_pages<'a>(
        &'a self,
        repository: &'a RepositoryFacts,
        names: Vec<String>,
    ) -> impl Stream<Item = Result<Vec<TagFacts>, RegistryError>> + Send + 'a {
        let scope = pull(&repository.path);
        stream::iter(names)
            .map(move |name| self.read_digest(&repository.path, name, scope.clone()))
            .buffer_unordered(self.settings.parallel.max(1))
            .ready_chunks(AT_ONCE)
            .flat_map(|answers| stream::iter(split(answers)))
    }

    async fn read_digest(
        &self,
        repository: &str,
        name: String,
        scope: String,
    ) -> Result<TagFacts, RegistryError> {
        // A name that no tag can have might lead to another place of the server.
        if !is_valid_tag(&name) {
            return Ok(tag(name, None));
        }
        let url = self.endpoint(repository, &["manifests", &name]);
        let answer = self.ask(Method::HEAD, url, Some(MANIFESTS), &scope).await?;
        match answer.status {
            // Deleted since it was listed.
            404 => Ok(tag(name, None)),
            _ if answer.is_success() => {
                let digest = answer.header("docker-content-digest").filter(|digest| is_digest(digest));
                Ok(tag(name, digest.map(str::to_owned)))
            }
            _ => Err(self.refusal(&answer, &scope)),
        }
    }
}

/// What was read before the first error, then the error.
pub(super) fn split<T>(answers: Vec<Result<T, RegistryError>>) -> Vec<Result<Vec<T>, RegistryError>> {
    let mut read = Vec::with_capacity(answers.len());
    let mut error = None;
    for answer in answers {
        match answer {
            Ok(one) => read.push(one),
            Err(first) => {
                error.get_or_insert(first);
            }
        }
    }
    std::iter::once(Ok(read)).chain(error.map(Err)).collect()
}

/// `algorithm:digits`, as all digests are written.
pub(super) fn is_digest(text: &str) -> bool {
    let parts = text.split_once(':').filter(|_| text.len() <= LONGEST);
    parts.is_some_and(|(algorithm, encoded)| {
        let word = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'.' | b'_' | b'-');
        !algorithm.is_empty()
            && algorithm.bytes().all(word)
            && encoded.len() >= 32
            && encoded.bytes().all(|c| word(c) || c == b'=')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_told_from_other_texts() {
        assert!(is_digest(&format!("sha256:{}", "a1".repeat(32))));
        assert!(is_digest(&format!("sha512:{}", "a1".repeat(64))));
        for bad in [
            "",
            "sha256:",
            "sha256:ab",
            "<b>:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            &"a".repeat(64),
            &format!("sha256:{}", "a".repeat(400)),
        ] {
            assert!(!is_digest(bad), "{bad}");
        }
    }
}
