//! Which of several equal images, and which of several names: M1 to M6, M9,
//! M31.

use forebear_testkit::ImageBuilder;

use super::asked::{Crawled, check, look_alike, on, rootfs, world};

#[test]
fn m1_official_before_a_copy_of_it() {
    let alpine = rootfs("alpine");
    let app = on(&alpine, "make app");
    // Another config of the same layers and steps: an equal candidate.
    let copied = world(&[("alpine:3.21", &alpine), ("dude/dude", &look_alike(&alpine))]);
    let expected = "on alpine:3.21 exact, 1 layers, 1 added, official first\n equal dude/dude:latest";
    check(copied.clone(), &app, expected);
    let told = Crawled::new(copied).next_day(|world| _ = world.push("acme/app:1", &app));
    let equal = "equally likely: docker.io/dude/dude:latest; this one is official";
    told.check_text("acme/app:1", &["parent   docker.io/library/alpine:3.21 ", equal]);
    // The very same image: one parent of two names.
    let pushed = world(&[("dude/dude", &alpine), ("alpine:3.21", &alpine)]);
    check(pushed, &app, "on alpine:3.21 exact, 1 layers, 1 added\n also dude/dude:latest");
}

#[test]
fn m2_official_before_its_staging_mirror() {
    let ubuntu = rootfs("ubuntu jammy");
    let staging = world(&[("oisupport/staging-amd64:jammy", &look_alike(&ubuntu))]);
    // The mirror has been known for longer, and still does not come first.
    let crawled = Crawled::new(staging).next_day(|world| _ = world.push("library/ubuntu:jammy", &ubuntu));
    let expected = "on ubuntu:jammy exact, 1 layers, 1 added, official first
                    equal oisupport/staging-amd64:jammy";
    crawled.check(&on(&ubuntu, "make app"), expected);
}

#[test]
fn m3_one_image_of_three_names() {
    let ubuntu = rootfs("ubuntu jammy");
    let named = world(&[("ubuntu:jammy", &ubuntu), ("ubuntu:22.04", &ubuntu), ("ubuntu:jammy-20230804", &ubuntu)]);
    let expected = "on ubuntu:jammy-20230804 exact, 1 layers, 1 added
                    also ubuntu:jammy
                    also ubuntu:jammy-20230804
                    rolling ubuntu:jammy
                    most_specific ubuntu:jammy-20230804";
    check(named.clone(), &on(&ubuntu, "make app"), expected);
    // By its text alone, nothing tells whether 22.04 rolls. Seen elsewhere before, it does.
    let before = world(&[("ubuntu:22.04", &rootfs("ubuntu of last month"))]);
    let crawled = Crawled::new(before).next_day(|world| *world = named);
    let expected = expected.replace("rolling ubuntu:jammy", "rolling ubuntu:22.04\n rolling ubuntu:jammy");
    crawled.server.world(|world| _ = world.push("acme/app:1", &on(&ubuntu, "make app")));
    let crawled = crawled.next_day(|_| {});
    crawled.check_name("acme/app:1", &expected);
    let line = "parent   docker.io/library/ubuntu:jammy-20230804 ";
    crawled.check_text("acme/app:1", &[line]);
}

#[test]
fn m4_a_parent_in_the_same_repository() {
    let mut node = ImageBuilder::scratch("linux/amd64").add_rootfs("debian");
    for step in 2..=8 {
        node = node.run(&format!("make {step}"));
    }
    let node = node.cmd(&["node"]).build();
    let onbuild = ImageBuilder::from(&node).run("mkdir -p /usr/src/app").onbuild("COPY . /usr/src/app").build();
    let expected = "on node:8.11.2 exact, 8 layers, 2 added";
    let crawled = Crawled::new(world(&[("node:8.11.2", &node)]));
    crawled.check_as("library/node:8.11.2-onbuild", &onbuild, expected);
}

#[test]
fn m5_an_indexed_image_is_not_its_own_parent() {
    let base = rootfs("base");
    let image = on(&base, "make x");
    let alone = Crawled::new(world(&[("acme/x:1", &image), ("acme/x:latest", &image)]));
    alone.check_name("acme/x:1", "none scratch_inferred\n same acme/x:latest same-image");
    let with_base = alone.next_day(|world| _ = world.push("library/base:1", &base));
    with_base.check_name("acme/x:1", "on base:1 exact, 1 layers, 1 added\n same acme/x:latest same-image");
    // Asked where the index does not know the name, it is the same image still.
    let expected = "on base:1 exact, 1 layers, 1 added
                    same acme/x:1 same-image
                    same acme/x:latest same-image";
    let folder = forebear_tests::Data::new();
    forebear_tests::forms::write_dir(&image, folder.path());
    with_base.check_name(&format!("dir:{}", folder.path().display()), expected);
    with_base.check_text("acme/x:1", &["\nalso tagged latest\n"]);
}

#[test]
fn m6_mirrors_are_identical_not_parents() {
    let image = on(&rootfs("base"), "make x");
    let one = Crawled::new(world(&[("a/mirror:1", &image), ("b/mirror:1", &image)]));
    one.check_name("a/mirror:1", "none scratch_inferred\n same b/mirror:1 same-image");
    one.check_text("a/mirror:1", &["\nsame image as docker.io/b/mirror:1\n"]);
    one.check_name("b/mirror:1", "none scratch_inferred\n same a/mirror:1 same-image");
    let two = Crawled::new(world(&[("a/mirror:1", &image), ("b/mirror:1", &look_alike(&image))]));
    two.check_name("a/mirror:1", "none scratch_inferred\n same b/mirror:1 same-build");
    two.check_name("b/mirror:1", "none scratch_inferred\n same a/mirror:1 same-build");
    let children = two.data.query(&["children", "a/mirror:1", "--format", "json"]).expect_code(1).json();
    assert_eq!(children["total"], 0);
}

#[test]
fn m9_no_tag_leads_to_the_parent_any_more() {
    let (old, new) = (rootfs("debian 12.8"), rootfs("debian 12.9"));
    let app = on(&old, "make app");
    let moved =
        || Crawled::new(world(&[("debian:12", &old)])).next_day(|world| _ = world.push("library/debian:12", &new));
    moved().check(&app, "on debian:12 exact, 1 layers, 1 added, 1 builds behind\n rolling debian:12");
    let text = moved().next_day(|world| _ = world.push("acme/app:1", &app));
    text.check_text(
        "acme/app:1",
        &[
            "parent   docker.io/library/debian:12 ",
            "OUTDATED: rebuilt on 2026-03-02; this image is 1 build and 1 day behind (as of 2026-03-03)\n",
        ],
    );
    let deleted = moved().next_day(|world| _ = world.untag("library/debian:12"));
    deleted.check(&app, "on debian:12 exact, 1 layers, 1 added, gone\n rolling debian:12");
}

#[test]
fn m31_a_placeholder_date_orders_nothing() {
    // The one with an honest date was seen first; dates of 1970 and 1980 look older.
    let honest = rootfs("base");
    let dated = |created: &str| ImageBuilder::copy_of(&honest).config_field("created", created.into()).build();
    let crawled = Crawled::new(world(&[("y/honest:1", &honest)])).next_day(|world| {
        world.push("x/a:1", &dated("1970-01-01T00:00:01Z"));
        world.push("x/b:1", &dated("1980-01-01T00:00:00Z"));
    });
    let expected = "on y/honest:1 exact, 1 layers, 1 added, first_seen first
                    equal x/a:1
                    equal x/b:1";
    crawled.check(&on(&honest, "make app"), expected);
}
