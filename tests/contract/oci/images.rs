//! Dates and sizes of images: where registries have them, and what becomes of those that have none.

use futures::StreamExt as _;
use tagwarden_registries::{ImageFacts, Registry as _, RegistryError, Trouble};

use super::{anonymous, project, refusal, repository};
use crate::canned::{Canned, http, json};
use crate::debian::{Debian, MADE_AT};

/// Unix seconds of 2024-02-29T12:00:00Z.
const LEAP: i64 = 1_709_208_000;

fn sha(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

async fn images(address: &str, digests: &[String]) -> (Vec<ImageFacts>, Option<RegistryError>) {
    let client = anonymous(address);
    let (project, repository) = (project("a"), repository("a/b"));
    let pages: Vec<_> = client.images(&project, &repository, digests.to_vec()).collect().await;
    let mut read = Vec::new();
    let mut error = None;
    for page in pages {
        match page {
            Ok(images) => read.extend(images),
            Err(first) => error = error.or(Some(first)),
        }
    }
    read.sort_by(|a, b| a.digest.cmp(&b.digest));
    (read, error)
}

fn image(digest: String, created_at: Option<i64>, size: Option<i64>) -> ImageFacts {
    ImageFacts { digest, created_at, size }
}

fn manifest(config: &str) -> String {
    format!(
        r#"{{"schemaVersion":2,"config":{{"digest":"{config}","size":7}},
            "layers":[{{"digest":"{0}","size":100}},{{"digest":"{0}","size":1000}}]}}"#,
        sha('e')
    )
}

#[tokio::test]
async fn an_image_has_the_date_and_size_with_which_it_was_pushed_and_one_that_is_gone_is_left_out() {
    let registry = Debian::open();
    let short = registry.push("a/b", "1.0", "x");
    let long = registry.push("a/b", "2.0", &"x".repeat(5000));
    let (read, error) = images(&registry.address(), &[short.clone(), long.clone(), sha('0')]).await;
    assert_eq!(error, None);
    assert_eq!(read.len(), 2);
    assert!(read.iter().all(|image| image.created_at == Some(MADE_AT)), "{read:?}");
    let size = |digest: &String| read.iter().find(|image| image.digest == *digest).unwrap().size.unwrap();
    assert_eq!(size(&long) - size(&short), 4999);
}

#[tokio::test]
async fn several_images_in_one_have_the_date_of_the_first_real_one_and_no_size() {
    let server = Canned::start(|request| {
        let path = request.split(' ').nth(1).unwrap();
        if path.ends_with(&sha('1')) {
            let (attestation, amd64) = (sha('2'), sha('3'));
            return json(&format!(
                r#"{{"manifests":[
                    {{"digest":"{attestation}","platform":{{"architecture":"unknown","os":"unknown"}}}},
                    {{"digest":"{amd64}","platform":{{"architecture":"amd64","os":"linux"}}}}]}}"#
            ));
        }
        match path {
            path if path == format!("/v2/a/b/manifests/{}", sha('3')) => json(&manifest(&sha('4'))),
            path if path == format!("/v2/a/b/blobs/{}", sha('4')) => {
                json(r#"{"created":"2024-02-29T12:00:00Z"}"#)
            }
            other => panic!("{other}"),
        }
    })
    .await;
    let (read, error) = images(&server.address, &[sha('1')]).await;
    assert_eq!((read, error), (vec![image(sha('1'), Some(LEAP), None)], None));
}

#[tokio::test]
async fn an_annotation_saves_the_second_request() {
    let server = Canned::start(|_| {
        json(&manifest(&sha('4')).replacen(
            '{',
            r#"{"annotations":{"org.opencontainers.image.created":"2024-02-29T13:00:00+01:00"},"#,
            1,
        ))
    })
    .await;
    let (read, error) = images(&server.address, &[sha('1')]).await;
    assert_eq!((read, error), (vec![image(sha('1'), Some(LEAP), Some(1107))], None));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_of_an_image_is_missing_and_stops_nothing() {
    // The configuration on another host, gone, of another form; sizes that cannot be.
    let server = Canned::start(|request| {
        let path = request.split(' ').nth(1).unwrap();
        let last = path.chars().last().unwrap();
        if path.contains("/blobs/") {
            return match last {
                'a' => http("307 Temporary Redirect", "Location: https://elsewhere.example/x\r\n", ""),
                'b' => refusal("404 Not Found", "", "BLOB_UNKNOWN", "gone"),
                'c' => json(r#"{"created":"yesterday"}"#),
                _ => json("[]"),
            };
        }
        match last {
            '5' => json(&manifest("../../admin")),
            '6' => json(&manifest(&sha('a')).replace("100}", "-1}")),
            '7' => json("not JSON"),
            '8' => json(r#"{"manifests":[{"digest":"../x"}]}"#),
            digit => json(&manifest(&sha(char::from_u32(digit as u32 - '1' as u32 + 'a' as u32).unwrap()))),
        }
    })
    .await;
    let asked: Vec<String> = "12345678".chars().map(sha).chain(["../../admin".to_owned()]).collect();
    let (read, error) = images(&server.address, &asked).await;
    assert_eq!(error, None);
    let mut expected: Vec<_> = "12345".chars().map(|digit| image(sha(digit), None, Some(1107))).collect();
    expected.extend([image(sha('6'), None, None), image(sha('8'), None, None)]);
    assert_eq!(read, expected);
    assert!(server.requests().iter().all(|request| !request.contains("admin")));
}

#[tokio::test]
async fn images_read_before_an_error_are_kept() {
    let server = Canned::start(|request| {
        let path = request.split(' ').nth(1).unwrap();
        match path.chars().last().unwrap() {
            '2' => refusal("403 Forbidden", "", "DENIED", "no"),
            _ if path.contains("/blobs/") => json(r#"{"created":"2024-02-29T12:00:00Z"}"#),
            _ => json(&manifest(&sha('f'))),
        }
    })
    .await;
    let (read, error) = images(&server.address, &[sha('1'), sha('2'), sha('3')]).await;
    assert_eq!(read, [image(sha('1'), Some(LEAP), Some(1107)), image(sha('3'), Some(LEAP), Some(1107))]);
    assert_eq!(error.unwrap().trouble, Trouble::Denied);
}
