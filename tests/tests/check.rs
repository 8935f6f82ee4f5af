//! `check`: is it on an approved, current base? Judged by layers that are
//! proved, not by what a config says.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::process::Command;

use forebear_testkit::{Compression, ImageBuilder, Server, demo, real};
use forebear_tests::{Data, run};
use serde_json::{Value, json};

/// The demo's registry, crawled on two days, and a folder for approved files.
struct World {
    data: Data,
    server: Server,
}

impl World {
    fn new() -> Self {
        let server = Server::start(demo::world());
        let data = Data::new();
        _ = data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
        server.world(demo::tomorrow);
        _ = data.crawl_hub(&server.host(), &["--now", "2024-12-02T03:00:00Z"]);
        Self { data, server }
    }

    fn file(&self, approved: &str) -> String {
        let file = self.data.path().join("approved");
        std::fs::write(&file, approved).expect("the folder can be written to");
        file.display().to_string()
    }

    /// The first image's verdict, base, proof and reason.
    #[track_caller]
    fn check(&self, images: &[&str], approved: &str, options: &[&str], code: i32) -> Value {
        let file = self.file(approved);
        let all = [&["check"], images, &["--approved", &file, "--format", "json"], options].concat();
        let answer = self.data.query(&all).expect_code(code).json();
        let first = &answer["images"][0];
        json!([first["verdict"], first["base"]["reference"], first["base"]["proof"], first["because"]["code"]])
    }
}

#[test]
fn approved_bases_and_current_ones() {
    let world = World::new();
    let shop = &["acme/shop-frontend:5"];
    let nginx = "docker.io/library/nginx:alpine";
    let specific = "docker.io/library/nginx:1.27-alpine";
    assert_eq!(world.check(shop, "nginx", &[], 0), json!(["approved", specific, "blobs", null]));
    // By an ancestor, by an equal name, by a line among others.
    let answer = world.check(shop, "debian:*\nalpine:3.20*  # the root\n", &[], 0);
    assert_eq!((&answer[0], &answer[2]), (&json!("approved"), &json!("blobs")));
    assert_eq!(world.check(shop, "ghcr.io/**", &[], 1), json!(["not-approved", null, null, "not_approved"]));
    // The tag has moved on since.
    assert_eq!(
        world.check(shop, "nginx:alpine", &["--max-behind", "0"], 1),
        json!(["outdated", nginx, "blobs", "behind"])
    );
    assert_eq!(world.check(shop, "nginx:alpine", &["--max-behind", "1"], 0), json!(["approved", nginx, "blobs", null]));
    // A digest is meant as it is, however many builds there were since.
    let parent = world.data.ask("parent", shop[0])["parent"].clone();
    let digest = parent["manifest_digest"].as_str().expect("a digest");
    let answer = world.check(shop, digest, &["--max-behind", "0"], 0);
    assert_eq!((&answer[0], &answer[2]), (&json!("approved"), &json!("blobs")), "{digest}");
    // A config says nothing of blobs, so the layers have to be hashed.
    let config = parent["config_digest"].as_str().expect("a digest");
    assert_eq!(world.check(shop, config, &[], 1)[3], "unproven");
    let live = format!("docker://{}/{}", world.server.host(), shop[0]);
    assert_eq!(world.check(&[&live], config, &["--verify"], 0)[2], "hashed");
    // The image itself.
    assert_eq!(world.check(&["nginx:alpine"], "nginx:alpine", &["--max-behind", "0"], 0)[2], "itself");
}

#[test]
fn m1_it_holds_for_every_equal_candidate() {
    let world = World::new();
    let answer = world.check(&["bash:5.2.37"], "dude/dude", &[], 0);
    assert_eq!(answer, json!(["approved", "docker.io/dude/dude:latest", "blobs", null]));
}

#[test]
fn exit_codes_tell_unknown_from_not_approved() {
    let world = World::new();
    // Squashed: what it is on is not known.
    assert_eq!(world.check(&["acme/squashed:1.0"], "alpine", &[], 3)[0], "unknown");
    // On nothing, by its own word.
    let tool = &["startup/tool:1.0-annotated"];
    assert_eq!(world.check(tool, "alpine", &[], 1), json!(["not-approved", null, null, "scratch"]));
    // The worst of several counts; each is answered.
    let several = ["nginx:alpine", "acme/squashed:1.0"];
    assert_eq!(world.check(&several, "nginx", &[], 3)[0], "approved");
    let several = ["acme/squashed:1.0", "bash:5.2.37"];
    assert_eq!(world.check(&several, "nginx", &[], 1)[0], "unknown");
    let several = ["nginx:alpine", "no/such:1"];
    assert_eq!(world.check(&several, "nginx", &[], 2)[0], "approved");
    let file = world.file("nginx\nal pine\n");
    let error = world.data.query(&["check", "nginx:alpine", "--approved", &file]).expect_code(2).stderr;
    assert!(error.contains("approved:2:3: one entry a line"), "{error}");
}

