//! What was pushed, byte for byte: blobs, manifests, and blobs that are still on their way.

use std::collections::HashMap;

use bytes::Bytes;

use crate::seeds::rng::digest_from;
use crate::state::Digest;

/// A pushed manifest.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) media_type: String,
    pub(crate) bytes: Bytes,
}

/// What was pushed.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) manifests: HashMap<Digest, Manifest>,
    pub(crate) blobs: HashMap<Digest, Bytes>,
    uploads: HashMap<String, Vec<u8>>,
    upload_count: u64,
}

/// A server that keeps what is pushed to it.
pub(crate) trait Keeps {
    /// Lets `work` have the contents.
    fn contents<R>(&self, work: impl FnOnce(&mut Contents) -> R) -> R;
}

impl Contents {
    /// Begins an upload and names it.
    pub(crate) fn begin_upload(&mut self) -> String {
        self.upload_count += 1;
        let id = digest_from(self.upload_count, "upload").hex().chars().take(32).collect::<String>();
        self.uploads.insert(id.clone(), Vec::new());
        id
    }

    /// Adds to an upload; its length afterwards, if there is such an upload.
    pub(crate) fn continue_upload(&mut self, id: &str, bytes: &[u8]) -> Option<usize> {
        let upload = self.uploads.get_mut(id)?;
        upload.extend_from_slice(bytes);
        Some(upload.len())
    }

    /// Ends an upload and answers what was uploaded.
    pub(crate) fn end_upload(&mut self, id: &str) -> Option<Bytes> {
        self.uploads.remove(id).map(Bytes::from)
    }
}
