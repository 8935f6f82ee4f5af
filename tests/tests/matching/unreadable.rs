//! What could not be read: M18, M29.

use forebear_testkit::{ImageBuilder, Matcher};
use forebear_tests::{Data, forms};

use super::asked::{Crawled, inspected, on, rootfs, world};

#[test]
fn m18_compressed_digests_and_diff_ids_cannot_be_compared() {
    let alpine = rootfs("alpine");
    let app = on(&alpine, "make");
    let crawled = Crawled::without_configs(world(&[("alpine:3", &alpine)]), Matcher::get("/blobs/"));
    // `docker image inspect` shows diff_ids alone.
    let folder = Data::new();
    let inspect = inspected(&app, &folder);
    crawled.check_name(&inspect, "none not_comparable");
    crawled.check_text(&inspect, &["no known parent: only its diff_ids are known"]);
    // With blobs on both sides, the same image has a parent.
    forms::write_dir(&app, folder.path());
    let dir = format!("dir:{}", folder.path().display());
    crawled.check_name(&dir, "on alpine:3 unread, 1 layers, 1 added");
    crawled.check_text(&dir, &["matches; a config could not be read"]);
    // Once the config can be had, diff_ids suffice.
    let again = crawled.next_day(|_| {});
    again.check_name(&inspect, "on alpine:3 unread, 1 layers, 1 added");
}

#[test]
fn m29_an_image_without_layers_and_one_that_cannot_be_read() {
    let alpine = rootfs("alpine");
    let bare = ImageBuilder::scratch("linux/amd64").env("A", "b").cmd(&["x"]).build();
    let crawled = Crawled::new(world(&[("alpine:3", &alpine)]));
    crawled.check(&bare, "none nothing_shared");
    // Neither config nor layers.
    let empty = ImageBuilder::scratch("linux/amd64").build();
    let config = Matcher::get("/v2/acme/empty/blobs/");
    let images = world(&[("alpine:3", &alpine), ("acme/empty:1", &empty), ("acme/app:1", &on(&alpine, "make"))]);
    let crawled = Crawled::without_configs(images, config);
    crawled.check_name("acme/empty:1", "none unreadable");
    crawled.check_text("acme/empty:1", &["no known parent: neither its layers nor its config could be read"]);
    crawled.check_name("acme/app:1", "on alpine:3 exact, 1 layers, 1 added");
    // Asked live, an unreadable config is an error that names it.
    let server = &crawled.server;
    server.fault(
        Matcher::get("/v2/acme/app/blobs/"),
        forebear_testkit::Fault::not_found(),
        forebear_testkit::Times::Always,
    );
    let live = format!("docker://{}/acme/app:1", server.host());
    let ran = crawled.data.query(&["parent", &live]).expect_code(2);
    assert!(ran.stderr.contains("not found") && ran.stdout.is_empty(), "{ran:?}");
}
