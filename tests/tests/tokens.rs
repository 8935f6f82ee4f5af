//! Registries that answer nobody without a token, as Docker Hub, ghcr.io and
//! Quay: both binaries get anonymous ones.

use forebear_testkit::server::Bearer;
use forebear_testkit::{ImageBuilder, Options, Server, World};
use forebear_tests::Data;

#[test]
fn anonymous_tokens_are_enough_for_public_images() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").cmd(&["sh"]).build();
    let app = ImageBuilder::from(&base).run("make app").build();
    let mut world = World::new();
    world.push("library/base:1", &base);
    world.push("acme/app:1", &app);
    let server = Server::start_with(world, Options { bearer: Some(Bearer::default()), ..Options::default() });
    let data = Data::new();
    drop(data.crawl(&["run", "--registry", &server.host()]).expect_code(0));
    server.clear_requests();
    let ran = data.query(&["parent", &format!("docker://{}/acme/app:1", server.host())]).expect_code(0);
    assert!(ran.stdout.contains("library/base:1"), "{}", ran.stdout);
    let requests = server.requests();
    assert!(requests.iter().any(|request| request.path.starts_with("/token?")));
    assert!(requests.iter().all(|r| r.authorization.as_ref().is_none_or(|given| given.starts_with("Bearer token-"))));
}
