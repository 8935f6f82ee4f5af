//! Challenges that name another scope than what is needed, and tokens that end
//! before their time.

use forebear_registry::{ManifestName, Ping};
use forebear_testkit::server::Bearer;
use forebear_testkit::{Fault, Matcher, Server, Times};

use crate::setup::{asked, image, registry, repository, statuses, with_tokens};

const LATEST: ManifestName<'_> = ManifestName::Tag("latest");
const ODD: &str = "repository:user/image:pull";

/// Scopes of the tokens that were asked for, in order.
fn scopes(server: &Server) -> Vec<String> {
    let tokens = asked(server, "/token").into_iter();
    let scope = |path: String| path.split_once("scope=").map(|(_, scope)| scope.to_owned()).unwrap_or_default();
    tokens.map(|request| scope(request.path).replace("%3A", ":").replace("%2F", "/").replace("%2A", "*")).collect()
}

/// Whatever the challenge names, the token that ended early was for what was
/// asked for, and so is the next.
#[tokio::test]
async fn p297_an_early_end_is_met_with_the_scope_that_was_let_in() {
    for odd in [ODD, "registry:catalog:*"] {
        let server = with_tokens(Bearer { named_scope: Some(odd.to_owned()), ..Bearer::default() });
        let registry = registry(&server);
        assert_eq!(registry.ping().await.unwrap(), Ping::Registry);
        let get = async |path| registry.get_manifest(&repository(path), LATEST).await;
        for path in ["library/alpine", "acme/web", "library/alpine"] {
            get(path).await.unwrap();
        }
        server.expire_tokens();
        server.clear_requests();
        for path in ["library/alpine", "library/alpine", "acme/web", "acme/web"] {
            get(path).await.unwrap();
        }
        // One 401 and one token for each, and none after that.
        assert_eq!(statuses(&asked(&server, "/manifests/")), [401, 200, 200, 401, 200, 200], "{odd}");
        assert_eq!(scopes(&server), ["repository:library/alpine:pull", "repository:acme/web:pull"], "{odd}");
    }
}

/// A registry that wants one scope whatever is read. One that looks like that of
/// another repository is believed when it has let in two.
#[tokio::test]
async fn p298_one_odd_scope_for_everything_is_asked_for_once() {
    async fn check(odd: &str, refused: usize) {
        let server = with_tokens(Bearer { fixed_scope: Some(odd.to_owned()), ..Bearer::default() });
        server.world(|world| world.push("acme/db:latest", &image("db")));
        let registry = registry(&server);
        let get = async |path| registry.get_manifest(&repository(path), LATEST).await.map(drop);
        let repositories = ["library/alpine", "acme/web", "acme/db", "library/alpine", "acme/web", "acme/db"];
        for path in repositories {
            get(path).await.unwrap();
        }
        let count = |statuses: Vec<u16>, status: u16| statuses.iter().filter(|own| **own == status).count();
        assert_eq!(count(statuses(&asked(&server, "/manifests/")), 401), refused, "{odd}");
        assert_eq!(scopes(&server).iter().filter(|scope| *scope == odd).count(), 1);
        server.expire_tokens();
        server.clear_requests();
        for path in repositories {
            get(path).await.unwrap();
        }
        assert_eq!(statuses(&asked(&server, "/manifests/")), [401, 200, 200, 200, 200, 200, 200], "{odd}");
        assert_eq!(scopes(&server), [odd]);
    }
    check("aws", 1).await;
    check(ODD, 2).await;
    check("registry:catalog:*", 2).await;
}

/// A scope that lets in one repository is not taken for another's.
#[tokio::test]
async fn p298_a_repositorys_own_scope_is_asked_for_where_it_is_right() {
    let server = with_tokens(Bearer::default());
    let registry = registry(&server);
    registry.ping().await.unwrap();
    for path in ["library/alpine", "acme/web"] {
        registry.get_manifest(&repository(path), LATEST).await.unwrap();
    }
    assert_eq!(statuses(&asked(&server, "/manifests/")), [200, 200]);
    assert_eq!(scopes(&server), ["", "repository:library/alpine:pull", "repository:acme/web:pull"]);
}

/// Many at once meet the end of one token: it is asked for once.
#[tokio::test]
async fn p298_an_early_end_is_met_once_by_many() {
    let server = with_tokens(Bearer { named_scope: Some(ODD.to_owned()), ..Bearer::default() });
    let registry = registry(&server);
    registry.ping().await.unwrap();
    let repository = repository("library/alpine");
    registry.get_manifest(&repository, LATEST).await.unwrap();
    server.expire_tokens();
    server.clear_requests();
    let all = (0..30).map(|_| registry.head_manifest(&repository, LATEST));
    assert!(futures_util::future::join_all(all).await.iter().all(Result::is_ok));
    assert_eq!(scopes(&server), ["repository:library/alpine:pull"]);
}

/// GHCR names a placeholder at its door. The token server may refuse it, and
/// nothing was asked for that it is about.
#[tokio::test]
async fn p299_a_repository_named_at_the_door_is_not_asked_for() {
    let server = with_tokens(Bearer { named_scope: Some(ODD.to_owned()), ..Bearer::default() });
    server.fault(Matcher::path("/token").and("user"), Fault::status(403, "DENIED"), Times::Always);
    let registry = registry(&server);
    assert_eq!(registry.ping().await.unwrap(), Ping::Registry);
    registry.get_manifest(&repository("acme/web"), LATEST).await.unwrap();
    assert_eq!(scopes(&server), ["", "repository:acme/web:pull"]);
}

/// Two requests and one token on account of a 401, then it is an error, and so
/// is the next request: nothing goes round in a circle.
#[tokio::test]
async fn p300_refused_again_is_the_end_whatever_the_challenge_names() {
    let server = with_tokens(Bearer { named_scope: Some(ODD.to_owned()), ..Bearer::default() });
    let registry = registry(&server);
    registry.ping().await.unwrap();
    let get = async || registry.get_manifest(&repository("acme/web"), LATEST).await;
    get().await.unwrap();
    let refusal = Fault::unauthorized(&format!(
        "Bearer realm=\"http://{}/token\",service=\"x\",scope=\"{ODD}\",error=\"invalid_token\"",
        server.host()
    ));
    server.fault(Matcher::path("/manifests/"), refusal, Times::Always);
    server.clear_requests();
    for _ in 0..3 {
        assert_eq!(get().await.unwrap_err().kind().code(), "unauthorized");
    }
    assert_eq!(asked(&server, "/manifests/").len(), 6);
    assert!(scopes(&server).len() <= 6, "{:?}", scopes(&server));
    server.clear_faults();
    get().await.unwrap();
}
