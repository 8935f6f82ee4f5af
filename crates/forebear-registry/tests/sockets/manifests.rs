//! Manifests and their digests.

use forebear_image::media_type::{OCI_INDEX, OCI_MANIFEST};
use forebear_image::{ManifestDigest, Reference};
use forebear_registry::{ErrorKind, MANIFEST_CAP, ManifestName};

use crate::server::{Act, Server, answer, json};

const BODY: &str = r#"{"schemaVersion":2}"#;
const TAG: ManifestName<'_> = ManifestName::Tag("1.0");
const TAG_PATH: &str = "/v2/library/x/manifests/1.0";

fn digest_of(text: &str) -> ManifestDigest {
    ManifestDigest::of(text.as_bytes())
}

#[tokio::test]
async fn r16_a_head_gives_digest_type_and_size() {
    let server = Server::start().await;
    let digest = digest_of(BODY).to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: 19\r\nContent-Type: {OCI_INDEX}\r\nDocker-Content-Digest: {digest}\r\n\r\n"
    );
    server.on(TAG_PATH, Act::Send(head.into_bytes()));
    server.on(TAG_PATH, Act::Send(answer(200, &[], "")));
    server.on(TAG_PATH, Act::Send(answer(200, &[("Docker-Content-Digest", "sha1:1234")], "")));
    let (registry, repository) = (server.registry(), server.repository());
    let head = registry.head_manifest(&repository, TAG).await.unwrap();
    assert_eq!(head.digest, Some(digest_of(BODY)));
    assert_eq!(head.content_type.as_deref(), Some(OCI_INDEX));
    assert_eq!(head.size, Some(19));
    assert_eq!(registry.head_manifest(&repository, TAG).await.unwrap().digest, None);
    // One that nobody can use is none.
    assert_eq!(registry.head_manifest(&repository, TAG).await.unwrap().digest, None);
    let seen = server.seen();
    assert!(seen.iter().all(|request| request.method == "HEAD"));
    assert!(seen[0].headers.contains(&format!("accept: {OCI_INDEX}, ")), "{}", seen[0].headers);
    assert!(seen[0].headers.contains("user-agent: forebear/"));
    assert!(!seen[0].headers.contains("authorization"));
}

#[tokio::test]
async fn r17_manifests_are_checked_against_the_digest_they_are_asked_by() {
    async fn fetch(name: ManifestName<'_>, told: Option<&str>) -> Result<ManifestDigest, (String, u32)> {
        let server = Server::start().await;
        let mut headers = vec![("Content-Type", OCI_MANIFEST)];
        headers.extend(told.map(|digest| ("Docker-Content-Digest", digest)));
        server.on(&format!("/v2/library/x/manifests/{name}"), Act::Send(answer(200, &headers, BODY)));
        let fetched = server.registry().get_manifest(&server.repository(), name).await;
        fetched
            .map(|manifest| {
                assert_eq!(manifest.bytes, BODY.as_bytes());
                assert_eq!(manifest.content_type.as_deref(), Some(OCI_MANIFEST));
                manifest.digest
            })
            .map_err(|error| (error.kind().code().to_owned(), error.tries()))
    }
    let right = digest_of(BODY);
    let wrong = digest_of("other");
    let refused = || Err(("digest_mismatch".to_owned(), 1));
    assert_eq!(fetch(TAG, None).await, Ok(right));
    assert_eq!(fetch(TAG, Some(&right.to_string())).await, Ok(right));
    assert_eq!(fetch(TAG, Some(&wrong.to_string())).await, Ok(right));
    assert_eq!(fetch(ManifestName::Digest(right), None).await, Ok(right));
    assert_eq!(fetch(ManifestName::Digest(right), Some(&wrong.to_string())).await, Ok(right));
    assert_eq!(fetch(ManifestName::Digest(wrong), None).await, refused());
    assert_eq!(fetch(ManifestName::Digest(wrong), Some(&wrong.to_string())).await, refused());
}

#[tokio::test]
async fn r14_a_tag_that_is_gone_is_not_found() {
    let server = Server::start().await;
    let body = r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#;
    server.on(TAG_PATH, Act::Send(json(404, &[], body)));
    let error = server.registry().get_manifest(&server.repository(), TAG).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.registry_code(), Some("MANIFEST_UNKNOWN"));
    assert_eq!(
        error.to_string(),
        format!("GET http://{}{TAG_PATH}: not found (404 MANIFEST_UNKNOWN: manifest unknown)", server.host())
    );
}

#[tokio::test]
async fn r22_a_manifest_over_the_cap_is_refused_with_the_cap() {
    let server = Server::start().await;
    let announced = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", MANIFEST_CAP + 1).into_bytes();
    server.on(TAG_PATH, Act::SendAndStall(announced));
    let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    endless.extend_from_slice(&[b' '; 60_000]);
    server.on(TAG_PATH, Act::SendForever(endless));
    for _ in 0..2 {
        let error = server.registry().get_manifest(&server.repository(), TAG).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::TooLarge { limit: MANIFEST_CAP });
        assert!(error.to_string().contains("4194304 bytes"), "{error}");
    }
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn manifests_are_redirected_within_the_host_only() {
    let server = Server::start().await;
    server.on(TAG_PATH, Act::Send(answer(307, &[("Location", "/v2/other")], "moved")));
    server.on(TAG_PATH, Act::Send(answer(307, &[("Location", "http://127.0.0.2:1/v2/other")], "")));
    server.on("/v2/other", Act::Send(answer(200, &[], BODY)));
    let (registry, repository) = (server.registry(), server.repository());
    assert_eq!(registry.get_manifest(&repository, TAG).await.unwrap().digest, digest_of(BODY));
    assert_eq!(registry.get_manifest(&repository, TAG).await.unwrap_err().kind().code(), "redirect");
    assert_eq!(registry.host().statistics().redirects, 1);
}

#[tokio::test]
async fn a_tag_must_be_one() {
    let server = Server::start().await;
    let registry = server.registry();
    let error = registry.get_manifest(&server.repository(), ManifestName::Tag("../../x")).await.unwrap_err();
    assert_eq!(error.kind().code(), "configuration");
    assert_eq!(server.seen().len(), 0);
    let reference: Reference = format!("x:1@{}", digest_of(BODY)).parse().unwrap();
    assert_eq!(ManifestName::from(&reference), ManifestName::Digest(digest_of(BODY)));
}
