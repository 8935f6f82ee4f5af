//! What can be listed, and where.

use forebear_registry::{ErrorKind, NamespacePage, Registry, RegistryError, RegistryOptions};
use forebear_testkit::server::{Bearer, Catalog};
use forebear_testkit::{Fault, Matcher, Options, Server, Times, World};

use crate::setup::{asked, options, registry, with_tokens, world};

async fn catalog(server: &Server) -> Result<usize, RegistryError> {
    registry(server).catalog_page(None, 0).await.map(|page| page.items.len())
}

#[tokio::test]
async fn r10_a_catalog_that_is_not_offered_is_said_to_be() {
    for (options, sent) in [
        (Options { catalog: Catalog::Refused401, ..Options::default() }, 2),
        (Options { catalog: Catalog::Refused401, bearer: Some(Bearer::default()), ..Options::default() }, 2),
        (Options { catalog: Catalog::Missing404, ..Options::default() }, 1),
    ] {
        let server = Server::start_with(world(), options);
        let error = catalog(&server).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::NoCatalog { namespaces: false }, "{error}");
        assert_eq!(error.kind().code(), "no_catalog");
        assert!(error.to_string().contains("does not offer its catalog"), "{error}");
        assert!(error.hint().unwrap().contains("name the repositories"));
        assert_eq!(asked(&server, "/_catalog").len(), sent);
    }
    // An account may help here.
    let server = with_tokens(Bearer { account: Some(("amy".into(), "hunter2".into())), ..Bearer::default() });
    assert_eq!(catalog(&server).await.unwrap_err().kind().code(), "unauthorized");
}

#[tokio::test]
async fn r10_docker_hubs_catalog_is_not_asked_for_and_namespaces_are_offered() {
    let error = Registry::new(RegistryOptions::new("docker.io".parse().unwrap()))
        .unwrap()
        .catalog_page(None, 0)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NoCatalog { namespaces: true });
    assert!(error.to_string().ends_with("not sent"), "{error}");
    assert!(error.hint().unwrap().contains("namespace"));
}

/// Docker Hub's API on one server, a registry on another.
fn hub() -> (Server, Registry) {
    let api = Server::start(World::new());
    let options = RegistryOptions {
        namespace_api: Some(format!("http://{}/", api.host())),
        name_as: Some("docker.io".parse().unwrap()),
        ..options(&api)
    };
    let options = RegistryOptions { host: "127.0.0.1:1".parse().unwrap(), ..options };
    (api, Registry::new(options).unwrap())
}

const LIST: &str = "/v2/namespaces/library/repositories";

fn answer(api: &Server, query: &str, body: &str) {
    api.fault(
        Matcher::get(&format!("{LIST}?{query}")),
        Fault::body(body.replace("{host}", &api.host())),
        Times::Always,
    );
}

#[tokio::test]
async fn a_namespace_is_listed_page_by_page() {
    let (api, registry) = hub();
    let first = r#"{"count":3,"next":"http://{host}/v2/namespaces/library/repositories/?page=2&page_size=100",
        "previous":null,"results":[{"name":"alpine","namespace":"library","pull_count":1,"star_count":-2,"date_registered":"2014-06-05T20:00:00.123456Z",
        "last_updated":null},{"name":"bash","pull_count":"many","last_updated":"yesterday"}]}"#;
    let second = r#"{"count":3,"next":null,"results":[{"name":"node","namespace":"library"},
        {"name":"BAD","namespace":"library"},{"name":"x","namespace":"other"}]}"#;
    answer(&api, "page_size=100", first);
    api.fault(Matcher::get("page=2"), Fault::body(second), Times::Always);
    let NamespacePage { page: one, told } = registry.namespace_page("library", None).await.unwrap();
    let names = |page: &forebear_registry::Page<forebear_image::RepositoryName>| {
        page.items.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(names(&one), ["docker.io/library/alpine", "docker.io/library/bash"]);
    let registered = told.iter().map(|told| told.registered.map(|time| time.to_string())).collect::<Vec<_>>();
    assert_eq!(registered, [Some("2014-06-05T20:00:00.123456Z".to_owned()), None]);
    let numbers = told.iter().map(|told| (told.pulls, told.stars, told.updated)).collect::<Vec<_>>();
    assert_eq!(numbers, [(Some(1), None, None), (None, None, None)], "what is odd is left out");
    let two = registry.namespace_page("library", one.next.as_ref()).await.unwrap().page;
    assert_eq!((names(&two), two.next), (vec!["docker.io/library/node".to_owned()], None));
    assert_eq!(two.rejected, ["library/BAD", "other/x"]);
    assert_eq!(registry.host().statistics().namespace, 2);
    assert_eq!(registry.host().statistics().requests(), 0);
    assert!(api.requests().iter().all(|request| request.authorization.is_none()));
}

