//! Registries that have another registry's repositories below a prefix.

use forebear_registry::{ManifestName, Registry, RegistryOptions};
use forebear_testkit::{Fault, Matcher, Server, Times, World};

use crate::setup::{image, options};

fn mirror() -> Server {
    let mut world = World::new();
    world.push("dockerhub/library/alpine:3.19", &image("alpine"));
    world.push("dockerhub/acme/app:1", &image("app"));
    world.push("quay/acme/app:1", &image("other"));
    world.push("library/alpine:3.19", &image("own"));
    world.push("dockerhub2/x:1", &image("x"));
    Server::start(world)
}

fn stripped(server: &Server) -> RegistryOptions {
    RegistryOptions {
        name_as: Some("docker.io".parse().unwrap()),
        strip_prefix: Some("dockerhub/".parse().unwrap()),
        ..options(server)
    }
}

#[tokio::test]
async fn p43_repositories_below_a_prefix_are_named_without_it() {
    let server = mirror();
    let registry = Registry::new(stripped(&server)).unwrap();
    let page = registry.catalog_page(None, 0).await.unwrap();
    let names: Vec<String> = page.items.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["docker.io/acme/app", "docker.io/library/alpine"]);
    assert_eq!((page.rejected, page.outside), (Vec::new(), 3));
    let alpine = &page.items[1];
    assert_eq!(registry.tags_page(alpine, None, 0).await.unwrap().items, ["3.19"]);
    let built = image("alpine");
    let manifest = registry.get_manifest(alpine, ManifestName::Tag("3.19")).await.unwrap();
    assert_eq!(manifest.digest, built.manifest_digest);
    registry.get_config(alpine, built.config_digest, 1 << 20).await.unwrap();
    let asked: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    assert!(asked.iter().skip(1).all(|path| path.starts_with("/v2/dockerhub/library/alpine/")), "{asked:?}");
}

/// Without it the names are another registry's: which one is to be said.
#[tokio::test]
async fn p306_a_prefix_goes_with_the_name_of_a_registry() {
    let server = mirror();
    for name_as in [None, Some(server.host().parse().unwrap())] {
        let error = Registry::new(RegistryOptions { name_as, ..stripped(&server) }).unwrap_err();
        let expected = "without 'dockerhub/' its repositories are another registry's: \
                        say which by name_as (--name-as docker.io)";
        assert_eq!(error.to_string(), expected);
    }
}

/// The API that lists a namespace may be that of the registry whose images these
/// are, which knows no prefix, or the mirror's own.
#[tokio::test]
async fn p303_a_namespace_is_listed_with_the_prefix_or_without() {
    let (server, api) = (mirror(), Server::start(World::new()));
    let listed = r#"{"results":[{"name":"alpine","namespace":"library"},{"name":"debian","namespace":"library"}]}"#;
    api.fault(Matcher::path("/namespaces/library/"), Fault::body(listed), Times::Always);
    let own = r#"{"results":[{"name":"library/alpine"},{"name":"acme/app"}]}"#;
    api.fault(Matcher::path("/namespaces/dockerhub/"), Fault::body(own), Times::Always);
    let namespace_api = Some(format!("http://{}/", api.host()));
    let registry = Registry::new(RegistryOptions { namespace_api, ..stripped(&server) }).unwrap();
    let names = async |namespace| {
        let page = registry.namespace_page(namespace, None).await.unwrap().page;
        page.items.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(names("library").await, ["docker.io/library/alpine", "docker.io/library/debian"]);
    assert_eq!(names("dockerhub").await, ["docker.io/library/alpine", "docker.io/acme/app"]);
}
