//! Registries and clients for these tests.

use std::time::Duration;

use forebear_image::RepositoryName;
use forebear_registry::{Credentials, Registry, RegistryOptions};
use forebear_testkit::server::{Bearer, Recorded};
use forebear_testkit::{Image, ImageBuilder, Options, Server, World};

/// `library/alpine` and `acme/web`, four and one tags.
pub(crate) fn world() -> World {
    let mut world = World::new();
    for tag in ["3.17", "3.18", "3.19", "latest"] {
        world.push(&format!("library/alpine:{tag}"), &image(tag));
    }
    world.push("acme/web:latest", &image("web"));
    world
}

pub(crate) fn image(text: &str) -> Image {
    ImageBuilder::scratch("linux/amd64").add_rootfs(text).cmd(&["/bin/sh"]).build()
}

/// A registry that asks for tokens.
pub(crate) fn with_tokens(bearer: Bearer) -> Server {
    Server::start_with(world(), Options { bearer: Some(bearer), ..Options::default() })
}

/// Impatient options, so that tests of failures end soon.
pub(crate) fn options(server: &Server) -> RegistryOptions {
    RegistryOptions { first_backoff: Duration::from_millis(20), ..RegistryOptions::new(server.host().parse().unwrap()) }
}

pub(crate) fn registry(server: &Server) -> Registry {
    Registry::new(options(server)).unwrap()
}

pub(crate) fn registry_as(server: &Server, credentials: Credentials) -> Registry {
    Registry::new(RegistryOptions { credentials, ..options(server) }).unwrap()
}

pub(crate) fn amy() -> Credentials {
    Credentials::Password { username: "amy".to_owned(), password: "hunter2".into() }
}

/// amy:hunter2 in base64.
pub(crate) const AMY: &str = "Basic YW15Omh1bnRlcjI=";

pub(crate) fn repository(path: &str) -> RepositoryName {
    RepositoryName::new(&"127.0.0.1:1".parse().unwrap(), path).unwrap()
}

/// The requests to a path, with what they were authorised by.
pub(crate) fn asked(server: &Server, part: &str) -> Vec<Recorded> {
    server.requests().into_iter().filter(|request| request.path.contains(part)).collect()
}

pub(crate) fn statuses(requests: &[Recorded]) -> Vec<u16> {
    requests.iter().filter_map(|request| request.status).collect()
}
