//! Blobs that are being uploaded.

use super::State;
use crate::seeds::rng::digest_from;

impl State {
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
    pub(crate) fn end_upload(&mut self, id: &str) -> Option<bytes::Bytes> {
        self.uploads.remove(id).map(bytes::Bytes::from)
    }
}
