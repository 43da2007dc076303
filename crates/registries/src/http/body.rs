//! Reading bodies without trusting their length.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use super::failure::Failure;
use crate::error::Trouble;

/// Reads a body, and stops as soon as it is longer than `limit` bytes (after decompression).
pub(crate) async fn read(mut response: Response, limit: usize) -> Result<Bytes, Failure> {
    let too_long = || Failure::sent(Trouble::Garbled("too-long".to_owned()));
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(too_long());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Failure::of_body(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
