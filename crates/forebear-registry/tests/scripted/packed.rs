//! Answers that are packed though nobody asked for that.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use forebear_registry::{ErrorKind, ManifestName};
use forebear_testkit::{Fault, Matcher, Server, Times};

use crate::setup::{image, registry, repository, world};

fn packed(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().into()
}

fn sent(bytes: &[u8], headers: &[(&str, &str)]) -> Fault {
    let fault = Fault::Answer { status: 200, headers: Vec::new(), body: packed(bytes) };
    let fault = fault.with_header("content-encoding", "gzip");
    headers.iter().fold(fault, |fault, (name, value)| fault.with_header(name, value))
}

#[tokio::test]
async fn p41_lists_are_unpacked() {
    let server = Server::start(world());
    server.fault(Matcher::path("/_catalog"), sent(br#"{"repositories":["acme/web"]}"#, &[]), Times::Always);
    server.fault(Matcher::path("/tags/list"), sent(br#"{"tags":["1"]}"#, &[]), Times::Always);
    let registry = registry(&server);
    assert_eq!(registry.catalog_page(None, 0).await.unwrap().items, [repository_here(&server)]);
    assert_eq!(registry.tags_page(&repository("acme/web"), None, 0).await.unwrap().items, ["1"]);
}

fn repository_here(server: &Server) -> forebear_image::RepositoryName {
    forebear_image::RepositoryName::new(&server.host().parse().unwrap(), "acme/web").unwrap()
}

/// Where a digest hangs on it, only what agrees with it is taken.
#[tokio::test]
async fn p307_manifests_and_configs_are_unpacked_where_their_digest_says_that_they_are_right() {
    let built = image("web");
    let (digest, told) = (built.manifest_digest, built.manifest_digest.to_string());
    async fn check(fault: Fault, name: ManifestName<'_>, expected: Result<(), &str>) {
        let server = Server::start(world());
        server.fault(Matcher::get("/manifests/"), fault, Times::Always);
        let got = registry(&server).get_manifest(&repository("acme/web"), name).await;
        match (got, expected) {
            (Ok(manifest), Ok(())) => assert_eq!(manifest.digest, image("web").manifest_digest),
            (Err(error), Err(part)) => {
                assert!(matches!(error.kind(), ErrorKind::Protocol(_)), "{error}");
                assert!(error.to_string().contains(part), "{error}");
            }
            (got, expected) => panic!("{got:?}, expected {expected:?}"),
        }
    }
    let (by_digest, by_tag) = (ManifestName::Digest(digest), ManifestName::Tag("latest"));
    check(sent(&built.manifest, &[]), by_digest, Ok(())).await;
    check(sent(&built.manifest, &[("docker-content-digest", &told)]), by_tag, Ok(())).await;
    let untold = "encoded as gzip, which was not asked for; no digest tells whether it is what was pushed";
    check(sent(&built.manifest, &[]), by_tag, Err(untold)).await;
    let other = "encoded as gzip, which was not asked for; unpacked it is not what its digest says";
    check(sent(b"{}", &[]), by_digest, Err(other)).await;
    check(sent(b"{}", &[("docker-content-digest", &told)]), by_tag, Err(untold)).await;
    let server = Server::start(world());
    server.fault(Matcher::get("/blobs/"), sent(&built.config, &[]), Times::Once);
    server.fault(Matcher::get("/blobs/"), sent(b"{}", &[]), Times::Once);
    let registry = registry(&server);
    let get = async || registry.get_config(&repository("acme/web"), built.config_digest, 1 << 20).await;
    assert_eq!(get().await.unwrap(), built.config);
    assert!(get().await.unwrap_err().to_string().contains(other));
}
