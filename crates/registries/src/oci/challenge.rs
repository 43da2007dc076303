//! How a registry asks to be signed in to: the header `WWW-Authenticate`.

/// One way to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// User name and password with every request.
    Basic,
    /// A token, to be fetched from the realm.
    Bearer { realm: String, service: Option<String>, scope: Option<String> },
}

/// Longest header that is read, in bytes.
const LONGEST: usize = 8192;

/// The ways that a header offers, in its order. What is not known, or has no realm where one is
/// needed, is left out.
pub(super) fn parse(header: &str) -> Vec<Challenge> {
    let mut found = Vec::new();
    let mut rest = if header.len() > LONGEST { "" } else { header.trim() };
    while !rest.is_empty() {
        let (scheme, after) = split_word(rest);
        let (parameters, after) = parameters(after);
        let value = |name: &str| {
            let named = parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.clone())
        };
        if scheme.eq_ignore_ascii_case("basic") {
            found.push(Challenge::Basic);
        } else if scheme.eq_ignore_ascii_case("bearer")
            && let Some(realm) = value("realm")
        {
            found.push(Challenge::Bearer { realm, service: value("service"), scope: value("scope") });
        }
        // A text without a word in it would be read for ever.
        rest = if after.len() < rest.len() { after } else { "" };
    }
    found
}

fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches([' ', '\t', ',']);
    let end = text.find([' ', '\t', ',', '=']).unwrap_or(text.len());
    text.split_at(end)
}

/// The `name="value"` pairs up to the next scheme, and what follows them.
fn parameters(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut found = Vec::new();
    loop {
        let (name, after) = split_word(rest);
        let Some(after) = after.trim_start().strip_prefix('=') else { return (found, rest) };
        let (value, after) = value(after.trim_start());
        found.push((name.to_owned(), value));
        rest = after;
    }
}

fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Challenge {
        Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
            scope: scope.map(str::to_owned),
        }
    }

    #[test]
    fn what_registries_send_is_read() {
        let full = r#"Bearer realm="https://auth.registry.example/token",service="registry.example",scope="repository:a/b:pull,push""#;
        let read = bearer(
            "https://auth.registry.example/token",
            Some("registry.example"),
            Some("repository:a/b:pull,push"),
        );
        assert_eq!(parse(full), [read]);
        assert_eq!(parse(r#"Basic realm="Registry Realm""#), [Challenge::Basic]);
        assert_eq!(parse("basic"), [Challenge::Basic]);
        assert_eq!(parse("BEARER Realm = https://r/t , service=s"), [bearer("https://r/t", Some("s"), None)]);
        let both = r#"Basic realm="a, b=c", Bearer realm="https://r/t""#;
        assert_eq!(parse(both), [Challenge::Basic, bearer("https://r/t", None, None)]);
        assert_eq!(parse(r#"Bearer realm="a\"b""#), [bearer("a\"b", None, None)]);
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        for header in
            ["", "Negotiate", "Bearer", r#"Bearer service="x""#, "=", ",,,", "\"", "= = =", "Digest a=b"]
        {
            assert_eq!(parse(header), [], "{header}");
        }
        assert_eq!(parse(r#"Bearer realm="unfinished"#), [bearer("unfinished", None, None)]);
        assert_eq!(parse(&format!("Basic {}", "x".repeat(LONGEST))), []);
    }
}
