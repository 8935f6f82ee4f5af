//! Registries that do not answer HEAD, or not well.

use forebear_image::ManifestDigest;
use forebear_registry::{ErrorKind, LimitKind, ManifestName, Registry, RegistryError, RegistryOptions, TagTarget};
use forebear_testkit::server::Quota;
use forebear_testkit::{Fault, Matcher, Options, Server, Times};

use crate::setup::{asked, image, options, registry, repository, world};

const TAGS: [&str; 4] = ["3.17", "3.18", "3.19", "latest"];

/// What the tags of `library/alpine` lead to, asked one after the other.
async fn all(registry: &Registry) -> Vec<Result<ManifestDigest, RegistryError>> {
    let mut found = Vec::new();
    for tag in TAGS {
        found.push(registry.resolve_tag(&repository("library/alpine"), tag).await.map(|target| match target {
            TagTarget::Named { digest, .. } => digest,
            TagTarget::Fetched(manifest) => manifest.digest,
        }));
    }
    found
}

fn methods(server: &Server, part: &str) -> Vec<String> {
    asked(server, part).into_iter().map(|request| request.method).collect()
}

/// HEADs and GETs of four tags where each HEAD is answered with a fault, and
/// how many of the GETs are counted as in place of a HEAD.
async fn check(fault: Fault, heads: usize, gets: usize, counted: u64) {
    let server = Server::start(world());
    server.fault(Matcher::head("/manifests/"), fault, Times::Always);
    let registry = Registry::new(RegistryOptions { retries: 0, ..options(&server) }).unwrap();
    let found: Vec<_> = all(&registry).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(found, TAGS.map(|tag| image(tag).manifest_digest));
    let methods = methods(&server, "/manifests/");
    let count = |method: &str| methods.iter().filter(|own| *own == method).count();
    assert_eq!((count("HEAD"), count("GET")), (heads, gets), "{methods:?}");
    let statistics = registry.host().statistics();
    assert_eq!((statistics.head_refused, statistics.manifest_get), (counted, gets as u64));
}

#[tokio::test]
async fn p16_a_registry_that_does_not_know_head_is_asked_by_get_from_then_on() {
    check(Fault::status(405, "UNSUPPORTED"), 1, 4, 4).await;
    check(Fault::status(501, "UNSUPPORTED"), 1, 4, 4).await;
    // By whoever asks the host.
    let server = Server::start(world());
    server.fault(Matcher::head("/manifests/"), Fault::status(405, "UNSUPPORTED"), Times::Always);
    let first = registry(&server);
    all(&first).await;
    all(&first.clone()).await;
    assert_eq!(methods(&server, "/manifests/").iter().filter(|method| *method == "HEAD").count(), 1);
}

/// A tag's HEAD may be refused and the next one's not.
#[tokio::test]
async fn p280_a_head_that_is_refused_is_asked_by_get_once() {
    for status in [400, 403, 500] {
        check(Fault::status(status, "UNSUPPORTED"), 4, 4, 4).await;
    }
    let server = Server::start(world());
    server.fault(Matcher::head("/manifests/3.18"), Fault::status(403, "DENIED"), Times::Always);
    let registry = registry(&server);
    assert!(all(&registry).await.iter().all(Result::is_ok));
    assert_eq!(methods(&server, "/manifests/"), ["HEAD", "HEAD", "GET", "HEAD", "HEAD"]);
    assert_eq!(registry.host().statistics().head_refused, 1);
}

/// What fails in passing is tried as often as anything.
#[tokio::test]
async fn p280_a_500_is_sent_again_before_it_is_a_refusal() {
    let server = Server::start(world());
    server.fault(Matcher::head("/manifests/3.17"), Fault::server_error(), Times::N(2));
    let registry = registry(&server);
    registry.resolve_tag(&repository("library/alpine"), "3.17").await.unwrap();
    assert_eq!(methods(&server, "/manifests/"), ["HEAD", "HEAD", "HEAD"]);
    server.clear_requests();
    server.fault(Matcher::head("/manifests/3.18"), Fault::server_error(), Times::Always);
    registry.resolve_tag(&repository("library/alpine"), "3.18").await.unwrap();
    assert_eq!(methods(&server, "/manifests/"), ["HEAD", "HEAD", "HEAD", "HEAD", "GET"]);
}

/// What is denied by GET too is that.
#[tokio::test]
async fn p281_a_denial_is_one_whatever_the_method() {
    let server = Server::start(world());
    server.fault(Matcher::path("/manifests/"), Fault::status(403, "DENIED"), Times::Always);
    let error = registry(&server).resolve_tag(&repository("library/alpine"), "3.17").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Forbidden);
    assert!(error.to_string().contains("not allowed (403 DENIED: scripted fault)"), "{error}");
    assert_eq!(methods(&server, "/manifests/"), ["HEAD", "GET"]);
}