#[tokio::test]
async fn an_api_that_answers_badly_is_one_error() {
    async fn check(fault: Fault, code: &str, part: &str) {
        let (api, registry) = hub();
        api.fault(Matcher::any(), fault, Times::Always);
        let error = registry.namespace_page("library", None).await.unwrap_err();
        assert_eq!(error.kind().code(), code, "{error}");
        assert!(error.to_string().contains(part) && error.to_string().len() < 500, "{error:.1000}");
    }
    let next = |url: &str| Fault::body(format!(r#"{{"next":"{url}","results":[]}}"#));
    check(Fault::Html, "protocol", "an HTML page").await;
    check(Fault::body("{}"), "protocol", "no 'results'").await;
    check(Fault::body(r#"{"results":[{"name":7}]}"#), "protocol", "not a list").await;
    check(Fault::body(format!(r#"{{"results":"{}"}}"#, "A".repeat(1 << 20))), "protocol", "AAAA").await;
    check(Fault::status(404, "NOT_FOUND"), "not_found", "not found").await;
    check(next("http://evil.example/v2/namespaces/library/repositories?page=2"), "paging", "another host").await;
    check(next("/v2/namespaces/other/repositories?page=2"), "paging", "another list").await;
    check(next("?page_size=100"), "paging", "back to this page").await;
    let limited = Fault::too_many_requests(None)
        .with_header("x-ratelimit-remaining", "0")
        .with_header("x-retry-after", "9999999999");
    check(limited, "rate_limited", "limit is reached").await;
}

#[tokio::test]
async fn namespaces_that_are_none_and_registries_without_any() {
    let (api, registry) = hub();
    for namespace in ["", "a/b", "../x", "A", "x?y"] {
        assert_eq!(registry.namespace_page(namespace, None).await.unwrap_err().kind().code(), "configuration");
    }
    let cursor: forebear_registry::PageCursor = serde_json::from_str("\"/v2/_catalog?last=a\"").unwrap();
    assert_eq!(registry.namespace_page("library", Some(&cursor)).await.unwrap_err().kind().code(), "paging");
    let server = Server::start(world());
    let error = crate::setup::registry(&server).namespace_page("library", None).await.unwrap_err();
    assert!(error.to_string().contains("has no API that lists a namespace"), "{error}");
    assert_eq!((api.requests().len(), server.requests().len()), (0, 0));
}

/// Its limit is not the registry's.
#[tokio::test]
async fn the_apis_limit_holds_the_api_alone() {
    let server = Server::start(world());
    let api = Server::start(World::new());
    api.fault(Matcher::any(), Fault::too_many_requests(Some("120")), Times::Always);
    let namespace_api = Some(format!("http://{}/", api.host()));
    let registry = Registry::new(RegistryOptions { namespace_api, ..options(&server) }).unwrap();
    for _ in 0..2 {
        assert_eq!(registry.namespace_page("library", None).await.unwrap_err().kind().code(), "rate_limited");
    }
    assert_eq!(api.requests().len(), 1);
    registry.catalog_page(None, 0).await.unwrap();
}

#[tokio::test]
async fn r12_page_sizes_are_wishes() {
    let server = Server::start_with(world(), Options { page_refused_above: Some(100), ..Options::default() });
    assert_eq!(registry(&server).catalog_page(None, 1000).await.unwrap().items.len(), 2);
    let server = Server::start_with(world(), Options { page_cap: Some(1), ..Options::default() });
    let page = registry(&server).catalog_page(None, 1000).await.unwrap();
    assert_eq!((page.items.len(), page.next.is_some()), (1, true));
}
