//! Repositories that share images, as on any registry where one is copied from
//! another, and one of them lacks what it lists.

use forebear_testkit::{Fault, ImageBuilder, Matcher, Server, Times, World};
use forebear_tests::Data;

/// The image of one repository is not hidden by another's dangling digest, whichever
/// was asked first.
#[test]
fn p457_a_dangling_digest_hides_nobody_elses_image() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").cmd(&["sh"]).build();
    let shared = ImageBuilder::from(&base).run("make").build();
    let other = ImageBuilder::scratch("linux/arm64").add_rootfs("arm").build();
    let mut world = World::new();
    world.push("library/base:1", &base);
    world.push_platforms("aa/x:1", &[&shared]);
    let index = world.push_platforms("bb/x:1", &[&shared, &other]);
    let server = Server::start(world);
    // aa/x answers when bb/x was come to as well, and after it was asked.
    let dangling = format!("/v2/aa/x/manifests/{}", shared.manifest_digest);
    server.fault(Matcher::get(&dangling), Fault::not_found(), Times::Always);
    let (index, own) = (format!("/bb/x/manifests/{index}"), format!("/bb/x/manifests/{}", other.manifest_digest));
    server.options(|options| options.after = vec![(index, dangling.clone()), (dangling.clone(), own)]);
    let data = Data::new();
    let (host, name_as) = (server.host(), ["--name-as", "docker.io", "--format", "json"]);
    let run = [&["run", "--registry", &host][..], &name_as].concat();
    let first = data.crawl(&run).expect_code(3).json();
    assert_eq!((&first["failures"]["not_found"], &first["open"]), (&1.into(), &0.into()));
    for reference in ["bb/x:1", "aa/x:1"] {
        let answer = data.ask("parent", reference);
        assert_eq!(answer["parent"]["reference"], "docker.io/library/base:1", "{answer}");
    }
    let second = data.crawl(&run).expect_code(0).json();
    assert_eq!(second["unchanged"], true);
}