/// What says who asks, what is not there, or how often one may ask, GET would
/// hear too.
#[tokio::test]
async fn p282_no_get_follows_a_401_a_404_a_limit_or_a_failure_of_the_way() {
    async fn check(fault: Fault, code: &str) {
        let server = Server::start(world());
        server.fault(Matcher::head("/manifests/"), fault, Times::Always);
        let max_hold = std::time::Duration::ZERO;
        let registry = Registry::new(RegistryOptions { retries: 0, max_hold, ..options(&server) }).unwrap();
        let error = registry.resolve_tag(&repository("library/alpine"), "3.17").await.unwrap_err();
        assert_eq!((error.kind().code(), methods(&server, "/manifests/")), (code, vec!["HEAD".to_owned()]), "{error}");
        assert_eq!(registry.host().statistics().head_refused, 0);
    }
    check(Fault::unauthorized("Basic realm=\"r\""), "unauthorized").await;
    check(Fault::not_found(), "not_found").await;
    check(Fault::too_many_requests(None), "rate_limited").await;
    check(Fault::too_many_requests(Some("3600")), "rate_limited").await;
    // A HEAD's answer has headers only.
    check(Fault::status(403, "").with_header("retry-after", "3600"), "rate_limited").await;
    check(Fault::status(403, "").with_header("x-ratelimit-remaining", "0"), "rate_limited").await;
    check(Fault::status(503, "").with_header("retry-after", "3600"), "rate_limited").await;
    check(Fault::status(503, ""), "server_error").await;
    check(Fault::status(502, ""), "server_error").await;
    check(Fault::status(410, ""), "unexpected_status").await;
    check(Fault::Reset, "interrupted").await;
}

/// A GET in place of a HEAD is a pull, and the reserve is not for it.
#[tokio::test]
async fn p283_a_get_in_place_of_a_head_keeps_the_reserve() {
    let quota = Some(Quota { limit: 5, window: std::time::Duration::from_secs(3600), retry_after: false });
    let server = Server::start_with(world(), Options { quota, ..Options::default() });
    server.fault(Matcher::head("/manifests/"), Fault::status(405, "UNSUPPORTED"), Times::Always);
    let registry = Registry::new(RegistryOptions { quota_reserve: 3, ..options(&server) }).unwrap();
    let found = all(&registry).await;
    assert!(found[..2].iter().all(Result::is_ok));
    for refused in &found[2..] {
        let kind = refused.as_ref().unwrap_err().kind();
        assert!(matches!(kind, ErrorKind::RateLimited { limit: LimitKind::Reserve, .. }), "{kind:?}");
    }
    assert_eq!(methods(&server, "/manifests/"), ["HEAD", "GET", "GET"]);
}

/// A page in place of a 404 is no word of the registry's: GET tells, and nobody
/// counts that as a refusal.
#[tokio::test]
async fn p286_a_web_page_in_place_of_a_404_on_head() {
    let page = Fault::Answer {
        status: 404,
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        body: "<html>no such site</html>".into(),
    };
    check(page.clone(), 4, 4, 0).await;
    let server = Server::start(world());
    server.fault(Matcher::path("/manifests/"), page, Times::Always);
    let error = registry(&server).resolve_tag(&repository("library/alpine"), "3.17").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Status(404));
}

/// Empty, no digest, of an algorithm that nobody knows: as good as none.
#[tokio::test]
async fn p33_odd_digest_headers_are_none() {
    let hex = image("3.17").manifest_digest.0.hex();
    let (quoted, upper) = (format!("\"sha256:{hex}\""), format!("SHA256:{}", hex.to_uppercase()));
    let two = format!("sha256:{hex}, sha256:{hex}");
    let blake = format!("blake3:{hex}");
    let short = format!("sha256:{}", &hex[1..]);
    for odd in [" ", &quoted, &upper, &two, &blake, &short, "sha1:1234", "latest"] {
        let server = Server::start(world());
        let fault = Fault::Header("docker-content-digest".to_owned(), odd.to_owned());
        server.fault(Matcher::path("/manifests/"), fault, Times::Always);
        let registry = registry(&server);
        let found: Vec<_> = all(&registry).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(found, TAGS.map(|tag| image(tag).manifest_digest), "{odd}");
        assert_eq!(registry.host().statistics().head_refused, 0, "HEAD was answered");
        let digest = image("3.17").manifest_digest;
        let by_digest = registry.get_manifest(&repository("library/alpine"), ManifestName::Digest(digest)).await;
        assert_eq!(by_digest.unwrap().digest, digest);
    }
}

/// One that names something else than what came is as good as none too; what was
/// asked for by its digest is that, or an error.
#[tokio::test]
async fn p33_a_digest_header_does_not_decide_what_came() {
    let server = Server::start(world());
    server.fault(Matcher::get("/manifests/"), Fault::WrongDigestHeader, Times::Always);
    let registry = registry(&server);
    let (repository, digest) = (repository("library/alpine"), image("3.17").manifest_digest);
    let get = async |name| registry.get_manifest(&repository, name).await;
    assert_eq!(get(ManifestName::Tag("3.17")).await.unwrap().digest, digest);
    assert_eq!(get(ManifestName::Digest(digest)).await.unwrap().digest, digest);
    server.clear_faults();
    server.fault(Matcher::get("/manifests/"), Fault::WrongBytes, Times::Always);
    let error = get(ManifestName::Digest(digest)).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::DigestMismatch { expected, .. } if *expected == digest.0), "{error}");
}
