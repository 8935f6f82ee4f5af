//! Being let in: tokens, accounts, and whom they are shown to.

use std::time::Duration;

use forebear_registry::{Credentials, ErrorKind, ManifestName, Ping, RegistryError};
use forebear_testkit::server::Bearer;
use forebear_testkit::{Fault, Matcher, Options, Server, Times};

use crate::setup::{AMY, amy, asked, options, registry, registry_as, repository, statuses, with_tokens, world};

const LATEST: ManifestName<'_> = ManifestName::Tag("latest");

#[tokio::test]
async fn anonymous_tokens_are_received_where_a_registry_asks_for_them() {
    let server = with_tokens(Bearer::default());
    let registry = registry(&server);
    assert_eq!(registry.ping().await.unwrap(), Ping::Registry);
    registry.get_manifest(&repository("library/alpine"), LATEST).await.unwrap();
    registry.head_manifest(&repository("library/alpine"), LATEST).await.unwrap();
    registry.tags_page(&repository("acme/web"), None, 0).await.unwrap();
    assert_eq!(registry.catalog_page(None, 0).await.unwrap().items.len(), 2);
    // One 401, from /v2/; every other token was received before it was needed.
    assert_eq!(statuses(&asked(&server, "/v2/")), [401, 200, 200, 200, 200, 200]);
    let tokens: Vec<String> = asked(&server, "/token").into_iter().map(|request| request.path).collect();
    let service = format!("/token?service=127.0.0.1%3A{}", server.addr().port());
    let scopes = ["repository%3Alibrary%2Falpine%3Apull", "repository%3Aacme%2Fweb%3Apull", "registry%3Acatalog%3A*"];
    let expected: Vec<String> =
        std::iter::once(service.clone()).chain(scopes.iter().map(|scope| format!("{service}&scope={scope}"))).collect();
    assert_eq!(tokens, expected);
    assert_eq!(registry.host().statistics().token, 4);
    assert_eq!(registry.host().statistics().requests(), 6);
}

#[tokio::test]
async fn a_scope_that_is_for_everything_is_asked_for_once() {
    let server = with_tokens(Bearer { fixed_scope: Some("aws".to_owned()), ..Bearer::default() });
    let registry = registry(&server);
    for path in ["library/alpine", "acme/web"] {
        registry.get_manifest(&repository(path), LATEST).await.unwrap();
    }
    assert_eq!(asked(&server, "/token").len(), 1);
    assert_eq!(statuses(&asked(&server, "/v2/")), [401, 200, 200]);
}

/// Expiry in the middle of a list: each page begins after the token's end.
#[tokio::test]
async fn r9_a_token_that_ends_in_mid_list_is_renewed_once_and_the_page_asked_for_again() {
    let server = with_tokens(Bearer::default());
    let registry = registry(&server);
    let (mut tags, mut cursor) = (Vec::new(), None);
    loop {
        let page = registry.tags_page(&repository("library/alpine"), cursor.as_ref(), 1).await.unwrap();
        tags.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
        // Earlier than it was announced.
        server.expire_tokens();
    }
    assert_eq!(tags, ["3.17", "3.18", "3.19", "latest"]);
    assert_eq!(statuses(&asked(&server, "/tags/list")), [401, 200, 401, 200, 401, 200, 401, 200]);
    assert_eq!(asked(&server, "/token").len(), 4);
    // Another repository, another scope.
    registry.tags_page(&repository("acme/web"), None, 1).await.unwrap();
    assert!(asked(&server, "/token")[4].path.contains("acme"));
}

#[tokio::test]
async fn r9_a_token_is_renewed_before_its_announced_end() {
    let server = with_tokens(Bearer { lifetime: Duration::from_secs(1), ..Bearer::default() });
    let registry = registry(&server);
    let repository = repository("library/alpine");
    registry.head_manifest(&repository, LATEST).await.unwrap();
    tokio::time::sleep(Duration::from_millis(950)).await;
    registry.head_manifest(&repository, LATEST).await.unwrap();
    assert_eq!(statuses(&asked(&server, "/manifests/")), [401, 200, 200]);
    assert_eq!(asked(&server, "/token").len(), 2);
}

