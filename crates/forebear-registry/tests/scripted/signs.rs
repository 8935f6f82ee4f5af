//! Limits that are told with 403 or 503, and those statuses where they are none.

use std::time::Duration;

use forebear_registry::{ErrorKind, LimitKind, ManifestName, Registry, RegistryOptions};
use forebear_testkit::server::Bearer;
use forebear_testkit::{Fault, Matcher, Server, Times};

use crate::setup::{asked, options, registry, repository, with_tokens, world};

const LATEST: ManifestName<'_> = ManifestName::Tag("latest");

/// Sends nothing again and waits for no limit.
fn impatient(server: &Server) -> RegistryOptions {
    RegistryOptions { retries: 0, max_hold: Duration::ZERO, ..options(server) }
}

/// A GET that is answered so, without retries: its kind, how long nothing is to be
/// sent by the registry's word, and whether the host is held.
async fn answered(fault: Fault) -> (ErrorKind, bool) {
    let server = Server::start(world());
    server.fault(Matcher::path("/manifests/"), fault, Times::Always);
    let registry = Registry::new(impatient(&server)).unwrap();
    let error = registry.get_manifest(&repository("library/alpine"), LATEST).await.unwrap_err();
    assert_eq!(registry.host().statistics().limited, u64::from(error.kind().code() == "rate_limited"));
    (error.kind().clone(), registry.host().held_until().is_some())
}

fn text(status: u16, text: &str) -> Fault {
    Fault::Answer { status, headers: vec![("content-type".into(), "text/plain".into())], body: text.to_owned().into() }
}

#[tokio::test]
async fn p287_a_403_or_503_that_says_so_is_a_limit_and_holds_everybody() {
    async fn check(fault: Fault, expected: LimitKind, told: bool) {
        let (kind, held) = answered(fault.clone()).await;
        let ErrorKind::RateLimited { retry_after, limit, .. } = kind else { panic!("{kind:?} for {fault:?}") };
        assert_eq!((limit, retry_after.is_some(), held), (expected, told, true), "{fault:?}");
    }
    let requests = LimitKind::Requests;
    for status in [403, 503] {
        // ECR's, Quay's and Docker Hub's codes and texts behind a proxy.
        check(Fault::status(status, "TOOMANYREQUESTS"), requests, false).await;
        check(Fault::status(status, "toomanyrequests"), requests, false).await;
        check(text(status, "You have exceeded a secondary rate limit. Please wait"), requests, false).await;
        check(text(status, "toomanyrequests: You have reached your pull rate limit."), LimitKind::PullQuota, false)
            .await;
        check(text(status, "Too Many Requests (HAP429)."), LimitKind::Abuse, false).await;
        check(text(status, "<html><h1>Too Many Requests</h1></html>"), requests, false).await;
        check(Fault::status(status, "DENIED").with_header("retry-after", "3600"), requests, true).await;
        check(Fault::status(status, "DENIED").with_header("x-ratelimit-remaining", "0"), LimitKind::PullQuota, false)
            .await;
    }
}

#[tokio::test]
async fn p288_a_403_or_503_that_does_not_is_what_it_is() {
    async fn check(fault: Fault, code: &str) {
        let (kind, held) = answered(fault.clone()).await;
        assert_eq!((kind.code(), held), (code, false), "{fault:?}");
    }
    for (status, code) in [(403, "forbidden"), (503, "server_error")] {
        check(Fault::status(status, "DENIED"), code).await;
        check(text(status, "<html><h1>Forbidden by your administrator</h1></html>"), code).await;
        check(Fault::status(status, "DENIED").with_header("retry-after", "soon"), code).await;
        check(Fault::status(status, "DENIED").with_header("retry-after", "0"), code).await;
        check(Fault::status(status, "DENIED").with_header("x-ratelimit-remaining", "12"), code).await;
    }
}

/// A denial is not asked for again; a limit is, and is waited for.
#[tokio::test]
async fn p288_a_limit_under_403_passes_and_a_denial_does_not() {
    let server = Server::start(world());
    server.fault(Matcher::path("/manifests/"), Fault::status(403, "TOOMANYREQUESTS"), Times::N(2));
    registry(&server).get_manifest(&repository("library/alpine"), LATEST).await.unwrap();
    assert_eq!(asked(&server, "/manifests/").len(), 3);
    server.clear_requests();
    server.fault(Matcher::path("/manifests/"), Fault::status(403, "DENIED"), Times::N(2));
    registry(&server).get_manifest(&repository("library/alpine"), LATEST).await.unwrap_err();
    assert_eq!(asked(&server, "/manifests/").len(), 1);
}

/// A limit of the token server's is one, and no refusal of the account.
#[tokio::test]
async fn p290_a_token_servers_403_may_be_a_limit() {
    async fn check(fault: Fault, code: &str) {
        let server = with_tokens(Bearer::default());
        server.fault(Matcher::path("/token"), fault, Times::Always);
        let registry = Registry::new(impatient(&server)).unwrap();
        let error = registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
        assert_eq!(error.kind().code(), code, "{error}");
    }
    check(text(403, "rate limit exceeded"), "rate_limited").await;
    check(Fault::status(503, "TOOMANYREQUESTS"), "rate_limited").await;
    check(Fault::status(403, "DENIED"), "unauthorized").await;
}
