//! Failures that pass, and pauses that are kept.

use std::time::Duration;

use forebear_registry::{ErrorKind, ManifestName, Registry, RegistryOptions, Timeouts};
use tokio::time::Instant;

use crate::server::{Act, Server, answer, json};

const BODY: &str = r#"{"schemaVersion":2}"#;
const TAG: ManifestName<'_> = ManifestName::Tag("1");
const PATH: &str = "/v2/library/x/manifests/1";

fn good() -> Act {
    Act::Send(answer(200, &[], BODY))
}

/// Fetches the manifest; gives the error's code, and how often it was asked.
async fn fetch(server: &Server, options: RegistryOptions) -> (Result<(), &'static str>, usize) {
    let registry = Registry::new(options).unwrap();
    let got = registry.get_manifest(&server.repository(), TAG).await;
    (got.map(drop).map_err(|error| error.kind().code()), server.seen().len())
}

#[tokio::test]
async fn what_is_sent_again_and_what_is_not() {
    async fn check(acts: Vec<Act>, expected: Result<(), &'static str>, sent: usize) {
        let server = Server::start().await;
        let shown = format!("{:.100}", format!("{acts:?}"));
        for act in acts {
            server.on(PATH, act);
        }
        assert_eq!(fetch(&server, server.options()).await, (expected, sent), "{shown}");
    }
    let status = |status: u16| Act::Send(answer(status, &[], ""));
    let truncated = Act::SendAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"schema".to_vec());
    let half_chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n{\"sch".to_vec();
    check(vec![good()], Ok(()), 1).await;
    check(vec![Act::Close, good()], Ok(()), 2).await;
    check(vec![truncated.clone(), good()], Ok(()), 2).await;
    check(vec![Act::SendAndClose(half_chunk), good()], Ok(()), 2).await;
    check(vec![status(500), status(502), status(503), good()], Ok(()), 4).await;
    check(vec![status(503)], Err("server_error"), 4).await;
    check(vec![truncated], Err("interrupted"), 4).await;
    check(vec![status(429), good()], Ok(()), 2).await;
    // A limit's wait is no try that failed.
    check(vec![status(429)], Err("rate_limited"), 10).await;
    check(vec![status(500), status(429), status(500), status(429), status(500), good()], Ok(()), 6).await;
    check(vec![status(404), good()], Err("not_found"), 1).await;
    check(vec![status(401), good()], Err("unauthorized"), 1).await;
    check(vec![status(403), good()], Err("forbidden"), 1).await;
    check(vec![status(501), good()], Err("server_error"), 1).await;
    check(vec![Act::Send(b"nonsense\r\n\r\n".to_vec()), good()], Err("protocol"), 1).await;
}

#[tokio::test]
async fn a_server_that_stalls_is_given_up() {
    let server = Server::start().await;
    server.on(PATH, Act::SendAndStall(b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"sch".to_vec()));
    server.on(PATH, Act::SendAndStall(Vec::new()));
    server.on(PATH, good());
    // Long enough for the answer that does come, on a busy machine.
    let timeouts = Timeouts { idle: Duration::from_secs(2), ..Timeouts::default() };
    let start = Instant::now();
    let got = fetch(&server, RegistryOptions { timeouts, ..server.options() }).await;
    assert_eq!(got, (Ok(()), 3));
    assert!(start.elapsed() >= Duration::from_secs(4));
}

#[tokio::test]
async fn r1_a_retry_after_is_kept_by_everybody() {
    let server = Server::start().await;
    let limited = json(429, &[("Retry-After", "1")], r#"{"errors":[{"code":"TOOMANYREQUESTS"}]}"#);
    server.on(PATH, Act::Send(limited)).on(PATH, good());
    server.on("/v2/", Act::Send(json(200, &[], "{}")));
    let registry = server.registry();
    let other = registry.clone();
    let repository = server.repository();
    let (manifest, ping) = tokio::join!(registry.get_manifest(&repository, TAG), async {
        // Once the hold is there.
        while other.host().held_until().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        other.ping().await
    });
    manifest.unwrap();
    ping.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().skip(1).all(|request| request.at - seen[0].at >= Duration::from_secs(1)), "{seen:?}");
    let statistics = registry.host().statistics();
    assert_eq!((statistics.limited, statistics.holds, statistics.retries), (1, 1, 1));
    assert_eq!((statistics.manifest_get, statistics.ping, statistics.requests()), (2, 1, 3));
}

