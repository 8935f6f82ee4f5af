//! Answers that are meant to hurt: each one error, soon, with little read.

use std::time::Duration;

use forebear_image::ManifestDigest;
use forebear_registry::{CONFIG_CAP, MANIFEST_CAP, ManifestName, Registry, RegistryError, RegistryOptions, Timeouts};
use forebear_testkit::{Fault, ImageBuilder, Matcher, Times, World};
use tokio::time::Instant;

use crate::server::{Act, Server, answer};

const BODY: &str = r#"{"schemaVersion":2}"#;
const PATH: &str = "/v2/library/x/manifests/1";
const TAG: ManifestName<'_> = ManifestName::Tag("1");

/// Longer than any of these may take on a busy machine.
const SOON: Duration = Duration::from_secs(20);

fn impatient(options: RegistryOptions) -> Registry {
    let timeouts =
        Timeouts { connect: Duration::from_secs(5), idle: Duration::from_secs(5), total: Duration::from_millis(700) };
    let first_backoff = Duration::from_millis(20);
    Registry::new(RegistryOptions { timeouts, retries: 1, first_backoff, ..options }).unwrap()
}

/// What a manifest comes to under a fault, and how much was sent for it.
async fn under(fault: Fault) -> (Result<(), RegistryError>, u64) {
    let mut world = World::new();
    world.push("library/x:1", &ImageBuilder::scratch("linux/amd64").add_rootfs("x").build());
    let server = forebear_testkit::Server::start(world);
    server.fault(Matcher::any(), fault, Times::Always);
    let registry = impatient(RegistryOptions::new(server.host().parse().unwrap()));
    let repository = forebear_image::RepositoryName::new(&"127.0.0.1:1".parse().unwrap(), "library/x").unwrap();
    let begun = Instant::now();
    let got = registry.get_manifest(&repository, TAG).await.map(drop);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    // The server learns that the client is gone a little later.
    for _ in 0..100 {
        if server.requests().iter().all(|request| request.finished.is_some()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let sent = server.requests().iter().map(|request| request.body_sent).sum();
    (got, sent)
}

#[tokio::test]
async fn bodies_that_are_meant_to_hurt() {
    async fn check(fault: Fault, code: &str, most: u64) {
        let shown = format!("{fault:.60?}");
        let (got, sent) = under(fault).await;
        assert_eq!(got.unwrap_err().kind().code(), code, "{shown}");
        assert!(sent <= most, "{shown}: {sent} bytes");
    }
    // A byte a second would be an hour a manifest; each byte is in time for
    // the idle limit, so the total ends it.
    check(Fault::Drip(Duration::from_millis(100)), "timeout", 100).await;
    check(Fault::Drip(Duration::from_secs(1)), "timeout", 100).await;
    // A gigabyte: what is in the sockets' buffers is sent, and no more.
    check(Fault::Endless, "too_large", MANIFEST_CAP as u64 + (16 << 20)).await;
    check(Fault::Stall, "timeout", 0).await;
    check(Fault::StallBeforeHeaders, "timeout", 0).await;
    check(Fault::Redirect { status: 302, to: "{path}".into() }, "redirect", 0).await;
    check(Fault::WrongBytes, "digest_mismatch", 1 << 20).await;
    // The header alone is wrong.
    assert!(under(Fault::WrongDigestHeader).await.0.is_ok());
}

#[tokio::test]
async fn connections_that_break_at_every_stage() {
    async fn check(fault: Fault) {
        let shown = format!("{fault:?}");
        let (got, _) = under(fault).await;
        let error = got.unwrap_err();
        assert_eq!((error.kind().code(), error.tries()), ("interrupted", 2), "{shown}: {error}");
    }
    check(Fault::Reset).await;
    check(Fault::ResetAfter(0)).await;
    check(Fault::ResetAfter(100)).await;
    check(Fault::Truncate(0)).await;
    check(Fault::Truncate(100)).await;
    for start in ["HTTP/1.1 ", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"] {
        let server = Server::start().await;
        server.on(PATH, Act::SendAndClose(start.into()));
        let error = impatient(server.options()).get_manifest(&server.repository(), TAG).await.unwrap_err();
        assert_eq!((error.kind().code(), server.seen().len()), ("interrupted", 2), "{start}: {error}");
    }
}

async fn raw(bytes: Vec<u8>) -> (Result<(), &'static str>, usize) {
    let server = Server::start().await;
    server.on(PATH, Act::SendAndClose(bytes));
    let begun = Instant::now();
    let got = impatient(server.options()).get_manifest(&server.repository(), ManifestName::Tag("1")).await;
    assert!(begun.elapsed() < SOON);
    (got.map(drop).map_err(|error| error.kind().code()), server.seen().len())
}

#[tokio::test]
async fn r22_what_is_compressed_unasked_is_not_unpacked() {
    for encoding in ["gzip", "br", "zstd, gzip", "x"] {
        let headers = [("Content-Encoding", encoding)];
        assert_eq!(raw(answer(200, &headers, BODY)).await, (Err("protocol"), 1), "{encoding}");
    }
    assert_eq!(raw(answer(200, &[("Content-Encoding", "identity")], BODY)).await, (Ok(()), 1));
    // Nothing is asked for that could be.
    let server = Server::start().await;
    server.on(PATH, Act::Send(answer(200, &[], BODY)));
    server.registry().get_manifest(&server.repository(), TAG).await.unwrap();
    assert!(!server.seen()[0].headers.contains("accept-encoding"));
}

#[tokio::test]
async fn lengths_that_are_wrong_both_ways() {
    let told = ManifestDigest::of(BODY.as_bytes()).to_string();
    let with_length = |length: usize| {
        let head =
            format!("HTTP/1.1 200 OK\r\nDocker-Content-Digest: {told}\r\nContent-Length: {length}\r\n\r\n{BODY}");
        head.into_bytes()
    };
    assert_eq!(raw(with_length(BODY.len())).await, (Ok(()), 1));
    assert_eq!(raw(with_length(BODY.len() + 1)).await, (Err("interrupted"), 2));
    assert_eq!(raw(with_length(BODY.len() - 1)).await, (Err("digest_mismatch"), 1));
    assert_eq!(raw(with_length(1 << 40)).await, (Err("too_large"), 1));
    let twice = format!("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 19\r\n\r\n{BODY}");
    assert!(raw(twice.into_bytes()).await.0.is_err());
}

/// What comes after an answer's end is not taken for the next answer.
#[tokio::test]
async fn an_answer_does_not_leak_into_the_next() {
    let server = Server::start().await;
    let forged = answer(200, &[], r#"{"forged":true}"#);
    let first = [answer(200, &[], BODY), forged].concat();
    server.on(PATH, Act::Send(first));
    server.on(PATH, Act::Send(answer(200, &[], BODY)));
    let registry = server.registry();
    for _ in 0..2 {
        let fetched = registry.get_manifest(&server.repository(), TAG).await.unwrap();
        assert_eq!(fetched.bytes, BODY);
    }
}

#[tokio::test]
async fn headers_without_end_are_cut_off() {
    let mut endless = b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec();
    endless.extend(std::iter::repeat_n(b'x', 2 << 20));
    let (got, _) = raw(endless).await;
    assert!(got.is_err());
    let mut many = b"HTTP/1.1 200 OK\r\n".to_vec();
    many.extend((0..10_000).flat_map(|at| format!("X-{at}: y\r\n").into_bytes()));
    assert!(raw(many).await.0.is_err());
}

#[tokio::test]
async fn r11_names_that_are_paths_are_reported_and_never_asked_for() {
    let server = Server::start().await;
    let names = r#"["../../etc/passwd","a/../b","/abs","a//b","ok/name","x?n=1","%2e%2e","a b","\u0000"]"#;
    server.on("/v2/_catalog", Act::Send(answer(200, &[], format!("{{\"repositories\":{names}}}"))));
    let tags = r#"["../x","ok","a/b","..","-x","a?b","\u001b[2J"]"#;
    server.on("/v2/library/x/tags/list", Act::Send(answer(200, &[], format!("{{\"tags\":{tags}}}"))));
    let registry = server.registry();
    let page = registry.catalog_page(None, 0).await.unwrap();
    assert_eq!((page.items.len(), page.rejected.len()), (1, 8));
    let page = registry.tags_page(&server.repository(), None, 0).await.unwrap();
    assert_eq!(page.items, ["ok"]);
    assert_eq!(page.rejected.len(), 6);
}

/// The client has no opinion on what a manifest is: nested indexes, artefacts
/// and signatures come through as they are, checked by their digests.
#[tokio::test]
async fn r18_manifests_of_every_kind_come_through() {
    let server = Server::start().await;
    let artefact = r#"{"schemaVersion":2,"artifactType":"application/x","config":{},"layers":[]}"#;
    let tag = "sha256-0000000000000000000000000000000000000000000000000000000000000000.sig";
    server.on(&format!("/v2/library/x/manifests/{tag}"), Act::Send(answer(200, &[], artefact)));
    let fetched = server.registry().get_manifest(&server.repository(), ManifestName::Tag(tag)).await.unwrap();
    assert_eq!(fetched.digest, ManifestDigest::of(artefact.as_bytes()));
}

#[tokio::test]
async fn r22_a_config_of_200_megabytes_is_refused_by_its_length() {
    let server = Server::start().await;
    let digest = forebear_image::ConfigDigest::of(b"x");
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 200 << 20);
    server.on(&format!("/v2/library/x/blobs/{digest}"), Act::SendForever([head.as_bytes(), &[b' '; 60_000]].concat()));
    let registry = server.registry();
    let error = registry.get_config(&server.repository(), digest, CONFIG_CAP).await.unwrap_err();
    assert_eq!((error.kind().code(), error.tries()), ("too_large", 1));
    assert_eq!(registry.host().statistics().bytes_received, 0);
}
