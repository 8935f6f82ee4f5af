//! Config blobs: digests, caps and redirects to storage.

use forebear_image::ConfigDigest;
use forebear_registry::{CONFIG_CAP, Credentials, ErrorKind, Registry, RegistryError, RegistryOptions};

use crate::server::{Act, Server, answer};

const BODY: &str = r#"{"architecture":"amd64","os":"linux"}"#;

fn path(body: &str) -> String {
    format!("/v2/library/x/blobs/{}", ConfigDigest::of(body.as_bytes()))
}

async fn fetch(registry: &Registry, server: &Server) -> Result<bytes::Bytes, RegistryError> {
    registry.get_config(&server.repository(), ConfigDigest::of(BODY.as_bytes()), CONFIG_CAP).await
}

fn to(location: &str) -> Act {
    Act::Send(answer(307, &[("Location", location)], "<a href=\"elsewhere\">Temporary Redirect</a>"))
}

#[tokio::test]
async fn r17_r22_configs_are_checked_and_capped() {
    let server = Server::start().await;
    server.on(&path(BODY), Act::Send(answer(200, &[], BODY)));
    server.on(&path(BODY), Act::Send(answer(200, &[], BODY)));
    server.on(&path(BODY), Act::Send(answer(200, &[], "other")));
    let registry = server.registry();
    assert_eq!(fetch(&registry, &server).await.unwrap(), BODY);
    let digest = ConfigDigest::of(BODY.as_bytes());
    let error = registry.get_config(&server.repository(), digest, 10).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::TooLarge { limit: 10 });
    let error = fetch(&registry, &server).await.unwrap_err();
    assert_eq!(error.kind().code(), "digest_mismatch");
    assert_eq!(error.tries(), 1, "a wrong digest is not retried");
}

#[tokio::test]
async fn r21_authorization_stays_with_the_registry() {
    let (server, storage) = (Server::start().await, Server::start().await);
    server.on(&path(BODY), to("/v2/moved"));
    server.on("/v2/moved", to(&format!("http://{}/data?X-Amz-Signature=s3cret", storage.host())));
    storage.on("/data?X-Amz-Signature=s3cret", Act::Send(answer(200, &[], BODY)));
    let credentials = Credentials::Header("Bearer hunter2".parse().unwrap());
    let registry = Registry::new(RegistryOptions { credentials, ..server.options() }).unwrap();
    assert_eq!(fetch(&registry, &server).await.unwrap(), BODY);
    assert!(server.seen().iter().all(|request| request.headers.contains("authorization: bearer hunter2")));
    assert_eq!(server.seen().len(), 2);
    assert_eq!(storage.seen().len(), 1);
    assert!(!storage.seen()[0].headers.contains("authorization"));
    assert!(!format!("{registry:?}").contains("hunter2"));
}

#[tokio::test]
async fn redirects_end() {
    let server = Server::start().await;
    server.on(&path(BODY), to("/v2/a"));
    server.on("/v2/a", to("/v2/b"));
    server.on("/v2/b", to("/v2/a"));
    let error = fetch(&server.registry(), &server).await.unwrap_err();
    assert_eq!(error.kind().code(), "redirect");
    assert!(error.to_string().contains("more than 5 redirects"), "{error}");
    let asked: Vec<String> = server.seen().into_iter().map(|request| request.target).collect();
    assert_eq!(asked, [path(BODY).as_str(), "/v2/a", "/v2/b", "/v2/a", "/v2/b", "/v2/a"]);
}

#[tokio::test]
async fn redirects_that_are_not_followed() {
    async fn check(location: &str, part: &str) {
        let server = Server::start().await;
        server.on(&path(BODY), to(location));
        let error = fetch(&server.registry(), &server).await.unwrap_err();
        assert_eq!(error.kind().code(), "redirect");
        assert!(error.to_string().contains(part), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert_eq!(server.seen().len(), 1, "not retried");
    }
    check("file:///etc/passwd", "not HTTP").await;
    check("http://user:hunter2@127.0.0.1/", "user name").await;
    check("http://[::bad", "no URL").await;
}
