//! Who asks: the keys that the box knows, and whether a request is signed with them (Signature
//! Version 4).

use axum::http::HeaderMap;
use sha2::{Digest as _, Sha256};

use super::answer::Refusal;

/// An access key that may do everything.
pub const ACCESS_KEY: &str = "AKIAIOSFODNN7TAGWARD";
/// One that may look only.
pub const READ_ONLY_KEY: &str = "AKIAIOSFODNN7READING";
/// A temporary one, good together with [`SESSION_TOKEN`].
pub const TEMPORARY_KEY: &str = "ASIAIOSFODNN7SESSION";
/// A temporary one that is over.
pub const EXPIRED_KEY: &str = "ASIAIOSFODNN7EXPIRED";
/// The secret of all of them.
pub const SECRET_KEY: &str = "box+wJalrXUtnFEMI/K7MDENG/TagwardenInABox";
/// The session token of the temporary ones.
pub const SESSION_TOKEN: &str = "FwoGZXIvYXdzEBox/sessiontoken+tagwarden==";

/// A request that is signed as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) may_change: bool,
}

/// The parts of a request that a signature is about.
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// The caller, or the refusal that the service gives.
pub(super) fn caller(signed: &Signed<'_>, region: &str) -> Result<Caller, Refusal> {
    let missing = || Refusal::new("MissingAuthenticationTokenException", "Missing Authentication Token");
    let authorization = header(signed.headers, "authorization").ok_or_else(missing)?;
    let rest = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or_else(missing)?;
    let incomplete = || Refusal::new("IncompleteSignatureException", "Authorization header is not complete.");
    let part = |name: &str| {
        let mut parts = rest.split(',').filter_map(|part| part.trim().split_once('='));
        parts.find(|(key, _)| *key == name).map(|(_, value)| value).ok_or_else(incomplete)
    };
    let scope: Vec<&str> = part("Credential")?.split('/').collect();
    let [key, date, scoped, service, "aws4_request"] = scope.as_slice() else { return Err(incomplete()) };
    let unknown = || {
        Refusal::new("UnrecognizedClientException", "The security token included in the request is invalid.")
    };
    let temporary = [TEMPORARY_KEY, EXPIRED_KEY].contains(key);
    if !temporary && ![ACCESS_KEY, READ_ONLY_KEY].contains(key)
        || temporary && header(signed.headers, "x-amz-security-token") != Some(SESSION_TOKEN)
    {
        return Err(unknown());
    }
    let wrong = |message: &str| Err(Refusal::new("InvalidSignatureException", message));
    if *scoped != region {
        return wrong("Credential should be scoped to a valid region.");
    }
    let scope = format!("{date}/{scoped}/{service}/aws4_request");
    if signature(signed, part("SignedHeaders")?, date, scoped, service, &scope) != part("Signature")? {
        return wrong(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
        );
    }
    if *key == EXPIRED_KEY {
        let over = "The security token included in the request is expired";
        return Err(Refusal::new("ExpiredTokenException", over));
    }
    Ok(Caller { may_change: *key != READ_ONLY_KEY })
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn signature(
    signed: &Signed<'_>,
    names: &str,
    date: &str,
    region: &str,
    service: &str,
    scope: &str,
) -> String {
    let lines: String = names
        .split(';')
        .map(|name| format!("{name}:{}\n", header(signed.headers, name).unwrap_or_default().trim()))
        .collect();
    let canonical = format!(
        "{}\n{}\n{}\n{lines}\n{names}\n{}",
        signed.method,
        signed.path,
        signed.query,
        hex::encode(Sha256::digest(signed.body))
    );
    let at = header(signed.headers, "x-amz-date").unwrap_or_default();
    let text =
        format!("AWS4-HMAC-SHA256\n{at}\n{scope}\n{}", hex::encode(Sha256::digest(canonical.as_bytes())));
    let start = hmac(format!("AWS4{SECRET_KEY}").as_bytes(), date.as_bytes());
    let key = [region, service, "aws4_request"].iter().fold(start, |key, part| hmac(&key, part.as_bytes()));
    hex::encode(hmac(&key, text.as_bytes()))
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut block = if key.len() > BLOCK { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block.resize(BLOCK, 0);
    let padded = |pad: u8| block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::hmac;

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        let got = hex::encode(hmac(b"Jefe", b"what do ya want for nothing?"));
        assert_eq!(got, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let got = hex::encode(hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"));
        assert_eq!(got, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }
}