/// A config can say anything: layers count when blobs are equal or hashed.
#[test]
fn a_config_that_claims_a_base_is_not_believed() {
    if !real::have("skopeo") {
        return real::skipped("skopeo is not installed");
    }
    let world = World::new();
    let source = format!("docker://{}/dyego/snake-game:latest", world.server.host());
    let at = |name: &str| world.data.path().join(name).display().to_string();
    let copy = |target: &str, extra: &[&str]| {
        let mut command = Command::new("skopeo");
        command.args(["--insecure-policy", "copy", "--src-tls-verify=false"]).args(extra).args([&source, target]);
        _ = run(&mut command, "").expect_code(0);
    };
    // Recompressed: no blob is equal, so the layers are hashed.
    let zstd = format!("dir:{}", at("zstd"));
    copy(&zstd, &["--dest-compress", "--dest-compress-format", "zstd", "--format", "oci"]);
    let golang = "docker.io/library/golang:1.13-alpine";
    assert_eq!(world.check(&[&zstd], "golang", &[], 0), json!(["approved", golang, "hashed", null]));
    let saved = format!("docker-archive:{}", at("saved.tar"));
    copy(&saved, &[]);
    assert_eq!(world.check(&[&saved], "golang", &[], 0), json!(["approved", golang, "hashed", null]));
    // One byte of the base's bottom layer is another; the config still says the same.
    let bottom = world.data.query(&["layers", &zstd, "--format", "json"]).json()["layers"][0]["digest"].clone();
    let hex = bottom.as_str().and_then(|digest| digest.strip_prefix("sha256:")).expect("a digest").to_owned();
    let file = format!("{}/{hex}", at("zstd"));
    let mut bytes = std::fs::read(&file).expect("a layer");
    let last = bytes.len() - 1;
    bytes.get_mut(last).into_iter().for_each(|byte| *byte ^= 1);
    std::fs::write(&file, bytes).expect("written");
    assert_eq!(world.check(&[&zstd], "golang", &[], 1), json!(["not-approved", golang, "claimed", "unproven"]));
}

/// Anybody can push a manifest with a well-known config and blobs of their
/// own: then the index holds it as a copy of the well-known image.
#[test]
fn a_manifest_that_borrows_a_config_is_not_approved() {
    let server = Server::start(demo::world());
    let data = Data::new();
    server.world(|world| {
        let alpine = world.repository("library/alpine").expect("a repository").clone();
        let digest = alpine.tags.get("3.11").expect("a tag");
        let genuine = alpine.manifests.get(digest).expect("a manifest");
        let mut manifest: Value = serde_json::from_slice(&genuine.bytes).expect("JSON");
        let evil = bytes::Bytes::from_static(b"something else altogether");
        let blob = forebear_image::Digest::sha256(&evil);
        manifest["layers"][0]["digest"] = blob.to_string().into();
        manifest["layers"][0]["size"] = evil.len().into();
        let bytes = bytes::Bytes::from(manifest.to_string());
        let forged = forebear_image::Digest::sha256(&bytes);
        let held = world.repository_mut("evil/x");
        held.blobs = alpine.blobs.clone();
        held.blobs.insert(blob, evil);
        held.manifests.insert(forged, forebear_testkit::world::StoredManifest { bytes, ..genuine.clone() });
        held.tags.insert("1".to_owned(), forged);
    });
    _ = data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    let world = World { data, server };
    // It is known as alpine, and not approved as alpine.
    let live = format!("docker://{}/evil/x:1", world.server.host());
    for image in ["evil/x:1", &live] {
        assert_eq!(world.check(&[image], "alpine", &[], 1)[3], "unproven", "{image}");
    }
    assert_eq!(world.check(&[&live], "alpine", &["--verify"], 1)[3], "unproven");
    assert_eq!(world.check(&["alpine:3.11"], "alpine", &[], 0)[2], "itself");
    let bash = world.check(&["golang:1.13-alpine"], "alpine", &[], 0);
    assert_eq!((&bash[0], &bash[2]), (&json!("approved"), &json!("blobs")));
}

