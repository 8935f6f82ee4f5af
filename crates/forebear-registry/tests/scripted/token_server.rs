//! Token servers that are down, slow, large, lying, or somewhere else.

use std::time::{Duration, Instant};

use forebear_registry::{ErrorKind, ManifestName, Ping, Registry, RegistryError, RegistryOptions, Timeouts};
use forebear_testkit::server::Bearer;
use forebear_testkit::{Fault, Matcher, Server, Times, World};

use crate::setup::{amy, asked, options, registry, registry_as, repository, with_tokens};

const LATEST: ManifestName<'_> = ManifestName::Tag("latest");

/// A manifest from a registry whose token server has a fault.
async fn under(fault: Fault) -> (RegistryError, Server) {
    let server = with_tokens(Bearer::default());
    server.fault(Matcher::path("/token"), fault, Times::Always);
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        idle: Duration::from_millis(500),
        total: Duration::from_millis(700),
    };
    let registry = Registry::new(RegistryOptions { timeouts, retries: 1, ..options(&server) }).unwrap();
    let begun = Instant::now();
    let error = registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
    // Two tries of at most 0.7 s, with room for a busy machine.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(asked(&server, "/manifests/").len(), 1, "{error}");
    (error, server)
}

#[tokio::test]
async fn a_token_server_that_fails_is_one_error_with_its_reason() {
    async fn check(fault: Fault, part: &str, asked_for: usize) {
        let (error, server) = under(fault).await;
        assert_eq!(*error.kind(), ErrorKind::Token, "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.to_string().contains("/token?service="), "{error}");
        assert_eq!(asked(&server, "/token").len(), asked_for, "{error}");
        assert!(error.hint().is_some());
    }
    check(Fault::server_error(), "the registry failed (500 UNKNOWN", 2).await;
    check(Fault::Reset, "connection broke", 2).await;
    check(Fault::ResetAfter(5), "connection broke", 2).await;
    check(Fault::StallBeforeHeaders, "timed out", 2).await;
    check(Fault::Stall, "timed out", 2).await;
    check(Fault::Drip(Duration::from_millis(200)), "timed out", 2).await;
    check(Fault::Html, "an HTML page", 1).await;
    check(Fault::InvalidJson, "not a token's JSON", 1).await;
    check(Fault::body("{}"), "has no token", 1).await;
    check(Fault::body(format!(r#"{{"token":"{}"}}"#, "x".repeat(100_000))), "longer than", 1).await;
    check(Fault::Endless, "larger than the 262144 bytes", 1).await;
    check(Fault::status(404, "NOT_FOUND"), "not found", 1).await;
    check(Fault::Redirect { status: 302, to: "{path}".into() }, "more than 5 redirects", 6).await;
}

#[tokio::test]
async fn a_token_server_at_its_limit_is_a_limit() {
    let (error, server) = under(Fault::too_many_requests(Some("120"))).await;
    assert!(matches!(error.kind(), ErrorKind::RateLimited { .. }), "{error}");
    assert!(error.retry_after().is_some_and(|wait| wait > Duration::from_secs(115)), "{error}");
    assert_eq!(asked(&server, "/token").len(), 1);
}

#[tokio::test]
async fn many_that_wait_for_one_token_share_its_failure() {
    let server = with_tokens(Bearer::default());
    server.fault(Matcher::path("/token"), Fault::Html, Times::Always);
    server.options(|options| options.delay = Duration::from_millis(100));
    let registry = Registry::new(RegistryOptions { concurrency: 16, ..options(&server) }).unwrap();
    let repository = repository("acme/web");
    let all = (0..16).map(|_| registry.get_manifest(&repository, LATEST));
    let all = futures_util::future::join_all(all).await;
    assert!(all.iter().all(|got| got.as_ref().is_err_and(|error| *error.kind() == ErrorKind::Token)));
    assert!(asked(&server, "/token").len() <= 2, "{}", asked(&server, "/token").len());
}

/// A registry of which the challenge is scripted, and a token server.
fn apart() -> (Server, Server) {
    let tokens = Server::start(World::new());
    tokens.fault(Matcher::path("/token"), Fault::body(r#"{"token":"good","expires_in":300}"#), Times::Always);
    let realm = Some(format!("http://{}/token", tokens.host()));
    (with_tokens(Bearer { realm, accepted: vec!["good".into()], ..Bearer::default() }), tokens)
}

#[tokio::test]
async fn a_token_server_of_its_own_sees_the_account_and_nothing_else() {
    let (server, tokens) = apart();
    let registry = registry_as(&server, amy());
    assert_eq!(registry.ping().await.unwrap(), Ping::Registry);
    registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap();
    assert!(tokens.requests().iter().all(|request| request.path.starts_with("/token?")));
    assert_eq!(tokens.requests().len(), 2);
    let shown: Vec<_> = server.requests().into_iter().filter_map(|request| request.authorization).collect();
    assert_eq!(shown, ["Bearer good", "Bearer good"]);
}

#[tokio::test]
async fn a_token_servers_redirect_to_another_host_is_not_followed() {
    let (server, tokens) = apart();
    let other = Server::start(World::new());
    tokens.clear_faults();
    let to = format!("http://{}/token", other.host());
    tokens.fault(Matcher::any(), Fault::Redirect { status: 302, to }, Times::Always);
    let error = registry_as(&server, amy()).get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Token);
    assert!(error.to_string().contains("another host"), "{error}");
    assert_eq!(other.requests().len(), 0);
}

#[tokio::test]
async fn a_registry_has_one_token_server() {
    let (server, tokens) = apart();
    let other = Server::start(World::new());
    let registry = registry(&server);
    registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap();
    server.options(|options| {
        let bearer = options.bearer.as_mut().unwrap();
        bearer.realm = Some(format!("http://{}/token", other.host()));
        bearer.accepted.clear();
    });
    let error = registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
    assert!(error.to_string().contains("and now it names"), "{error}");
    assert_eq!((tokens.requests().len(), other.requests().len()), (1, 0));
}

#[tokio::test]
async fn realms_that_are_not_asked() {
    async fn check(realm: &str, part: &str) {
        let server = with_tokens(Bearer { realm: Some(realm.to_owned()), ..Bearer::default() });
        let registry = registry_as(&server, amy());
        let error = registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Token);
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(server.requests().len(), 1);
    }
    // Unrelated, and in the clear: nobody gets amy's password there.
    check("http://auth.example/token", "plain HTTP").await;
    check("file:///etc/passwd", "not HTTP").await;
    check("nonsense", "no URL").await;
}
