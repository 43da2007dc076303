//! Building the connection: certificates always verified, proxies as told.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::{Certificate, Client, ClientBuilder, Proxy};
use secrecy::ExposeSecret as _;
use url::Url;

use super::{HttpSettings, ca_file};
use crate::address::is_loopback;
use crate::error::Trouble;

/// Who asks, as servers see it in their logs.
const AGENT: &str = concat!("Tagwarden/", env!("CARGO_PKG_VERSION"));

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(20);

pub(crate) fn build(base: &Url, settings: &HttpSettings, connect: Duration) -> Result<Client, Trouble> {
    let builder = Client::builder()
        .user_agent(AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(connect)
        // Servers drop idle connections; a write on a dropped one has an unclear outcome.
        .pool_idle_timeout(IDLE);
    let builder = certificates(builder, base, settings)?;
    let builder = proxies(builder, base, settings)?;
    builder.build().map_err(|_| Trouble::Tls("no-system-certificates".to_owned()))
}

fn certificates(
    builder: ClientBuilder,
    base: &Url,
    settings: &HttpSettings,
) -> Result<ClientBuilder, Trouble> {
    if base.scheme() == "http" {
        // Nothing is encrypted to this machine, so the system's certificates need not be read.
        return Ok(builder.tls_certs_only([]));
    }
    let Some(file) = &settings.ca_file else { return Ok(builder) };
    let unusable = || Trouble::Tls("ca-file".to_owned());
    let pem = match &settings.ca_certificates {
        Some(pem) => pem.clone(),
        None => ca_file::read(file)?,
    };
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|_| unusable())?;
    if certificates.is_empty() {
        return Err(unusable());
    }
    // macOS verifies by itself and cannot be given certificates in addition.
    if cfg!(target_os = "macos") {
        return Ok(builder.tls_certs_only(certificates));
    }
    Ok(builder.tls_certs_merge(certificates))
}

fn proxies(builder: ClientBuilder, base: &Url, settings: &HttpSettings) -> Result<ClientBuilder, Trouble> {
    if is_loopback(base) {
        return Ok(builder.no_proxy());
    }
    match &settings.proxy {
        None => Ok(builder),
        Some(proxy) => {
            let unusable = || Trouble::Address(crate::address::AddressError::Unreadable);
            let address = Url::parse(proxy).map_err(|_| unusable())?;
            let mut proxy = Proxy::all(address.as_str()).map_err(|_| unusable())?;
            if let Some(password) = &settings.proxy_password {
                let user = percent_decode_str(address.username()).decode_utf8_lossy();
                proxy = proxy.basic_auth(&user, password.expose_secret());
            }
            Ok(builder.no_proxy().proxy(proxy))
        }
    }
}
