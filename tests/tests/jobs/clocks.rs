//! What a clock that was ahead once leaves in the published index: nothing, after the
//! next run.

use forebear_testkit::{ImageBuilder, Server, World};
use forebear_tests::Data;

#[test]
fn p464_a_clock_that_was_ahead_once_is_not_believed() {
    let base = |text: &str| ImageBuilder::scratch("linux/amd64").add_rootfs(text).cmd(&["sh"]).build();
    let child = |text: &str| ImageBuilder::from(&base(text)).run("make").build();
    let mut world = World::new();
    world.push("library/stays:1", &base("stays"));
    world.push("library/moves:1", &base("before"));
    world.push("acme/stays:1", &child("stays"));
    world.push("acme/moves:1", &child("before"));
    let server = Server::start(world);
    let data = Data::new();
    let crawl = |now: &str| data.crawl_hub(&server.host(), &["--now", now]);
    let observed_until = || data.query(&["stats", "--format", "json"]).expect_code(0).json()["observed_until"].clone();
    let tag_now = |image: &str| data.ask("parent", image)["parent"]["tag_now"].clone();
    _ = crawl("2024-06-01T00:00:00Z");
    server.world(|world| world.push("library/late:1", &base("late")));
    server.world(|world| world.push("acme/late:1", &child("late")));
    _ = crawl("2099-01-01T00:00:00Z");
    assert_eq!(observed_until(), "2099-01-01T00:00:00Z");
    // Set right, and the days after that.
    let first = crawl("2024-06-02T00:00:00Z");
    assert!(first.stdout.contains("the clock, or --now, was ahead then. Nothing need be done"), "{}", first.stdout);
    assert_eq!(observed_until(), "2024-06-02T00:00:00Z");
    assert_eq!(tag_now("acme/stays:1")["first_seen"], "2024-06-01T00:00:00Z");
    assert_eq!(tag_now("acme/late:1")["first_seen"], "2024-06-02T00:00:00Z");
    server.world(|world| world.push("library/moves:1", &base("after")));
    let second = crawl("2024-06-03T00:00:00Z");
    assert!(!second.stdout.contains("warning"), "{}", second.stdout);
    assert_eq!(observed_until(), "2024-06-03T00:00:00Z");
    let moved = tag_now("acme/moves:1");
    assert_eq!((&moved["moved"], &moved["first_seen"]), (&true.into(), &"2024-06-01T00:00:00Z".into()), "{moved}");
    let until = moved["last_seen"].as_str().expect("a time").to_owned();
    assert!(until.starts_with("2024-06-0"), "{moved}");
    // One that is back where it was believed: published twice, the same bytes.
    let index = || std::fs::read_to_string(data.path().join("index/CURRENT")).expect("an index");
    let before = index();
    _ = data.crawl(&["publish"]).expect_code(0);
    assert_eq!(index(), before);
}
