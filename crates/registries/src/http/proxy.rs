//! Addresses of proxies as people type them, with a user and a password at times.

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

use crate::address::AddressError;

/// The address without its password, and the password. Without a scheme it is http.
///
/// # Errors
/// Never with any of the text in it: it may hold the password in a place where none belongs.
pub fn read(typed: &str) -> Result<(String, Option<SecretString>), AddressError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(AddressError::Empty);
    }
    let full = if typed.contains("://") { typed.to_owned() } else { format!("http://{typed}") };
    let mut url = Url::parse(&full).map_err(|_| AddressError::Unreadable)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme);
    }
    let password = url.password().map(|password| percent_decode_str(password).decode_utf8_lossy());
    let password = password.filter(|password| !password.is_empty()).map(|text| SecretString::from(&*text));
    url.set_password(None).map_err(|()| AddressError::Unreadable)?;
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    Ok((url.as_str().trim_end_matches('/').to_owned(), password))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_password_is_taken_out_of_the_address() {
        for (typed, address, password) in [
            ("http://proxy.example.com:3128", "http://proxy.example.com:3128", None),
            (" proxy.example.com:3128/ ", "http://proxy.example.com:3128", None),
            ("http://me@proxy:3128", "http://me@proxy:3128", None),
            ("http://me:@proxy:3128", "http://me@proxy:3128", None),
            ("http://me:s3cret@proxy:3128/", "http://me@proxy:3128", Some("s3cret")),
            ("me:p%40ss%2Fw@proxy:3128", "http://me@proxy:3128", Some("p@ss/w")),
            ("http://:only@proxy", "http://proxy", Some("only")),
            ("https://a%20b:c@proxy?q=1#f", "https://a%20b@proxy", Some("c")),
        ] {
            let (found, secret) = read(typed).unwrap();
            assert_eq!(
                (found.as_str(), secret.as_ref().map(|s| s.expose_secret())),
                (address, password),
                "{typed}"
            );
        }
        for (typed, error) in [
            ("", AddressError::Empty),
            ("http://", AddressError::Unreadable),
            ("socks5://me:secret@proxy", AddressError::Scheme),
            ("http://me:sec ret@pro xy", AddressError::Unreadable),
        ] {
            assert_eq!(read(typed).err(), Some(error), "{typed}");
        }
    }
}