#[tokio::test]
async fn r1_r8_a_long_pause_is_an_error_with_its_deadline_and_nothing_is_sent() {
    let server = Server::start().await;
    server.on(PATH, Act::Send(json(429, &[("Retry-After", "120")], "slow down"))).on(PATH, good());
    let registry = server.registry();
    let repository = server.repository();
    let first = registry.get_manifest(&repository, TAG).await.unwrap_err();
    let second = registry.head_manifest(&repository, TAG).await.unwrap_err();
    for (error, tries, part) in [(first, 1, "(429: slow down)"), (second, 0, "not sent")] {
        assert_eq!(error.tries(), tries);
        assert!(error.to_string().contains(part), "{error}");
        assert!(matches!(error.kind(), ErrorKind::RateLimited { .. }));
        assert!(error.retry_after().is_some_and(|wait| wait > Duration::from_secs(115)), "{error}");
    }
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn r2_without_a_time_the_pauses_grow() {
    let server = Server::start().await;
    server.on(PATH, Act::Send(answer(429, &[], "")));
    let (first_backoff, max_hold) = (Duration::from_millis(60), Duration::from_millis(400));
    let options = RegistryOptions { first_backoff, max_hold, ..server.options() };
    // The fourth is longer than is waited for.
    assert_eq!(fetch(&server, options).await, (Err("rate_limited"), 4));
    let seen = server.seen();
    let gaps: Vec<Duration> = seen.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    assert!(gaps.iter().zip([60, 120, 240]).all(|(gap, least)| *gap >= Duration::from_millis(least)), "{gaps:?}");
}

#[tokio::test]
async fn the_pace_is_kept_on_the_wire() {
    let server = Server::start().await;
    server.on(PATH, good());
    let options = RegistryOptions { rate: Some("40/s".parse().unwrap()), ..server.options() };
    let registry = Registry::new(options).unwrap();
    let repository = server.repository();
    let all = (0..60).map(|_| registry.get_manifest(&repository, TAG));
    assert!(futures_util::future::join_all(all).await.iter().all(Result::is_ok));
    let seen = server.seen();
    for (at, first) in seen.iter().enumerate() {
        let within = seen[at..].iter().take_while(|request| request.at - first.at < Duration::from_millis(990)).count();
        assert!(within <= 41, "{within} in one second");
    }
    let took = seen[59].at - seen[0].at;
    // 1.5 s, and room for a busy machine: `examples/pace.rs` measures.
    assert!(took < Duration::from_secs(6), "{took:?}");
}

#[tokio::test]
async fn no_more_are_under_way_than_allowed() {
    let server = Server::start().await;
    server.on(PATH, Act::SendAndStall(b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"sch".to_vec()));
    // All three are there before the first is given up, on a busy machine too.
    let timeouts = Timeouts { idle: Duration::from_secs(1), ..Timeouts::default() };
    let options = RegistryOptions { concurrency: 3, retries: 0, timeouts, ..server.options() };
    let registry = Registry::new(options).unwrap();
    let repository = server.repository();
    let all = (0..9).map(|_| registry.get_manifest(&repository, TAG));
    let codes: Vec<_> =
        futures_util::future::join_all(all).await.into_iter().map(|got| got.unwrap_err().kind().code()).collect();
    assert_eq!(codes, ["timeout"; 9]);
    assert_eq!(server.most_under_way(), 3);
}

#[tokio::test]
async fn operations_can_be_spawned() {
    let server = Server::start().await;
    server.on(PATH, good());
    let (registry, repository) = (server.registry(), server.repository());
    tokio::spawn(async move {
        registry.get_manifest(&repository, TAG).await.unwrap();
        registry.tags_page(&repository, None, 1).await.unwrap_err();
        registry.catalog_page(None, 1).await.unwrap_err();
    })
    .await
    .unwrap();
}
