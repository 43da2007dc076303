//! ECR's wildcards, read literally and independently of the client's engine.

/// Whether a filter matches a whole name: `*` stands for any text, also none.
pub(super) fn matches(filter: &str, name: &str) -> bool {
    let mut parts = filter.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut later: Vec<&str> = parts.collect();
    // Without a star the first part is all there is.
    let Some(last) = later.pop() else { return rest.is_empty() };
    for part in later {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_filter_is_about_the_whole_name() {
        for (filter, yes, no) in [
            ("latest", &["latest"][..], &["latest-1", "xlatest", ""][..]),
            ("dev-*", &["dev-", "dev-1"], &["dev", "my-dev-1"]),
            ("*-rc", &["-rc", "1-rc"], &["1-rc2"]),
            ("v*.0", &["v.0", "v1.0", "v1.0.0"], &["v1", "v1.0.1"]),
            ("*a*", &["a", "bab"], &["b", ""]),
            ("aba*aba", &["abaaba"], &["aba", "ababa"]),
            ("*", &["", "x"], &[]),
        ] {
            assert!(yes.iter().all(|name| matches(filter, name)), "{filter}");
            assert!(!no.iter().any(|name| matches(filter, name)), "{filter}");
        }
    }
}
