//! The `Link` header: where the next page is.
//!
//! Servers write the address by which they know themselves, which behind a proxy is often not the
//! user's: another scheme or host, no port, no prefix. Only the query of the link is used, on the address
//! that was asked, so that no link can send the token elsewhere.

use percent_encoding::percent_decode_str;
use reqwest::header::LINK;
use url::Url;

use super::Next;
use crate::http::Answer;

/// What the `Link` headers of an answer say about the next page. `base` is the user's address of the
/// server.
pub(crate) fn next_page(answer: &Answer, asked: &Url, base: &Url) -> Next<Url> {
    let links = answer.headers.get_all(LINK);
    // Harbor does not escape queries, so that a header is not always ASCII.
    let links: Vec<_> = links.iter().map(|link| String::from_utf8_lossy(link.as_bytes())).collect();
    let target = links.iter().find_map(|link| next(link));
    match target.map(|target| resolve(target, asked, base)) {
        None => Next::End,
        Some(Some(url)) => Next::At(url),
        Some(None) => Next::Unusable,
    }
}

/// The address of a next page: the one that was asked, with the query of the link. `None`: the link
/// leads to something else than the list.
fn resolve(target: &str, asked: &Url, base: &Url) -> Option<Url> {
    let linked = asked.join(target).ok().or_else(|| asked.join(without_origin(target)?).ok())?;
    if !is_same_list(linked.path(), asked.path(), base.path()) {
        return None;
    }
    let mut next = asked.clone();
    next.set_query(linked.query());
    Some(next)
}

/// The rest of an absolute address whose host or port cannot be read.
fn without_origin(target: &str) -> Option<&str> {
    let (_, rest) = target.split_once("//")?;
    rest.find('/').map(|start| &rest[start..])
}

/// Whether a path is the asked one, in whatever way it is encoded and whatever prefix a proxy adds or
/// takes away.
fn is_same_list(linked: &str, asked: &str, base: &str) -> bool {
    let (linked, asked, base) = (plain(linked), plain(asked), plain(base));
    let below_base = asked.strip_prefix(base.as_slice()).unwrap_or(&asked);
    linked == asked || (!below_base.is_empty() && linked.ends_with(below_base))
}

/// A path as bytes, decoded, with single slashes and none at the end.
fn plain(path: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = percent_decode_str(path).collect();
    bytes.dedup_by(|next, previous| *next == b'/' && *previous == b'/');
    if bytes.last() == Some(&b'/') {
        bytes.pop();
    }
    bytes
}

/// The target of `rel="next"` in a `Link` header (RFC 8288).
fn next(header: &str) -> Option<&str> {
    let mut rest = header;
    while let Some(start) = rest.find('<') {
        let after = &rest[start + 1..];
        let end = after.find('>')?;
        let target = &after[..end];
        let tail = &after[end + 1..];
        let parameters = tail.find('<').map_or(tail, |next| &tail[..next]);
        if parameters.split([';', ',']).any(is_next) {
            return Some(target.trim());
        }
        rest = tail;
    }
    None
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    name.trim().eq_ignore_ascii_case("rel")
        && value
            .trim()
            .trim_matches('"')
            .split_whitespace()
            .any(|relation| relation.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://gitlab.example.com:8443/git/";
    const ASKED: &str = "https://gitlab.example.com:8443/git/api/v4/projects?per_page=100";

    fn resolved(target: &str, asked: &str, base: &str) -> Option<String> {
        resolve(target, &Url::parse(asked).unwrap(), &Url::parse(base).unwrap()).map(String::from)
    }

    #[test]
    fn the_next_page_is_found_among_others() {
        let both = r#"<https://h/a?page=1>; rel="first", <https://h/a?id_after=42&x=1,2>; rel="next", <https://h/z>; rel="last""#;
        assert_eq!(next(both), Some("https://h/a?id_after=42&x=1,2"));
        assert_eq!(next("<https://h/b>; REL=next"), Some("https://h/b"));
        assert_eq!(next(r#"<https://h/b>; title="x"; rel="last next""#), Some("https://h/b"));
        assert_eq!(next(r#"<https://h/b>; rel="prev""#), None);
        assert_eq!(next("<https://h/b; rel=next"), None);
        assert_eq!(next(""), None);
    }

    #[test]
    fn only_the_query_of_a_link_is_used_on_the_address_that_was_asked() {
        let next = Some(format!("{BASE}api/v4/projects?id_after=7"));
        for target in [
            "https://gitlab.example.com:8443/git/api/v4/projects?id_after=7",
            // No port, another scheme, another host, the prefix missing or another one.
            "https://gitlab.example.com/git/api/v4/projects?id_after=7",
            "http://gitlab.example.com/git/api/v4/projects?id_after=7",
            "http://localhost:8080/api/v4/projects?id_after=7",
            "https://10.0.0.7/internal/api/v4/projects?id_after=7",
            "https://user:password@elsewhere.example/api/v4/projects?id_after=7#x",
            "//elsewhere.example/api/v4/projects?id_after=7",
            // A host and a port that cannot be read.
            "https://gitlab_{internal}/api/v4/projects?id_after=7",
            "https://gitlab:port/api/v4/projects?id_after=7",
            // Relative.
            "/git/api/v4/projects?id_after=7",
            "/api/v4/projects/?id_after=7",
            "//git//api/v4/projects?id_after=7",
            "projects?id_after=7",
            "?id_after=7",
        ] {
            assert_eq!(resolved(target, ASKED, BASE), next, "{target}");
        }
    }

    #[test]
    fn a_link_to_something_else_is_not_followed() {
        for target in [
            "https://gitlab.example.com:8443/git/api/v4/users?id_after=7",
            "/git/api/v4/projects/7?x",
            "/git/api/v4/xprojects?x",
            "/git/api/v4?x",
            "https://elsewhere.example/",
            "mailto:projects",
            "https://",
        ] {
            assert_eq!(resolved(target, ASKED, BASE), None, "{target}");
        }
    }

    #[test]
    fn encodings_of_one_path_are_the_same_path() {
        let (asked, base) = ("https://r.example/v2/a/b/tags/list?n=9", "https://r.example/");
        for target in
            ["/v2/a%2Fb/tags/list?last=x", "/v2/a%2fb/tags/list?last=x", "/v2/%61/b/tags/list?last=x"]
        {
            let next = Some("https://r.example/v2/a/b/tags/list?last=x".to_owned());
            assert_eq!(resolved(target, asked, base), next, "{target}");
        }
        let asked = "https://r.example/api/v4/projects/a%2Fb/rules";
        assert_eq!(resolved("/api/v4/projects/a/b/rules?p=2", asked, base), Some(format!("{asked}?p=2")));
        assert_eq!(resolved("/v2/a/c/tags/list?last=x", "https://r.example/v2/a/b/tags/list", base), None);
    }
}
