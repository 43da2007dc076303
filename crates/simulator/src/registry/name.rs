//! Paths below `/v2/`.

use crate::state::Digest;

/// A manifest by tag or by digest.
#[derive(Clone, Debug)]
pub(crate) enum Reference {
    Tag(String),
    Digest(Digest),
}

/// What a path below a repository means.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// `tags/list`
    Tags,
    /// `manifests/<reference>`
    Manifest(Reference),
    /// `blobs/<digest>`
    Blob(Digest),
    /// `blobs/uploads/` and `blobs/uploads/<id>`
    Upload(Option<String>),
}

/// Splits what follows `/v2/` into the repository and what is meant there.
pub(crate) fn split(rest: &str) -> Option<(String, Target)> {
    if let Some(name) = rest.strip_suffix("/tags/list") {
        return Some((repository(name)?, Target::Tags));
    }
    if let Some((name, id)) = rest.rsplit_once("/blobs/uploads") {
        let id = id.trim_matches('/');
        return Some((repository(name)?, Target::Upload((!id.is_empty()).then(|| id.to_owned()))));
    }
    let (head, last) = rest.rsplit_once('/')?;
    if let Some(name) = head.strip_suffix("/manifests") {
        let reference = match Digest::parse(last) {
            Some(digest) => Reference::Digest(digest),
            None if tag_grammar(last) => Reference::Tag(last.to_owned()),
            None => return None,
        };
        return Some((repository(name)?, Target::Manifest(reference)));
    }
    let name = head.strip_suffix("/blobs")?;
    Some((repository(name)?, Target::Blob(Digest::parse(last)?)))
}

fn repository(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

/// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`
pub(crate) fn tag_grammar(name: &str) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    name.len() <= 128
        && name.as_bytes().first().is_some_and(word)
        && name.bytes().all(|byte| word(&byte) || byte == b'.' || byte == b'-')
}
