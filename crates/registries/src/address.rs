//! Addresses as people type them.

use std::net::IpAddr;

use url::{Host, Url};

/// Why a text is not an address that Tagwarden talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("the address is empty")]
    Empty,
    /// It is no URL, or has no host.
    #[error("the address is not a URL")]
    Unreadable,
    /// Another scheme than http and https.
    #[error("the address is neither http nor https")]
    Scheme,
    /// It holds a user name or password. They would be saved in plain text.
    #[error("the address contains credentials")]
    Credentials,
    /// Plain http to another machine: the token could be read on the way.
    #[error("plain http to another machine")]
    Plain,
}

/// Paths that people paste along with the address, and that are no part of it.
const TAILS: [&str; 4] = ["/-/", "/api/", "/users/sign_in", "/explore"];

/// Reads an address: `gitlab.example.com` means https, a path is kept for servers that live below
/// one, and what belongs to a page there (`/users/sign_in`, `/-/…`, a query) is dropped.
///
/// The path of the answer always ends in `/`. Plain http passes for this machine only.
pub fn normalise_address(typed: &str) -> Result<Url, AddressError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(AddressError::Empty);
    }
    let full = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let mut url = Url::parse(&full).map_err(|_| AddressError::Unreadable)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme);
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(AddressError::Unreadable);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Credentials);
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(AddressError::Plain);
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = server_path(url.path());
    url.set_path(&path);
    Ok(url)
}

fn server_path(path: &str) -> String {
    let mut path = format!("{}/", path.trim_end_matches('/'));
    for tail in TAILS {
        let tail = if tail.ends_with('/') { tail.to_owned() } else { format!("{tail}/") };
        if let Some(at) = path.find(&tail) {
            path.truncate(at + 1);
        }
    }
    path
}

/// Whether the address can only be this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

/// Whether what was typed is an address of this machine, which no proxy is asked for.
pub fn is_this_machine(typed: &str) -> bool {
    normalise_address(typed).is_ok_and(|url| is_loopback(&url))
}

/// The host as shown in errors, with its port where it is not the usual one.
pub(crate) fn shown_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Scheme, host and port: what may be told of an address that was not asked for.
pub(crate) fn origin(url: &Url) -> String {
    format!("{}://{}", url.scheme(), shown_host(url))
}

/// Whether a token meant for one address may be sent to the other.
pub(crate) fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
        && other.username().is_empty()
        && other.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Result<String, AddressError> {
        normalise_address(typed).map(|url| url.to_string())
    }

    #[test]
    fn what_people_type_becomes_an_https_address() {
        for (typed, expected) in [
            ("gitlab.example.com", "https://gitlab.example.com/"),
            ("  gitlab.example.com:8443/ ", "https://gitlab.example.com:8443/"),
            ("https://GitLab.example.com//", "https://gitlab.example.com/"),
            ("https://example.com/gitlab", "https://example.com/gitlab/"),
            ("https://example.com/gitlab/api/v4?x=1#y", "https://example.com/gitlab/"),
            ("https://gitlab.com/users/sign_in", "https://gitlab.com/"),
            ("https://gitlab.com/-/user_settings/personal_access_tokens", "https://gitlab.com/"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/"),
            ("http://[::1]:4000", "http://[::1]:4000/"),
            ("http://localhost", "http://localhost/"),
        ] {
            assert_eq!(read(typed).as_deref(), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn addresses_that_would_leak_or_lead_nowhere_are_refused() {
        for (typed, expected) in [
            ("", AddressError::Empty),
            ("  ", AddressError::Empty),
            ("https://", AddressError::Unreadable),
            ("https://a b", AddressError::Unreadable),
            ("ftp://gitlab.example.com", AddressError::Scheme),
            ("file:///etc/passwd", AddressError::Scheme),
            ("https://me:secret@gitlab.example.com", AddressError::Credentials),
            ("me@gitlab.example.com", AddressError::Credentials),
            ("http://gitlab.example.com", AddressError::Plain),
            ("http://10.0.0.1", AddressError::Plain),
            ("http://127.0.0.1.example.com", AddressError::Plain),
        ] {
            assert_eq!(read(typed), Err(expected), "{typed}");
        }
    }

    #[test]
    fn a_token_goes_to_the_same_scheme_host_and_port_only() {
        let home = Url::parse("https://gitlab.example.com/").unwrap();
        for (other, same) in [
            ("https://gitlab.example.com:443/x", true),
            ("http://gitlab.example.com/", false),
            ("https://gitlab.example.com:8443/", false),
            ("https://gitlab.example.com.evil.test/", false),
            ("https://user@gitlab.example.com/", false),
        ] {
            assert_eq!(same_origin(&home, &Url::parse(other).unwrap()), same, "{other}");
        }
    }
}