/// The blobs of every manifest that an approved name led to count, each at its
/// time; those of a copy under another name never do.
#[test]
fn p44_a_base_that_was_pushed_again_in_another_compression() {
    let alpine = ImageBuilder::scratch("linux/amd64").add_rootfs("alpine").run("apk add").build();
    let app = ImageBuilder::from(&alpine).run("make").build();
    let again = alpine.with_compression(Compression::Gzip(1));
    // Each layer in a compression that was approved, if not in one manifest.
    let mixed = ImageBuilder::scratch("linux/amd64").cached(&alpine.layers[0]).add_rootfs("alpine");
    let mixed = mixed.cached(&again.layers[1]).run("apk add").run("make").build();
    let forged = ImageBuilder::from(&alpine.with_compression(Compression::Zstd)).run("make").build();
    let server = Server::start(forebear_testkit::World::new());
    server.world(|world| {
        world.push("library/alpine:3.19", &alpine);
        world.push("acme/app:1", &app);
    });
    let data = Data::new();
    let crawl = |day: u32| _ = data.crawl_hub(&server.host(), &["--now", &format!("2024-12-{day:02}T03:00:00Z")]);
    crawl(1);
    server.world(|world| {
        world.push("library/alpine:3.19", &again);
        world.push("acme/mixed:1", &mixed);
        world.push("acme/forged:1", &forged);
        // The same config, under a name that nobody approved.
        world.push("evil/alpine:3.19", &alpine.with_compression(Compression::Zstd));
    });
    crawl(2);
    let world = World { data, server };
    let live = format!("docker://{}/acme/app:1", world.server.host());
    let base = "docker.io/library/alpine:3.19";
    for (image, options) in [
        ("acme/app:1", &[] as &[&str]),
        (&live, &[]),
        (&live, &["--verify"]),
        ("acme/app:1", &["--as-of", "2024-12-01"]),
        ("acme/mixed:1", &[]),
        ("library/alpine:3.19", &[]),
    ] {
        let answer = world.check(&[image], "alpine:3.*", options, 0);
        assert_eq!((&answer[0], &answer[1]), (&json!("approved"), &json!(base)), "{image} {options:?}");
    }
    let unproven = json!(["not-approved", base, "claimed", "unproven"]);
    assert_eq!(world.check(&["acme/forged:1"], "alpine:3.*", &[], 1), unproven);
    assert_eq!(world.check(&["evil/alpine:3.19"], "library/alpine:3.*", &[], 1)[0], "not-approved");
    // By digest: the manifest that it is of, and no other of its config.
    let first = alpine.manifest_digest.to_string();
    assert_eq!(world.check(&["acme/app:1"], &first, &[], 0)[2], "blobs");
    assert_eq!(world.check(&["acme/app:1"], &again.manifest_digest.to_string(), &[], 1)[3], "unproven");
}

/// A build of a line that has a pinned tag too: the verdict does not hang on how the entry is
/// spelt, and a pin that never moves says nothing.
#[test]
fn p510_a_pinned_tag_does_not_make_a_line_current() {
    let world = World::new();
    for entry in ["alpine", "alpine:3.*", "alpine:3.20*", "alpine:3.20", "alpine:3", "alpine:latest"] {
        let answer = world.check(&["bash:5.2.37"], entry, &["--max-behind", "0"], 1);
        assert_eq!((&answer[0], &answer[3]), (&json!("outdated"), &json!("behind")), "{entry}");
        let answer = world.check(&["bash:5.2.37"], entry, &["--max-behind", "1"], 0);
        assert_eq!(answer[0], "approved", "{entry}");
    }
    // Who approves the pin alone means that build.
    let answer = world.check(&["bash:5.2.37"], "alpine:3.20.3", &["--max-behind", "0"], 0);
    assert_eq!(answer[0], "approved");
    let file = world.file("alpine");
    let json = |options: &[&str], code: i32| {
        let all = [&["check", "bash:5.2.37", "--approved", &file, "--format", "json"], options].concat();
        world.data.query(&all).expect_code(code).json()
    };
    let answer = json(&["--max-behind", "0"], 1);
    let base = &answer["images"][0]["base"];
    assert_eq!(base["counting_name"], "docker.io/library/alpine:3.20", "{base}");
    assert_eq!((&base["freshness"], &base["builds_behind"]), (&json!("outdated"), &json!(1)));
    assert_eq!(answer["observed_until"], "2024-12-02T03:00:00Z");
    assert_eq!(json(&["--max-behind", "0", "--as-of", "2024-12-01"], 0)["observed_until"], "2024-12-01T23:59:59Z");
}

