//! M16: the same layers in other blobs.

use std::process::Command;

use forebear_testkit::{Compression, ImageBuilder, Server, real};
use forebear_tests::{Data, run, served};
use serde_json::Value;

use super::asked::{Crawled, inspected, on, rootfs, world};

#[test]
fn m16_a_recompressed_base() {
    let alpine = on(&rootfs("alpine"), "apk add");
    let crawled = || Crawled::new(world(&[("alpine:3", &alpine)]));
    let expected = "on alpine:3 exact, 2 layers, 1 added, recompressed";
    crawled().check(&on(&alpine, "make"), "on alpine:3 exact, 2 layers, 1 added");
    for compression in [Compression::Gzip(9), Compression::Zstd, Compression::None] {
        let app = on(&alpine.with_compression(compression), "make");
        assert!(app.layers.iter().zip(&alpine.layers).all(|(own, its)| own.digest != its.digest));
        crawled().check(&app, expected);
    }
    // Where blobs are not known, nothing is said.
    let (crawled, folder) = (crawled(), Data::new());
    let answer = crawled.ask(&inspected(&on(&alpine.recompressed(), "make"), &folder));
    assert_eq!(answer["parent"]["reference"], "docker.io/library/alpine:3");
    assert!(answer["parent"]["recompressed"].is_null());
    // Both compressions crawled: one image, so its copies are no ancestors.
    let copies = world(&[("alpine:3", &alpine), ("mirror/alpine:3", &alpine.recompressed())]);
    let copies = Crawled::new(copies);
    copies.check_name("alpine:3", "none scratch_inferred\n same mirror/alpine:3 same-image");
    copies.check(&on(&alpine.recompressed(), "make"), "on alpine:3 exact, 2 layers, 1 added\n also mirror/alpine:3");
}

/// A real registry, and a real tool that compresses anew on its way there.
#[test]
fn m16_recompressed_by_skopeo() {
    if !real::have("skopeo") {
        return real::skipped("skopeo is not installed");
    }
    let Some(registry) = served::empty_registry() else { return };
    let alpine = on(&rootfs("alpine"), "apk add");
    let app = ImageBuilder::from(&alpine).run("make").cmd(&["run"]).build();
    let source = Server::start(world(&[("alpine:3", &alpine), ("acme/app:1", &app)]));
    let copy = |from: &str, to: &str, arguments: &[&str]| {
        let mut command = Command::new("skopeo");
        command.args(["--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false"]);
        _ = run(command.args(arguments).args([from, to]), "").expect_code(0);
    };
    let at = |host: String, name: &str| format!("docker://{host}/{name}");
    copy(&at(source.host(), "library/alpine:3"), &at(registry.host(), "library/alpine:3"), &[]);
    let folder = Data::new();
    let dir = format!("dir:{}", folder.path().join("zstd").display());
    let zstd = ["--dest-compress", "--dest-compress-format", "zstd", "--format", "oci"];
    copy(&at(source.host(), "acme/app:1"), &dir, &zstd);
    copy(&dir, &at(registry.host(), "acme/app:1"), &["--dest-compress-format", "zstd"]);
    let served = served::Served::crawl(registry, &[]);
    let blobs = |name: &str| -> Vec<Value> {
        let answer = served.data.query(&["layers", name, "--format", "json"]).expect_code(0).json();
        answer["layers"].as_array().expect("layers").iter().map(|layer| layer["digest"].clone()).collect()
    };
    let (own, its) = (blobs("acme/app:1"), blobs("alpine:3"));
    assert!(own.iter().zip(&its).all(|(own, its)| own != its), "skopeo has compressed nothing anew: {own:?} {its:?}");
    for name in ["acme/app:1", &served.live("acme/app:1")] {
        let answer = served.data.ask("parent", name);
        assert_eq!(answer["parent"]["reference"], "docker.io/library/alpine:3", "{name}");
        assert_eq!(answer["parent"]["agreement"], "exact", "{name}");
        assert_eq!(answer["parent"]["recompressed"], true, "{name}");
        let text = served.data.query(&["parent", name]).expect_code(0).stdout;
        assert!(text.contains("history agrees; its layers are recompressed here"), "{text}");
    }
}
