//! Where history decides: M11, M12, M30, M33.

use forebear_testkit::ImageBuilder;
use serde_json::json;

use super::asked::{Crawled, check, on, rootfs, world};

#[test]
fn m11_a_child_that_only_adds_metadata() {
    let base = on(&rootfs("base"), "make");
    let child = ImageBuilder::from(&base).env("MODE", "fast").cmd(&["run"]).build();
    let expected = "on acme/base:1 exact by history, 2 layers, 2 added";
    let crawled = Crawled::new(world(&[("acme/base:1", &base)]));
    crawled.check(&child, expected);
    let both = Crawled::new(world(&[("acme/base:1", &base), ("acme/child:1", &child)]));
    both.check_name("acme/base:1", "none scratch_inferred");
    let children = both.data.query(&["children", "acme/base:1", "--format", "json"]).expect_code(0).json();
    assert_eq!(children["children"][0]["reference"], "docker.io/acme/child:1");
    // Two steps up, the nearest is the parent.
    let grandchild = ImageBuilder::from(&child).user("app").build();
    both.check(&grandchild, "on acme/child:1 exact by history, 2 layers, 1 added");
}

#[test]
fn m12_equal_layers_and_history_decides() {
    let bare = rootfs("base");
    let with = |command: &str| ImageBuilder::from(&bare).cmd(&[command]).build();
    let images = [("x/a:1", &with("a")), ("x/b:1", &with("b")), ("x/bare:1", &bare)].map(|(n, i)| (n, i.clone()));
    let images: Vec<_> = images.iter().map(|(name, image)| (*name, image)).collect();
    check(world(&images), &on(&with("b"), "make"), "on x/b:1 exact, 1 layers, 1 added");
    check(world(&images), &on(&with("c"), "make"), "on x/bare:1 exact, 1 layers, 2 added");
}

#[test]
fn m30_the_prefix_decides_not_the_command() {
    let slim = ImageBuilder::scratch("linux/amd64").add_rootfs("alpine").run("install nginx").cmd(&["nginx"]).build();
    let full = on(&slim, "install modules");
    let otel = ImageBuilder::from(&full).run("install otel").cmd(&["nginx"]).build();
    let crawled = world(&[("nginx:1-alpine-slim", &slim), ("nginx:1-alpine", &full)]);
    check(crawled, &otel, "on nginx:1-alpine exact, 3 layers, 2 added");
}

#[test]
fn m33_steps_are_not_joined_before_comparing() {
    let base = rootfs("base");
    let step = |text: &str, layer: bool| (json!({"created": "2024-01-02T00:00:00Z", "created_by": text}), layer);
    let stacked = |steps: &[(serde_json::Value, bool)], top: Option<&forebear_testkit::Image>| {
        let mut builder = ImageBuilder::from(&base);
        for (at, (entry, layer)) in steps.iter().enumerate() {
            if let Some(made) = top.and_then(|image| image.layers.get(at + 1)) {
                builder = builder.cached(made);
            }
            builder = builder.raw_step(entry.clone(), *layer);
        }
        builder.build()
    };
    let one = stacked(&[step("ab", true), step("c", true)], None);
    // The same layers under texts that only look the same when joined.
    let other = stacked(&[step("a", true), step("bc", true), step("d", true)], Some(&one));
    let crawled = Crawled::new(world(&[("x/one:1", &one)]));
    crawled.check(&other, "on x/one:1 differs, 3 layers, 1 added");
    let with_base = Crawled::new(world(&[("x/one:1", &one), ("x/base:1", &base)]));
    with_base.check(&other, "on x/base:1 exact, 1 layers, 3 added\n shares 3 with x/one:1");
}