/// The stricter option does not make the answer greener.
#[test]
fn p511_the_nearest_approved_ancestor_decides() {
    let world = World::new();
    let shop = &["acme/shop-frontend:5"];
    let approved = "alpine:3.*\ndocker.io/library/nginx\n";
    assert_eq!(world.check(shop, approved, &[], 0)[1], "docker.io/library/nginx:1.27-alpine");
    let answer = world.check(shop, approved, &["--max-behind", "0"], 1);
    assert_eq!(answer, json!(["outdated", "docker.io/library/nginx:1.27-alpine", "blobs", "behind"]));
    // Its own base is not approved, the one below it is: that one is outdated too.
    assert_eq!(world.check(shop, "alpine:3.*", &["--max-behind", "0"], 1)[0], "outdated");
    let file = world.file(approved);
    let text = world.data.query(&["check", shop[0], "--approved", &file, "--max-behind", "0"]).expect_code(1).stdout;
    let expected = "OUTDATED      docker.io/acme/shop-frontend:5
              built on docker.io/library/nginx:1.27-alpine (approved, line 2), which was rebuilt on 2024-12-02: 1 build behind, 0 allowed
";
    assert_eq!(text, expected);
}

#[test]
fn p512_what_is_not_approved_is_built_on_something() {
    let world = World::new();
    let file = world.file("ghcr.io/**");
    let text = |image: &str| world.data.query(&["check", image, "--approved", &file]).expect_code(1).stdout;
    let on = "built on docker.io/library/nginx:1.27-alpine > docker.io/library/nginx:1.27-alpine-slim > \
              docker.io/library/alpine:3.20; none of these is approved";
    assert!(text("acme/shop-frontend:5").contains(on), "{}", text("acme/shop-frontend:5"));
    let on = "built on docker.io/library/alpine:3.20, which is not approved";
    assert!(text("bash:5.2.37").contains(on), "{}", text("bash:5.2.37"));
}

#[test]
fn p513_an_index_that_is_too_old_judges_nothing() {
    let world = World::new();
    let file = world.file("alpine");
    let ask = |options: &[&str], code: i32| {
        let images = ["check", "bash:5.2.37", "acme/shop-frontend:5", "--approved", &file];
        world.data.query(&[&images, options].concat()).expect_code(code).stdout
    };
    let text = ask(&["--max-index-age", "7d"], 3);
    assert_eq!(text.matches("older than the 7 days allowed; crawl again first").count(), 1, "{text}");
    assert!(text.contains("last run on 2024-12-02"), "{text}");
    let json: Value = serde_json::from_str(&ask(&["--max-index-age", "7d", "--format", "json"], 3)).expect("JSON");
    for image in json["images"].as_array().expect("a list") {
        assert_eq!((&image["verdict"], &image["because"]["code"]), (&json!("unknown"), &json!("index_too_old")));
    }
    // As of a day, its age was another.
    assert!(ask(&["--max-index-age", "1d", "--as-of", "2024-12-02"], 0).contains("approved"));
    _ = ask(&["--max-index-age", "9999w"], 0);
    let wrong = world.data.query(&["check", "alpine", "--approved", &file, "--max-index-age", "7"]).expect_code(2);
    assert!(wrong.stderr.contains("'7' is not an age; write 7d, 12h, 90m or 2w"), "{}", wrong.stderr);
}

/// A manifest of an approved config under another name, beside the approved one, proves nothing:
/// neither for what is built on its blobs nor once it is the newer one.
#[test]
fn p514_a_manifest_pushed_beside_an_approved_one_proves_nothing() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").run("setup").build();
    let beside = base.with_compression(Compression::Zstd);
    let app = ImageBuilder::from(&beside).run("make").build();
    let server = Server::start(forebear_testkit::World::new());
    server.world(|world| {
        world.push("acme/base:1", &base);
        world.push("acme/app:1", &app);
    });
    let data = Data::new();
    let crawl = |day: u32| _ = data.crawl_hub(&server.host(), &["--now", &format!("2024-12-{day:02}T03:00:00Z")]);
    crawl(1);
    let world = World { data, server };
    let unproven = json!(["not-approved", "docker.io/acme/base:1", "claimed", "unproven"]);
    assert_eq!(world.check(&["acme/app:1"], "acme/base:*", &[], 1), unproven);
    world.server.world(|world| {
        _ = world.push("acme/base-copy:1", &beside);
        _ = world.push("evil/base:1", &beside);
    });
    _ = world.data.crawl_hub(&world.server.host(), &["--now", "2024-12-02T03:00:00Z"]);
    assert_eq!(world.check(&["acme/app:1"], "acme/base:*", &[], 1), unproven);
    assert_eq!(world.check(&["acme/app:1"], &base.manifest_digest.to_string(), &[], 1)[3], "unproven");
    // That manifest itself, approved by its digest or by its own name, does.
    assert_eq!(world.check(&["acme/app:1"], &beside.manifest_digest.to_string(), &[], 0)[2], "blobs");
    assert_eq!(world.check(&["acme/app:1"], "evil/base:1", &[], 0)[2], "blobs");
}
