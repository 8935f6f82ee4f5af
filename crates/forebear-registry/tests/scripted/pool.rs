//! Many who ask in one process, and the one pace, gate and hold of each host.

use std::time::{Duration, Instant};

use forebear_registry::{AuthSource, ErrorKind, ManifestName, Registry, RegistryError, RegistryOptions, RegistryPool};
use forebear_testkit::server::Bearer;
use forebear_testkit::{Fault, Matcher, Options, Server, Times};

use crate::setup::{asked, repository, with_tokens, world};

fn pool(change: impl Fn(&mut RegistryOptions) + Send + Sync + 'static) -> RegistryPool {
    RegistryPool::new(AuthSource::Anonymous, move |host| {
        let mut options = RegistryOptions { first_backoff: Duration::from_millis(20), ..RegistryOptions::new(host) };
        change(&mut options);
        options
    })
}

async fn of(pool: &RegistryPool, server: &Server) -> Registry {
    pool.registry(&server.host().parse().unwrap()).await.unwrap()
}

async fn head(registry: &Registry) -> Result<(), RegistryError> {
    let name = ManifestName::Tag("latest");
    registry.head_manifest(&repository("library/alpine"), name).await.map(drop)
}

#[tokio::test]
async fn two_who_ask_one_host_are_no_more_than_one() {
    let server = Server::start_with(world(), Options { delay: Duration::from_millis(20), ..Options::default() });
    let pool = pool(|options| {
        options.concurrency = 1;
        options.rate = Some("10/s".parse().unwrap());
    });
    let (one, two) = (of(&pool, &server).await, of(&pool, &server).await);
    let asked = futures_util::future::join_all((0..8).map(|n| head(if n % 2 == 0 { &one } else { &two }))).await;
    assert!(asked.iter().all(Result::is_ok));
    let requests = server.requests();
    assert_eq!((requests.len(), requests.iter().map(|request| request.in_flight).max()), (8, Some(1)));
    // Eight at ten a second, two of them at once; the first may have come late.
    let at: Vec<Instant> = requests.iter().map(|request| request.arrival).collect();
    assert!(at[7] - at[0] >= Duration::from_millis(500), "{:?}", at[7] - at[0]);
    assert_eq!((one.host().statistics(), one.host().statistics().manifest_head), (two.host().statistics(), 8));
}

#[tokio::test]
async fn two_who_ask_one_host_share_its_hold_and_its_tokens() {
    let server = with_tokens(Bearer::default());
    let pool = pool(|_| ());
    head(&of(&pool, &server).await).await.unwrap();
    head(&of(&pool, &server).await).await.unwrap();
    assert_eq!(asked(&server, "/token").len(), 1);
    server.fault(Matcher::head("/manifests/"), Fault::too_many_requests(Some("120")), Times::Once);
    head(&of(&pool, &server).await).await.unwrap_err();
    let sent = server.requests().len();
    let held = head(&of(&pool, &server).await).await.unwrap_err();
    assert!(matches!(held.kind(), ErrorKind::RateLimited { retry_after: Some(_), .. }), "{held}");
    assert_eq!(server.requests().len(), sent);
}

#[tokio::test]
async fn two_hosts_do_not_wait_for_each_other() {
    let (stalled, ready) = (Server::start(world()), Server::start(world()));
    stalled.fault(Matcher::any(), Fault::StallBeforeHeaders, Times::Always);
    let pool = pool(|options| options.concurrency = 1);
    let (one, other) = (of(&pool, &stalled).await, of(&pool, &ready).await);
    let both = async {
        while stalled.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        head(&other).await
    };
    tokio::select! {
        biased;
        stalled = head(&one) => panic!("it answered: {stalled:?}"),
        answered = both => answered.unwrap(),
    }
    one.host().hold_until(tokio::time::Instant::now() + Duration::from_secs(120));
    head(&other).await.unwrap();
}

#[tokio::test]
async fn a_host_is_one_by_whichever_name() {
    /// Whether two names are of one host, of which nothing is asked.
    async fn check(one: &str, other: &str, expected: bool) {
        let pool = pool(|_| ());
        let one = pool.registry(&one.parse().unwrap()).await.unwrap();
        let other_name = other.parse().unwrap();
        let other = pool.registry(&other_name).await.unwrap();
        assert_eq!(std::ptr::eq(one.host(), other.host()), expected, "{} {other_name}", one.name());
        assert_eq!(other.name(), &other_name);
    }
    check("ghcr.io", "ghcr.io", true).await;
    check("ghcr.io", "GHCR.io", true).await;
    check("ghcr.io", "ghcr.io:443", true).await;
    check("docker.io", "registry-1.docker.io", true).await;
    check("ghcr.io", "ghcr.io:444", false).await;
    check("ghcr.io", "quay.io", false).await;
}
