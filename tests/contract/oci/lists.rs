//! How registries page, and what becomes of a list that breaks off.

use tagwarden_registries::oci::Credentials;
use tagwarden_registries::{Cut, Trouble};

use super::{anonymous, digests, names, namespaces, oci, refusal};
use crate::canned::{Canned, html, http, json};
use crate::support::trouble;

fn numbered(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| format!("t{number:05}")).collect()
}

fn tags(names: &[String]) -> String {
    format!(r#"{{"name":"a/b","tags":{}}}"#, serde_json::to_string(names).unwrap())
}

fn linked(names: &[String], next: &str) -> String {
    let headers = format!("Content-Type: application/json\r\nLink: <{next}>; rel=\"next\"\r\n");
    http("200 OK", &headers, &tags(names))
}

fn last_of(request: &str) -> Option<&str> {
    let (_, after) = request.lines().next()?.split_once("last=")?;
    after.split([' ', '&']).next()
}

#[tokio::test]
async fn links_are_followed_to_the_end() {
    let server = Canned::start(|request| match last_of(request) {
        None => linked(&numbered(0..3), "/v2/a/b/tags/list?n=3&last=t00002"),
        Some("t00002") => linked(&numbered(3..6), "/v2/a/b/tags/list?n=3&last=t00005"),
        Some(_) => json(&tags(&numbered(6..7))),
    })
    .await;
    assert_eq!(names(&anonymous(&server.address), "a/b").await, (numbered(0..7), None));
    assert_eq!(server.requests().len(), 3);
    // The registry's own name for itself is not the user's.
    let server = Canned::start(|request| match last_of(request) {
        None => linked(&numbered(0..3), "http://registry.internal/v2/a%2Fb/tags/list?n=3&last=t00002"),
        Some(_) => json(&tags(&numbered(3..4))),
    })
    .await;
    assert_eq!(names(&anonymous(&server.address), "a/b").await, (numbered(0..4), None));
}

#[tokio::test]
async fn a_size_that_is_refused_is_replaced_by_one_that_the_registry_names() {
    let refused = |headers: &str, message: &str| {
        refusal("400 Bad Request", headers, "PAGINATION_NUMBER_INVALID", message)
    };
    let cases: [(&str, &str, usize); 3] =
        [("OCI-Tag-Limit: 200\r\n", "too many", 200), ("", "at most 500 at once", 500), ("", "no", 100)];
    for (headers, message, most) in cases {
        let refusal = refused(headers, message);
        let server = Canned::start(move |request| {
            let asked = request.split_once("?n=").map(|(_, n)| n.split([' ', '&']).next().unwrap());
            let size = asked.map_or(100, |n| n.parse::<usize>().unwrap());
            if size > most {
                return refusal.clone();
            }
            let first = last_of(request).map_or(0, |last| last[1..].parse::<usize>().unwrap() + 1);
            let end = (first + size).min(750);
            let page = numbered(first..end);
            if end == 750 {
                return json(&tags(&page));
            }
            linked(&page, &format!("/v2/a/b/tags/list?n={size}&last={}", page.last().unwrap()))
        })
        .await;
        let client = anonymous(&server.address);
        assert_eq!(names(&client, "a/b").await, (numbered(0..750), None), "{message}");
        let before = server.requests().len();
        names(&client, "a/b").await;
        let again = server.requests().split_off(before);
        assert_eq!(again.len(), 750_usize.div_ceil(most), "{message}: what was learned is kept");
    }
}

#[tokio::test]
async fn a_refusal_that_is_about_the_request_is_not_taken_for_a_missing_catalog() {
    use tagwarden_registries::Registry as _;
    for (status, expected) in [
        ("400 Bad Request", Trouble::Garbled("unexpected".into())),
        ("422 Unprocessable Content", Trouble::Garbled("unexpected".into())),
        ("500 Oops", Trouble::ServerFailed),
    ] {
        let server = Canned::start(move |_| refusal(status, "", "PAGINATION_NUMBER_INVALID", "no")).await;
        assert_eq!(trouble(namespaces(&anonymous(&server.address)).await), expected, "{status}");
    }
    // A catalog that is there and breaks off is no missing one either.
    let server = Canned::start(|request| {
        if last_of(request).is_some() {
            return refusal("404 Not Found", "", "NAME_UNKNOWN", "lost");
        }
        let headers = "Content-Type: application/json\r\nLink: </v2/_catalog?last=b%2Fx>; rel=\"next\"\r\n";
        http("200 OK", headers, r#"{"repositories":["a/x","b/x"]}"#)
    })
    .await;
    let client = anonymous(&server.address);
    assert_eq!(trouble(namespaces(&client).await), Trouble::ListCut(Cut::LostPosition));
    // The first namespace is known to be complete, the last one is not.
    let (a, b) = (super::project("a"), super::project("b"));
    assert_eq!(crate::support::collect(client.repositories(&a)).await.unwrap().len(), 1);
    let rest = crate::support::collect(client.repositories(&b)).await;
    assert_eq!(trouble(rest), Trouble::ListCut(Cut::LostPosition));
}

#[tokio::test]
async fn without_a_link_a_full_page_is_asked_beyond_with_its_last_name() {
    let server = Canned::start(|request| {
        let first = last_of(request).map_or(0, |last| last[1..].parse::<usize>().unwrap() + 1);
        json(&tags(&numbered(first..(first + 1000).min(2500))))
    })
    .await;
    assert_eq!(names(&anonymous(&server.address), "a/b").await, (numbered(0..2500), None));
}

#[tokio::test]
async fn a_registry_that_gives_everything_unsorted_is_read_in_one_request() {
    let mut all = numbered(0..1700);
    all.reverse();
    let body = tags(&all);
    let server = Canned::start(move |_| json(&body)).await;
    assert_eq!(names(&anonymous(&server.address), "a/b").await, (all, None));
    assert_eq!(server.requests().len(), 1);
    // Just as many as one page holds, and the same again when asked for more.
    let mut all = numbered(0..1000);
    all.rotate_left(300);
    let body = tags(&all);
    let server = Canned::start(move |_| json(&body)).await;
    assert_eq!(names(&anonymous(&server.address), "a/b").await, (all, None));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_list_that_loses_its_place_keeps_what_came_and_says_so() {
    // zot: the tag named by `last` was deleted in between.
    let server = Canned::start(|request| match last_of(request) {
        None => linked(&numbered(0..3), "/v2/a/b/tags/list?n=3&last=t00002"),
        Some(_) => refusal("404 Not Found", "", "NAME_UNKNOWN", "unknown last"),
    })
    .await;
    let (read, error) = names(&anonymous(&server.address), "a/b").await;
    assert_eq!(read, numbered(0..3));
    let error = error.unwrap();
    assert_eq!((error.trouble, error.status), (Trouble::ListCut(Cut::LostPosition), Some(404)));
    assert_eq!(error.words.as_deref(), Some("unknown last"));
}

#[tokio::test]
async fn pages_in_a_circle_and_pages_of_something_else_are_not_followed() {
    let server = Canned::start(|request| match last_of(request) {
        Some("b") => linked(&numbered(1..2), "/v2/a/b/tags/list?last=a"),
        _ => linked(&numbered(0..1), "/v2/a/b/tags/list?last=b"),
    })
    .await;
    let (read, error) = names(&anonymous(&server.address), "a/b").await;
    assert_eq!(read, numbered(0..2));
    assert_eq!(error.unwrap().trouble, Trouble::ListCut(Cut::Repeated));
    let server = Canned::start(|_| linked(&numbered(0..1), "https://elsewhere.example/v2/?token=x")).await;
    let (read, error) = names(&anonymous(&server.address), "a/b").await;
    assert_eq!(read, numbered(0..1));
    assert_eq!(error.unwrap().trouble, Trouble::ListCut(Cut::NextUnusable));
}

#[tokio::test]
async fn without_a_catalog_the_user_is_asked_for_a_list() {
    for status in ["404 Not Found", "403 Forbidden", "405 Method Not Allowed"] {
        let server = Canned::start(move |request| {
            if request.contains("_catalog") {
                return refusal(status, "", "UNSUPPORTED", "no catalog here");
            }
            json(&tags(&numbered(0..2)))
        })
        .await;
        let error = namespaces(&anonymous(&server.address)).await.unwrap_err();
        assert_eq!(error.trouble, Trouble::NoCatalog, "{status}");
        assert_eq!(error.words.as_deref(), Some("no catalog here"));
        let (client, _) = oci(&server.address, Credentials::Anonymous, &["a/b"]);
        assert_eq!(namespaces(&client).await.unwrap(), ["a"]);
        assert_eq!(names(&client, "a/b").await, (numbered(0..2), None));
    }
}

#[tokio::test]
async fn what_is_no_registry_is_told_from_one() {
    use tagwarden_registries::Registry as _;
    let answers: [(fn() -> String, Trouble); 4] = [
        (|| html("200 OK"), Trouble::NotThisProduct),
        (|| html("404 Not Found"), Trouble::NotThisProduct),
        (|| http("401 Unauthorized", "", "{}"), Trouble::NotThisProduct),
        (|| http("500 Oops", "", ""), Trouble::ServerFailed),
    ];
    for (answer, expected) in answers {
        let server = Canned::start(move |_| answer()).await;
        assert_eq!(trouble(anonymous(&server.address).reach().await), expected);
    }
}

#[tokio::test]
async fn garbage_is_told_and_hostile_names_lead_nowhere() {
    for (body, expected) in [
        ("{\"tags\":", "not-json"),
        ("{}", "unexpected"),
        ("[1]", "unexpected"),
        ("{\"tags\":[1]}", "unexpected"),
    ] {
        let server = Canned::start(move |_| json(body)).await;
        let (_, error) = names(&anonymous(&server.address), "a/b").await;
        assert_eq!(error.unwrap().trouble, Trouble::Garbled(expected.into()), "{body}");
    }
    let server = Canned::start(|request| {
        if request.contains("_catalog") {
            return json(r#"{"repositories":["ok/a","../../admin","a//b","<b>/x",""]}"#);
        }
        http("200 OK", "Docker-Content-Digest: <script>\r\n", "")
    })
    .await;
    let client = anonymous(&server.address);
    assert_eq!(namespaces(&client).await.unwrap(), ["ok"]);
    let before = server.requests().len();
    let long = "x".repeat(129);
    let read = digests(&client, "ok/a", &["..", "a/../../x", &long, "1.0"]).await.unwrap();
    assert!(read.len() == 4 && read.iter().all(|tag| tag.digest.is_none()));
    let asked: Vec<_> = server.requests().split_off(before);
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with("HEAD /v2/ok/a/manifests/1.0 "), "{}", asked[0]);
    assert!(asked[0].contains("application/vnd.oci.image.index.v1+json"));
}

#[tokio::test]
async fn one_that_asks_to_slow_down_is_waited_for_and_then_named() {
    let server =
        Canned::start(|_| refusal("429 Too Many Requests", "Retry-After: 7\r\n", "TOOMANYREQUESTS", "slow"))
            .await;
    let (client, waits) = oci(&server.address, Credentials::Anonymous, &[]);
    let (_, error) = names(&client, "a/b").await;
    assert_eq!(error.unwrap().trouble, Trouble::RateLimited(Some(7)));
    let waited: std::time::Duration = waits.lock().unwrap().iter().sum();
    assert!((890..=900).contains(&waited.as_secs()), "{waited:?}");
}

#[tokio::test]
async fn digests_read_before_an_error_are_kept() {
    use futures::StreamExt as _;
    use tagwarden_registries::Registry as _;
    let server = Canned::start(|request| {
        if request.contains("/t00009 ") {
            return http("500 Oops", "", "");
        }
        http("200 OK", &format!("Docker-Content-Digest: sha256:{}\r\n", "a".repeat(64)), "")
    })
    .await;
    let client = anonymous(&server.address);
    let (project, repository) = (super::project("a"), super::repository("a/b"));
    let pages: Vec<_> = client.digests(&project, &repository, numbered(0..10)).unwrap().collect().await;
    let read: usize = pages.iter().flatten().map(Vec::len).sum();
    assert!(read >= 9 && pages.iter().any(Result::is_err), "{pages:?}");
}