#[tokio::test]
async fn r9_many_at_once_share_one_renewal() {
    let server = with_tokens(Bearer::default());
    server.fault(Matcher::path("/token"), Fault::Delay(Duration::from_millis(50)), Times::Always);
    let registry = registry(&server);
    let repository = repository("library/alpine");
    let all = (0..30).map(|_| registry.head_manifest(&repository, LATEST));
    assert!(futures_util::future::join_all(all).await.iter().all(Result::is_ok));
    assert_eq!(asked(&server, "/token").len(), 1);
}

#[tokio::test]
async fn r9_refused_twice_is_the_end() {
    let server = with_tokens(Bearer::default());
    let refusal = Fault::unauthorized(&format!(
        "Bearer realm=\"http://{}/token\",service=\"x\",scope=\"repository:acme/web:pull\",error=\"invalid_token\"",
        server.host()
    ));
    server.fault(Matcher::path("/manifests/"), refusal, Times::Always);
    let registry = registry(&server);
    let error = registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unauthorized { challenge: Some(_), .. }), "{error}");
    assert!(error.to_string().contains("also with what the registry asked for; invalid_token"), "{error}");
    assert_eq!((asked(&server, "/manifests/").len(), asked(&server, "/token").len()), (2, 1));
    assert_eq!(error.tries(), 2);
}

#[tokio::test]
async fn a_token_for_the_wrong_scope_is_an_error() {
    // Said by the registry …
    let server = with_tokens(Bearer { granted: Some("repository:other:pull".to_owned()), ..Bearer::default() });
    let error = registry(&server).get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
    assert!(error.to_string().contains("insufficient_scope"), "{error}");
    assert_eq!((asked(&server, "/manifests/").len(), asked(&server, "/token").len()), (2, 1));
    // … or by the token server: the token is not even shown to the registry.
    let server = with_tokens(Bearer::default());
    let body = r#"{"token":"s3cret","scope":"repository:other:pull"}"#;
    server.fault(Matcher::path("/token"), Fault::body(body), Times::Always);
    let error = registry(&server).get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Token);
    assert!(error.to_string().contains("the token is for 'repository:other:pull'"), "{error}");
    assert!(!error.to_string().contains("s3cret"));
    assert_eq!(asked(&server, "/manifests/").len(), 1);
}

#[tokio::test]
async fn accounts_are_shown_to_the_token_server_and_tokens_to_the_registry() {
    let server = with_tokens(Bearer { account: Some(("amy".into(), "hunter2".into())), ..Bearer::default() });
    registry_as(&server, amy()).get_manifest(&repository("acme/web"), LATEST).await.unwrap();
    let shown = |part: &str| asked(&server, part).into_iter().map(|r| r.authorization).collect::<Vec<_>>();
    assert_eq!(shown("/token"), [Some(AMY.to_owned())]);
    assert_eq!(shown("/manifests/"), [None, Some("Bearer token-0".to_owned())]);
    // Nobody is not amy, and the registry says so at the door.
    let nobody = registry(&server);
    assert!(matches!(nobody.ping().await.unwrap(), Ping::NeedsCredentials { .. }));
    let error = nobody.get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
    assert_eq!(error.kind().code(), "unauthorized");
    let wrong = Credentials::Password { username: "amy".to_owned(), password: "wrong".into() };
    let error = registry_as(&server, wrong).get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
    assert!(error.to_string().contains("the token server said 401"), "{error}");
}

#[tokio::test]
async fn an_identity_token_is_exchanged_by_post() {
    let server = with_tokens(Bearer { identity: Some("refresh me".into()), ..Bearer::default() });
    let registry = registry_as(&server, Credentials::IdentityToken("refresh me".into()));
    registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap();
    let request = asked(&server, "/token").remove(0);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/token"));
    let expected = "scope=repository%3Aacme%2Fweb%3Apull&refresh_token=refresh+me";
    assert!(request.body.starts_with("grant_type=refresh_token&client_id=forebear&service="), "{}", request.body);
    assert!(request.body.ends_with(expected), "{}", request.body);
    assert!(asked(&server, "/v2/").iter().all(|r| !r.path.contains("refresh") && r.body.is_empty()));
    // A redirect would carry it on.
    let server = with_tokens(Bearer { identity: Some("refresh me".into()), ..Bearer::default() });
    server.fault(Matcher::path("/token"), Fault::Redirect { status: 307, to: "/elsewhere".into() }, Times::Always);
    let registry = registry_as(&server, Credentials::IdentityToken("refresh me".into()));
    let error = registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap_err();
    assert!(error.to_string().contains("carries a secret"), "{error}");
    assert_eq!(asked(&server, "/elsewhere").len(), 0);
}

