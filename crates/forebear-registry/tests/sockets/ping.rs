//! What answers at an address.

use forebear_registry::{ErrorKind, Ping, Registry, RegistryOptions};

use crate::server::{Act, Server, answer, json};

async fn ping(bytes: Vec<u8>) -> Result<Ping, (String, String)> {
    let server = Server::start().await;
    server.on("/v2/", Act::Send(bytes));
    server.registry().ping().await.map_err(|error| (error.kind().code().to_owned(), error.to_string()))
}

#[tokio::test]
async fn registries_are_told_from_web_servers() {
    let version = [("Docker-Distribution-Api-Version", "registry/2.0")];
    assert_eq!(ping(json(200, &version, "{}")).await, Ok(Ping::Registry));
    assert_eq!(ping(answer(200, &version, "")).await, Ok(Ping::Registry));
    assert_eq!(ping(json(200, &[], "{}")).await, Ok(Ping::Registry));
    #[track_caller]
    fn check(got: Result<Ping, (String, String)>, code: &str, part: &str) {
        let (got, text) = got.unwrap_err();
        assert_eq!(got, code, "{text}");
        assert!(text.contains(part), "{text}");
    }
    let html = "<!doctype html><title>Welcome to nginx!</title>";
    check(ping(answer(200, &[("Content-Type", "text/html")], html)).await, "not_a_registry", "with an HTML page");
    check(ping(answer(404, &[], html)).await, "not_a_registry", "an HTML page (404)");
    check(ping(answer(404, &[], "")).await, "not_a_registry", "404");
    check(ping(answer(200, &[("Content-Type", "text/plain")], "hello")).await, "not_a_registry", "plain text");
    check(ping(answer(403, &[], "")).await, "forbidden", "not allowed (403)");
    let go = "Client sent an HTTP request to an HTTPS server.\n";
    check(ping(answer(400, &[], go)).await, "wrong_scheme", "speaks https here");
    check(ping(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()).await, "protocol", "not HTTP");
    let elsewhere = [("Location", "http://www.example/")];
    check(ping(answer(301, &elsewhere, "")).await, "redirect", "another host: http://www.example/");
}

#[tokio::test]
async fn a_401_says_that_credentials_are_needed_and_where() {
    let server = Server::start().await;
    let realm = format!("http://{}/token", server.host());
    let challenge = format!("Bearer realm=\"{realm}\",service=\"r.example\"");
    let header = [("WWW-Authenticate", challenge.as_str())];
    let body = r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#;
    server.on("/v2/", Act::Send(json(401, &header, body)));
    server.on("/token?service=r.example", Act::Send(json(401, &[], body)));
    let registry = server.registry();
    let Ok(Ping::NeedsCredentials { challenge: Some(challenge), .. }) = registry.ping().await else {
        panic!("no challenge")
    };
    assert_eq!(challenge.realm.as_deref(), Some(realm.as_str()));
    assert_eq!(server.seen().len(), 2, "a 401 is not retried");

    // Not for tokens, and there is no account.
    let server = Server::start().await;
    server.on("/v2/library/x/tags/list", Act::Send(json(401, &[("WWW-Authenticate", "Basic realm=\"r\"")], body)));
    let error = server.registry().tags_page(&server.repository(), None, 0).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unauthorized { challenge: Some(_), .. }));
    assert!(
        error.to_string().contains("authentication is required (401 UNAUTHORIZED: authentication required; realm r)"),
        "{error}"
    );
    assert!(error.hint().is_some());
    assert_eq!(error.registry_code(), Some("UNAUTHORIZED"));
    assert_eq!(server.seen().len(), 1, "a 401 is not retried");
}

#[tokio::test]
async fn ways_not_to_be_connected_are_told_apart() {
    async fn code(options: RegistryOptions) -> &'static str {
        let options = RegistryOptions { retries: 0, ..options };
        Registry::new(options).unwrap().ping().await.unwrap_err().kind().code()
    }
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert_eq!(code(RegistryOptions::new(format!("127.0.0.1:{port}").parse().unwrap())).await, "connect");
    assert_eq!(code(RegistryOptions::new("no-such-host.invalid".parse().unwrap())).await, "dns");
    let server = Server::start().await;
    server.on("/v2/", Act::Close);
    assert_eq!(code(server.options()).await, "interrupted");
}

#[tokio::test]
async fn what_can_not_be_used_is_said_before_anything_is_sent() {
    #[track_caller]
    fn check(options: RegistryOptions, part: &str) {
        let error = Registry::new(options).unwrap_err();
        assert_eq!(error.kind().code(), "configuration");
        assert!(error.to_string().contains(part), "{error}");
    }
    let ghcr = || RegistryOptions::new("ghcr.io".parse().unwrap());
    check(RegistryOptions { rate: Some("none".parse().unwrap()), ..ghcr() }, "loopback");
    check(RegistryOptions { namespace_api: Some("hub".to_owned()), ..ghcr() }, "no URL of an API");
}
