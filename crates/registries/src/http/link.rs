//! The `Link` header: where the next page is.

/// The target of `rel="next"` in a `Link` header (RFC 8288).
pub fn next(header: &str) -> Option<&str> {
    let mut rest = header;
    while let Some(start) = rest.find('<') {
        let after = &rest[start + 1..];
        let end = after.find('>')?;
        let target = &after[..end];
        let tail = &after[end + 1..];
        let parameters = tail.find('<').map_or(tail, |next| &tail[..next]);
        if parameters.split([';', ',']).any(is_next) {
            return Some(target);
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
    use super::next;

    #[test]
    fn the_next_page_is_found_among_others() {
        let both = r#"<https://h/a?page=1>; rel="first", <https://h/a?id_after=42&x=1,2>; rel="next", <https://h/z>; rel="last""#;
        assert_eq!(next(both), Some("https://h/a?id_after=42&x=1,2"));
        assert_eq!(next("<https://h/b>; REL=next"), Some("https://h/b"));
        assert_eq!(next(r#"<https://h/b>; rel="prev""#), None);
        assert_eq!(next("<https://h/b; rel=next"), None);
        assert_eq!(next(""), None);
    }
}