#[tokio::test]
async fn basic_is_sent_once_it_was_asked_for() {
    let options = Options { basic: Some(("amy".into(), "hunter2".into())), ..Options::default() };
    let server = Server::start_with(world(), options);
    let registry = registry_as(&server, amy());
    registry.ping().await.unwrap();
    registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap();
    let shown: Vec<_> = server.requests().into_iter().map(|request| request.authorization).collect();
    assert_eq!(shown, [None, Some(AMY.to_owned()), Some(AMY.to_owned())]);
    server.clear_requests();
    let wrong = Credentials::Password { username: "amy".to_owned(), password: "wrong".into() };
    let registry = registry_as(&server, wrong);
    assert!(matches!(registry.ping().await.unwrap(), Ping::NeedsCredentials { .. }));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn r21_a_redirect_to_another_host_carries_nothing() {
    async fn check(server: &Server, credentials: Credentials, sent: &str) -> Result<(), RegistryError> {
        let storage = Server::start(world());
        let to = format!("http://{}{{path}}", storage.host());
        server.clear_faults();
        // After the 401 that brings the token.
        server.fault(Matcher::path("/blobs/").skip(1), Fault::Redirect { status: 307, to }, Times::Always);
        let config = crate::setup::image("web").config_digest;
        let registry = registry_as(server, credentials);
        registry.get_config(&repository("acme/web"), config, 1 << 20).await?;
        let last = asked(server, "/blobs/").pop().unwrap();
        assert!(last.authorization.unwrap().starts_with(sent));
        let elsewhere = storage.requests();
        assert_eq!(elsewhere.len(), 1);
        assert_eq!(elsewhere[0].authorization, None);
        Ok(())
    }
    let account = Some(("amy".to_owned(), "hunter2".to_owned()));
    check(&with_tokens(Bearer::default()), Credentials::Anonymous, "Bearer token-").await.unwrap();
    check(&with_tokens(Bearer { account: account.clone(), ..Bearer::default() }), amy(), "Bearer token-")
        .await
        .unwrap();
    check(&Server::start_with(world(), Options { basic: account, ..Options::default() }), amy(), AMY).await.unwrap();
}

/// Storage that asks who is there is not the registry.
#[tokio::test]
async fn r21_a_401_from_another_host_is_not_answered() {
    let server = Server::start(world());
    let storage =
        Server::start_with(world(), Options { basic: Some(("amy".into(), "hunter2".into())), ..Options::default() });
    let to = format!("http://{}{{path}}", storage.host());
    server.fault(Matcher::path("/blobs/"), Fault::Redirect { status: 307, to }, Times::Always);
    let config = crate::setup::image("web").config_digest;
    let error = registry_as(&server, amy()).get_config(&repository("acme/web"), config, 1 << 20).await.unwrap_err();
    assert_eq!(error.kind().code(), "unauthorized");
    assert_eq!(storage.requests().len(), 1);
    assert!(server.requests().iter().chain(&storage.requests()).all(|request| request.authorization.is_none()));
}

#[tokio::test]
async fn credentials_are_refused_for_plain_http_to_another_machine() {
    let plain = |credentials| forebear_registry::RegistryOptions {
        plain_http: true,
        credentials,
        ..forebear_registry::RegistryOptions::new("r.example:5000".parse().unwrap())
    };
    let error = forebear_registry::Registry::new(plain(amy())).unwrap_err();
    assert!(error.to_string().contains("never sent over plain HTTP"), "{error}");
    assert!(!error.to_string().contains("hunter2"));
    assert!(forebear_registry::Registry::new(plain(Credentials::Anonymous)).is_ok());
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let server = with_tokens(Bearer { account: Some(("amy".into(), "hunter2".into())), ..Bearer::default() });
    let registry = registry_as(&server, amy());
    registry.ping().await.unwrap();
    let error = registry.get_manifest(&repository("nobody"), LATEST).await.unwrap_err();
    let shown = format!("{registry:?} {:?} {error:?} {error}", options(&server));
    assert!(!shown.contains("hunter2") && !shown.contains("YW15") && !shown.contains("token-"), "{shown}");
}
