//! What a failed request was about, read from types rather than texts.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::error::Trouble;

/// A request without a complete answer.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What went wrong.
    pub(crate) trouble: Trouble,
    /// Whether the server may have received the request.
    pub(crate) sent: bool,
    /// Whether a read may be tried again.
    pub(crate) again: bool,
    /// The status, if the answer came as far as that.
    pub(crate) status: Option<u16>,
}

impl Failure {
    pub(crate) fn sent(trouble: Trouble) -> Self {
        Self { trouble, sent: true, again: false, status: None }
    }

    pub(crate) fn unsent(trouble: Trouble) -> Self {
        Self { trouble, sent: false, again: false, status: None }
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// A request that got no answer.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let connecting = error.is_connect() || error.is_builder();
        let trouble = if error.is_dns() {
            Trouble::UnknownHost
        } else if let Some(tls) = find::<rustls::Error>(error) {
            Trouble::Tls(tls_reason(tls))
        } else if error.is_timeout() {
            Trouble::TimedOut
        } else if find_io(error, io::ErrorKind::ConnectionRefused) {
            Trouble::Refused
        } else {
            Trouble::Broken
        };
        let again = trouble == Trouble::Broken;
        Self { trouble, sent: !connecting, again, status: None }
    }

    /// An answer whose body ended too early or cannot be decompressed.
    pub(crate) fn of_body(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::sent(Trouble::TimedOut);
        }
        // A body that broke off is reported as a decoding error too when it was compressed.
        let undecodable =
            find_io(error, io::ErrorKind::InvalidData) || find_io(error, io::ErrorKind::InvalidInput);
        let code = if undecodable { "not-decoded" } else { "cut-off" };
        Self { again: !undecodable, ..Self::sent(Trouble::Garbled(code.to_owned())) }
    }
}

/// The first cause of a type. Looks inside `io::Error`, whose `source` skips what it wraps.
pub(crate) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
            && let Some(found) = find::<T>(inner)
        {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn find_io(error: &(dyn Error + 'static), kind: io::ErrorKind) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            if io.kind() == kind {
                return true;
            }
            if let Some(inner) = io.get_ref()
                && find_io(inner, kind)
            {
                return true;
            }
        }
        next = error.source();
    }
    false
}

/// A code for what is wrong with the connection's security; the library's words where there is none.
fn tls_reason(error: &rustls::Error) -> String {
    let code = match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::UnknownIssuer => "issuer-unknown",
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "not-yet-valid",
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "wrong-name"
            }
            CertificateError::Revoked => "revoked",
            _ => return error.to_string(),
        },
        _ => return error.to_string(),
    };
    code.to_owned()
}
