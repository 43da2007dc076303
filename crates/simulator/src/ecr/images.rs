//! Operations on images. Here the modes are enforced.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::calls::{page, repository, text};
use super::server::Shared;
use super::state::{Image, Repository, State, digest_of};

/// ECR: one entry an image, with all its tags.
pub(super) fn describe(shared: &Shared, state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let wanted = body.get("filter").and_then(|filter| text(filter, "tagStatus")).unwrap_or("ANY").to_owned();
    let found = repository(shared, state, body)?;
    let all: Vec<Value> = found
        .images
        .iter()
        .filter(|image| match wanted.as_str() {
            "TAGGED" => !image.tags.is_empty(),
            "UNTAGGED" => image.tags.is_empty(),
            _ => true,
        })
        .map(|image| show(shared, &found.name, image))
        .collect();
    let (some, next) = page(shared, body, 100, all)?;
    Ok(json!({ "imageDetails": some, "nextToken": next }))
}

/// ECR: one entry a tag.
pub(super) fn list(shared: &Shared, state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let found = repository(shared, state, body)?;
    let pair = |image: &Image, tag: &String| json!({ "imageDigest": image.digest, "imageTag": tag });
    let all =
        found.images.iter().flat_map(|image| image.tags.iter().map(move |tag| pair(image, tag))).collect();
    let (some, next) = page(shared, body, 100, all)?;
    Ok(json!({ "imageIds": some, "nextToken": next }))
}

/// ECR: an existing tag that the mode holds is refused, also with the same image.
pub(super) fn put(shared: &Shared, state: &mut State, body: &Value, now: i64) -> Result<Value, Refusal> {
    let manifest = text(body, "imageManifest").unwrap_or_default().to_owned();
    let tag = text(body, "imageTag").unwrap_or_default().to_owned();
    if manifest.is_empty() || !is_tag(&tag) {
        let shape = "must satisfy regular expression '[a-zA-Z0-9-_.]{1,128}'";
        return Err(Refusal::parameter("imageTag", shape));
    }
    let found = repository(shared, state, body)?;
    let name = found.name.clone();
    if let Some(there) = found.tagged(&tag) {
        if found.mode.holds(&found.filters, &tag) {
            let message = format!(
                "The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten because the tag is immutable."
            );
            return Err(Refusal::new("ImageTagAlreadyExistsException", message));
        }
        if there.digest == digest_of(&manifest) {
            let message = format!(
                "Image with digest '{}' and tag '{tag}' already exists in the repository with name '{name}' in registry with id '{}'",
                there.digest, shared.config.account
            );
            return Err(Refusal::new("ImageAlreadyExistsException", message));
        }
    }
    let size = manifest.len() as u64;
    let digest = found.put(&tag, &manifest, now, size);
    let id = json!({ "imageDigest": digest, "imageTag": tag });
    let image = json!({ "registryId": shared.config.account, "repositoryName": name, "imageId": id, "imageManifest": manifest });
    Ok(json!({ "image": image }))
}

/// ECR: by tag the tag goes, and the image with its last one; by digest the image goes with all its
/// tags. No mode holds anything back.
pub(super) fn delete(shared: &Shared, state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let found = repository(shared, state, body)?;
    let (mut gone, mut failures) = (Vec::new(), Vec::new());
    for id in body.get("imageIds").and_then(Value::as_array).into_iter().flatten() {
        match remove(found, text(id, "imageTag"), text(id, "imageDigest")) {
            Some(removed) => gone.extend(removed),
            None => failures.push(json!({
                "imageId": id, "failureCode": "ImageNotFound", "failureReason": "Requested image not found",
            })),
        }
    }
    Ok(json!({ "imageIds": gone, "failures": failures }))
}

fn remove(found: &mut Repository, tag: Option<&str>, digest: Option<&str>) -> Option<Vec<Value>> {
    let at = found.images.iter().position(|image| {
        let tagged = tag.is_none_or(|tag| image.tags.iter().any(|one| one == tag));
        tagged && digest.is_none_or(|digest| image.digest == digest)
    })?;
    let image = found.images.get_mut(at)?;
    let pair = |tag: &str| json!({ "imageDigest": image.digest, "imageTag": tag });
    let Some(tag) = tag else {
        let gone = image.tags.iter().map(|tag| pair(tag)).collect();
        found.images.remove(at);
        return Some(gone);
    };
    let gone = vec![pair(tag)];
    image.tags.retain(|one| one != tag);
    if image.tags.is_empty() {
        found.images.remove(at);
    }
    Some(gone)
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let inner = |byte: u8| word(byte) || byte == b'.' || byte == b'-';
    (1..=128).contains(&tag.len()) && tag.bytes().next().is_some_and(word) && tag.bytes().all(inner)
}

fn show(shared: &Shared, name: &str, image: &Image) -> Value {
    let mut shown = json!({
        "registryId": shared.config.account,
        "repositoryName": name,
        "imageDigest": image.digest,
        "imageSizeInBytes": image.size,
        "imagePushedAt": image.pushed_at,
        "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
    });
    if !image.tags.is_empty() {
        shown["imageTags"] = json!(image.tags);
    }
    shown
}
