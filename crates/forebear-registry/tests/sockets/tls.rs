//! TLS, by an authority made for the test.

use std::path::PathBuf;
use std::sync::Arc;

use forebear_registry::{Ping, Registry, RegistryError, RegistryOptions};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::server::json;

/// A TLS registry for `name`, the port it listens on, and its authority's file.
async fn serve(name: &str, folder: &tempfile::TempDir) -> (u16, PathBuf) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority.pem()).unwrap();

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![leaf.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust us hangs up in the handshake.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(&json(200, &[("Connection", "close")], "{}")).await;
            let _ = stream.shutdown().await;
        }
    });
    (port, file)
}

async fn ping(port: u16, extra_ca: Option<PathBuf>) -> Result<Ping, RegistryError> {
    let options = RegistryOptions {
        loopback_tls: true,
        extra_ca,
        retries: 0,
        ..RegistryOptions::new(format!("127.0.0.1:{port}").parse().unwrap())
    };
    Registry::new(options)?.ping().await
}

#[tokio::test]
async fn a_registry_is_believed_when_its_authority_is() {
    let folder = tempfile::tempdir().unwrap();
    let (port, authority) = serve("127.0.0.1", &folder).await;
    assert_eq!(ping(port, Some(authority)).await.unwrap(), Ping::Registry);
    let error = ping(port, None).await.unwrap_err();
    assert_eq!(error.kind().code(), "tls", "{error}");
    assert!(error.hint().unwrap().contains("certificate"));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (port, authority) = serve("r.example", &folder).await;
    assert_eq!(ping(port, Some(authority)).await.unwrap_err().kind().code(), "tls");
}

#[tokio::test]
async fn a_file_without_a_certificate_is_said_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let error = ping(1, Some(file.clone())).await.unwrap_err();
    assert!(error.kind().code() == "configuration" && error.to_string().contains("ca.pem"), "{error}");
    std::fs::write(&file, "hello").unwrap();
    let error = ping(1, Some(file)).await.unwrap_err();
    assert!(error.to_string().contains("no certificate in PEM"), "{error}");
}
