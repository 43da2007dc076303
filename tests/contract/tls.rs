//! Encrypted connections: nothing is trusted that the system or the user does not trust.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tagwarden_registries::http::HttpSettings;
use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_simulator::OWNER_TOKEN;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::canned::{Canned, http};
use crate::support::{World, client_with, settings, trouble};

/// The simulator behind TLS, with a certificate that nobody knows.
struct Encrypted {
    address: String,
    pem: tempfile::NamedTempFile,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Encrypted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn encrypted(world: &World, names: &[&str], adjust: impl FnOnce(&mut CertificateParams)) -> Encrypted {
    let mut params =
        CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    // Each with a name of its own, or one would pass for the issuer of another.
    params.distinguished_name.push(DnType::CommonName, format!("Test {}", serial()));
    adjust(&mut params);
    let signing_key = KeyPair::generate().unwrap();
    let cert = params.self_signed(&signing_key).unwrap();
    let pem = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(pem.path(), cert.pem()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let behind = world.sim.address();
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(mut outside) = acceptor.accept(stream).await {
                    let mut inside = TcpStream::connect(behind).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
                }
            });
        }
    });
    Encrypted { address, pem, task }
}

fn serial() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Trusts the given file in addition to the system's certificates.
fn trusting(file: &std::path::Path) -> HttpSettings {
    HttpSettings { ca_file: Some(file.to_owned()), ..settings() }
}

#[tokio::test]
async fn an_unknown_certificate_is_refused_until_the_user_trusts_it() {
    let world = World::new().await;
    let server = encrypted(&world, &["127.0.0.1"], |_| {}).await;
    // Some other certificate is trusted, so that this holds on machines without any.
    let other = encrypted(&world, &["127.0.0.1"], |_| {}).await;
    let (client, _) = client_with(&server.address, OWNER_TOKEN, trusting(other.pem.path()));
    assert_eq!(trouble(client.server().await), Trouble::Tls("issuer-unknown".into()));
    assert_eq!(world.sim.requests(), []);

    let (client, _) = client_with(&server.address, OWNER_TOKEN, trusting(server.pem.path()));
    client.reach().await.unwrap();
    assert_eq!(client.server().await.unwrap().version.as_deref(), Some("18.10.1-ee"));
}

#[tokio::test]
async fn a_certificate_for_another_name_or_out_of_date_is_refused_though_it_is_trusted() {
    let world = World::new().await;
    let server = encrypted(&world, &["gitlab.example.com"], |_| {}).await;
    let (client, _) = client_with(&server.address, OWNER_TOKEN, trusting(server.pem.path()));
    assert_eq!(trouble(client.server().await), Trouble::Tls("wrong-name".into()));

    let server =
        encrypted(&world, &["127.0.0.1"], |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1)).await;
    let (client, _) = client_with(&server.address, OWNER_TOKEN, trusting(server.pem.path()));
    assert_eq!(trouble(client.server().await), Trouble::Tls("expired".into()));
    assert_eq!(world.sim.requests(), []);
}

#[tokio::test]
async fn tls_spoken_to_a_server_without_it_fails_as_tls() {
    let world = World::new().await;
    let other = encrypted(&world, &["127.0.0.1"], |_| {}).await;
    let address = world.sim.base_url().replace("http://", "https://");
    let (client, _) = client_with(&address, OWNER_TOKEN, trusting(other.pem.path()));
    assert!(matches!(trouble(client.server().await), Trouble::Tls(_)));
}

#[test]
fn a_file_without_certificates_is_refused() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    let missing = std::path::Path::new("/no/such/file");
    for (file, code) in [(empty.path(), "ca-file"), (missing, "ca-file-unreadable")] {
        let new = tagwarden_registries::gitlab::GitLab::new(
            "https://127.0.0.1:1",
            OWNER_TOKEN.into(),
            trusting(file),
            None,
        );
        assert_eq!(new.map(|_| ()).unwrap_err().trouble, Trouble::Tls(code.into()));
    }
}

#[tokio::test]
async fn a_proxy_is_asked_for_a_tunnel_and_never_sees_the_token() {
    let world = World::new().await;
    let known = encrypted(&world, &["127.0.0.1"], |_| {}).await;
    let proxy = Canned::start(|_| http("502 Bad Gateway", "", "")).await;
    let settings = HttpSettings { proxy: Some(proxy.address.clone()), ..trusting(known.pem.path()) };
    let (client, _) = client_with("https://gitlab.example.com", OWNER_TOKEN, settings.clone());
    assert!(client.server().await.is_err());
    assert!(!proxy.requests().is_empty());
    for request in proxy.requests() {
        assert!(request.starts_with("CONNECT gitlab.example.com:443 "), "{request}");
        assert!(!request.contains(OWNER_TOKEN), "{request}");
    }
    // This machine is asked directly.
    let before = proxy.requests().len();
    let (client, _) = client_with(world.sim.base_url(), OWNER_TOKEN, settings);
    client.server().await.unwrap();
    assert_eq!(proxy.requests().len(), before);
}
