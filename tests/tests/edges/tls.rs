//! TLS at a real registry, by an authority of the test's own and by none.

use std::path::{Path, PathBuf};

use forebear_testkit::real::{DockerRegistry, RegistryOptions, real_file};
use forebear_tests::{Data, Ran};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

const NAMES: [&str; 2] = ["127.0.0.1", "localhost"];

fn params() -> CertificateParams {
    CertificateParams::new(NAMES.map(str::to_owned)).expect("names")
}

/// An authority's certificate, and a registry whose own is signed by it.
fn with_authority() -> Option<(DockerRegistry, String)> {
    let mut authority = CertificateParams::new(Vec::new()).expect("no names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let leaf = params().signed_by(&key, &authority).expect("a certificate");
    Some((start(leaf.pem(), key.serialize_pem())?, authority.pem()))
}

/// A registry with what `openssl req -x509` makes: a certificate that signed itself,
/// marked as an authority's.
fn self_signed() -> Option<(DockerRegistry, String)> {
    let (mut own, key) = (params(), KeyPair::generate().expect("a key"));
    own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own = own.self_signed(&key).expect("a certificate");
    Some((start(own.pem(), key.serialize_pem())?, own.pem()))
}

fn start(certificate: String, key: String) -> Option<DockerRegistry> {
    let storage = real_file("stories/stories.storage.tar.zst")?;
    let tls = Some((certificate, key));
    DockerRegistry::start_with(&storage, RegistryOptions { tls, ..RegistryOptions::default() })
}

fn written(file: PathBuf, text: &str) -> PathBuf {
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    std::fs::write(&file, text).expect("written");
    file
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

fn crawl(data: &Data, registry: &str, more: &[&str]) -> Ran {
    data.crawl(&[&["run", "--registry", registry, "--name-as", "docker.io"], more].concat())
}

/// Both kinds of certificate, by every way of trusting it, asked by both programs.
#[test]
fn p582_a_registry_that_speaks_tls_on_loopback() {
    let told = ["its certificate is by an authority that is not trusted here", "its certificate is self-signed"];
    for (place, told) in [with_authority(), self_signed()].into_iter().zip(told) {
        let Some((registry, certificate)) = place else { return };
        let host = registry.host();
        let data = Data::new();
        let refused = crawl(&data, &host, &[]).expect_code(2).stderr;
        assert!(refused.contains("no secure connection") && refused.contains(told), "{refused}");
        assert!(refused.contains("--ca-file") && refused.contains("--insecure"), "{refused}");
        let file = written(data.path().join("trusted.pem"), &certificate);
        let live = format!("docker://{host}/library/alpine:3.3");
        let layers = |more: &[&str]| data.query(&[&["verify", &live], more].concat());
        assert!(layers(&[]).expect_code(2).stderr.contains(told));
        // By its host alone, or with the scheme; and by another name that it has.
        let port = host.rsplit(':').next().expect("a port").to_owned();
        for named in [host.clone(), format!("https://{host}"), format!("localhost:{port}")] {
            _ = crawl(&Data::new(), &named, &["--ca-file", text(&file)]).expect_code(0);
        }
        _ = layers(&["--ca-file", text(&file)]).expect_code(0);
        let insecure = crawl(&Data::new(), &host, &["--insecure"]).expect_code(0).stderr;
        assert!(insecure.contains(&format!("warning: the certificate of {host} is not checked")), "{insecure}");
        _ = layers(&["--insecure"]).expect_code(0);
        written(data.path().join("config/containers/certs.d").join(&host).join("ca.crt"), &certificate);
        _ = crawl(&data, &host, &[]).expect_code(0);
        _ = layers(&[]).expect_code(0);
        // http:// is meant as it is written.
        let plain = crawl(&data, &format!("http://{host}"), &[]).expect_code(2).stderr;
        assert!(plain.contains("the server speaks https here"), "{plain}");
    }
}
