//! What an image says of its own base, beside what layers say: M8, M10, M20 to
//! M22, M27, M28.

use forebear_testkit::{Format, History, ImageBuilder, Index, World};
use serde_json::json;

use super::asked::{Crawled, check, on, rootfs, world};

const NAME: &str = "org.opencontainers.image.base.name";
const DIGEST: &str = "org.opencontainers.image.base.digest";

#[test]
fn m8_the_declared_base_is_not_indexed() {
    let debian = rootfs("debian 12");
    let buildpack = on(&debian, "install compilers");
    let golang = ImageBuilder::from(&buildpack).run("install go").annotation(NAME, "buildpack-deps:bookworm-scm");
    let expected = "on debian:12 exact, 1 layers, 2 added
                    declares buildpack-deps:bookworm-scm in annotation: not_indexed, 2 layers between";
    let crawled = || Crawled::new(world(&[("debian:12", &debian)]));
    let golang = golang.build();
    crawled().check(&golang, expected);
    let told = crawled().next_day(|world| _ = world.push("library/golang:1", &golang));
    let message = "declared base buildpack-deps:bookworm-scm is not in the index; \
                   2 layers lie between the known parent and this image";
    assert_eq!(told.ask("golang:1")["declared"][0]["message"], message);
    let text = "declared buildpack-deps:bookworm-scm (annotation): not in the index; \
                2 layers lie between the known parent and this image";
    told.check_text("golang:1", &[text]);
    // Crawled after all: nothing lies between.
    let whole = told.next_day(|world| _ = world.push("library/buildpack-deps:bookworm-scm", &buildpack));
    let expected = "on buildpack-deps:bookworm-scm exact, 2 layers, 1 added
                    declares buildpack-deps:bookworm-scm in annotation: agrees";
    whole.check_name("golang:1", expected);
    assert!(whole.ask("golang:1")["declared"][0]["message"].is_null());
}

#[test]
fn m10_scratch_is_not_unknown() {
    let alpine = rootfs("alpine");
    let tool = ImageBuilder::scratch("linux/amd64").copy("tool", "/tool").annotation(NAME, "scratch").build();
    let crawled = || world(&[("alpine:3", &alpine)]);
    check(crawled(), &tool, "none scratch\n declares scratch in annotation: agrees");
    let unknown = ImageBuilder::scratch("linux/amd64").copy("tool", "/opt/tool").build();
    check(crawled(), &unknown, "none nothing_shared");
    let told = Crawled::new(crawled()).next_day(|world| {
        world.push("x/tool:1", &tool);
        world.push("x/unknown:1", &unknown);
    });
    told.check_text("x/tool:1", &["no parent: it declares 'scratch' as its base: it is built on nothing"]);
    told.check_text("x/unknown:1", &["no known parent: no other image in the index has any of its layers"]);
    // Layers win over the word.
    let liar = ImageBuilder::from(&alpine).run("make").annotation(NAME, "scratch").build();
    let expected = "on alpine:3 exact, 1 layers, 1 added\n declares scratch in annotation: contradicts";
    check(crawled(), &liar, expected);
}

#[test]
fn m20_layers_win_over_a_decoy() {
    let (java, decoy) = (rootfs("java"), rootfs("decoy"));
    let app = ImageBuilder::from(&java).run("make").annotation(NAME, "decoy:1").build();
    let crawled = world(&[("java:21", &java), ("decoy:1", &decoy)]);
    check(crawled.clone(), &app, "on java:21 exact, 1 layers, 1 added\n declares decoy:1 in annotation: contradicts");
    let told = Crawled::new(crawled).next_day(|world| _ = world.push("x/app:1", &app));
    told.check_text("x/app:1", &["declared decoy:1 (annotation): contradicts the layers"]);
}

#[test]
fn m21_squashed_with_an_annotation() {
    let ubi = rootfs("ubi8");
    let squashed = on(&ubi, "make").squashed().with_annotation(NAME, "registry.access.redhat.com/ubi8:latest");
    let crawled = Crawled::new(world(&[("ubi8:latest", &ubi)]));
    let expected = "none nothing_shared
                    declares registry.access.redhat.com/ubi8:latest in annotation: not_indexed";
    crawled.check(&squashed, expected);
    // Known by that name: contradicted by the layers, and said so.
    let known = Crawled::new(world(&[("ubi8:latest", &ubi)]));
    let expected = "none nothing_shared\n declares ubi8 in annotation: contradicts";
    let told = Crawled::new(world(&[("ubi8:latest", &ubi), ("x/squashed:1", &squashed)]));
    told.check_text(
        "x/squashed:1",
        &["declared registry.access.redhat.com/ubi8:latest (annotation): not in the index\n"],
    );
    known.check(&squashed.with_annotation(NAME, "ubi8"), expected);
}

#[test]
fn m22_base_digest_of_a_manifest_or_of_an_index() {
    let amd = rootfs("alpine");
    let arm = ImageBuilder::scratch("linux/arm64").add_rootfs("alpine").build();
    let list = Index::new(Format::Oci).image(&amd).image(&arm);
    let crawled = || {
        let mut world = World::new();
        world.push_built_index("library/alpine:3.21", &list);
        world.push("library/other:1", &rootfs("other"));
        world
    };
    let declaring = |digest: &str| ImageBuilder::from(&amd).run("make").annotation(DIGEST, digest).build();
    for (digest, verdict) in [
        (amd.manifest_digest, "agrees"),
        (list.digest(), "agrees"),
        (rootfs("other").manifest_digest, "contradicts"),
        (rootfs("nobody").manifest_digest, "not_indexed, 1 layers between"),
    ] {
        let expected = format!("on alpine:3.21 exact, 1 layers, 1 added\n declares a digest in annotation: {verdict}");
        check(crawled(), &declaring(&digest.to_string()), &expected);
    }
}

#[test]
fn m27_the_run_image_of_a_buildpacks_app() {
    let mut run = ImageBuilder::scratch("linux/amd64").add_rootfs("jammy");
    for step in ["packages", "users", "certificates"] {
        run = run.run(step);
    }
    let run = run.label("io.buildpacks.stack.id", "io.buildpacks.stacks.jammy").build();
    let top = run.layers.last().expect("layers").diff_id.to_string();
    let metadata = json!({"runImage": {
        "topLayer": top, "reference": "index.docker.io/paketo/run@sha256:".to_owned() + &"0".repeat(64),
        "image": "index.docker.io/paketo/run:base",
    }});
    // The lifecycle drops empty entries, also those of the run image.
    let app = ImageBuilder::from(&run).copy("launcher", "/cnb").copy("app", "/workspace");
    let app = app.setting("Labels", json!({"io.buildpacks.lifecycle.metadata": metadata.to_string()}));
    let app = app.history(History::WithoutEmpty).build();
    let expected = "on paketo/run:base filled, 4 layers, 3 added
                    declares index.docker.io/paketo/run:base in buildpacks: agrees";
    let crawled = Crawled::new(world(&[("paketo/run:base", &run)]));
    crawled.check(&app, expected);
}

#[test]
fn m28_buildahs_from_comment() {
    let ubi = rootfs("ubi8");
    let entry = json!({
        "created": "2024-01-02T00:00:00Z", "created_by": "/bin/sh -c make",
        "comment": "FROM docker.io/acme/ubi8:latest",
    });
    let app = ImageBuilder::from(&ubi).raw_step(entry, true).build();
    let expected = "on acme/ubi8:latest exact, 1 layers, 1 added
                    declares acme/ubi8:latest in history: agrees";
    check(world(&[("acme/ubi8", &ubi)]), &app, expected);
}

#[test]
fn p15_an_inherited_label_says_nothing() {
    let alpine = rootfs("alpine");
    let mid = ImageBuilder::from(&alpine).label(NAME, "alpine:3").copy("mid", "/mid").build();
    let app = ImageBuilder::from(&mid).copy("app", "/app").build();
    let crawled = || Crawled::new(world(&[("alpine:3", &alpine), ("acme/mid:1", &mid)]));
    crawled().check(&app, "on acme/mid:1 exact, 2 layers, 1 added\n declares alpine:3 in label: inherited");
    let told = crawled().next_day(|world| _ = world.push("acme/app:1", &app));
    told.check_text("acme/app:1", &["declared alpine:3 (label): inherited, the parent declares the same"]);
    // The parent is not there: then it is of this image, as far as anybody knows.
    let expected = "on alpine:3 exact, 1 layers, 3 added\n declares alpine:3 in label: agrees";
    Crawled::new(world(&[("alpine:3", &alpine)])).check(&app, expected);
}

#[test]
fn p32_a_name_of_no_registry_is_told_once() {
    let base = rootfs("base");
    let comment =
        json!({"created": "2024-01-01T00:00:00Z", "created_by": "COPY app", "comment": "FROM localhost/acme/base:1"});
    let app =
        ImageBuilder::from(&base).content(forebear_testkit::LayerContent::Seed("app".into())).raw_step(comment, true);
    let app = app.annotation(NAME, "localhost/acme/base:1").build();
    let told = Crawled::new(world(&[("acme/base:1", &base), ("acme/app:1", &app)]));
    let expected = "on acme/base:1 exact, 1 layers, 1 added
                    declares localhost/acme/base:1 in annotation: local
                    declares localhost/acme/base:1 in history: local";
    told.check_name("acme/app:1", expected);
    let line = "\ndeclared localhost/acme/base:1 (annotation, history): names no registry; \
                docker.io/acme/base:1 has the same name\n";
    told.check_text("acme/app:1", &[line]);
    let message = "declared base localhost/acme/base:1 names no registry: localhost/ is the machine that built it; \
                   the parent, docker.io/acme/base:1, is of that name";
    assert_eq!(told.ask("acme/app:1")["declared"][0]["message"], message);
}

#[test]
fn p24_layers_named_by_another_algorithm() {
    let alpine = rootfs("alpine");
    let app = on(&alpine, "make");
    let mut config: serde_json::Value = serde_json::from_slice(&app.config).expect("JSON");
    let ids: Vec<String> = (1..=2).map(|layer| format!("sha512:{}", format!("{layer:02}").repeat(64))).collect();
    config["rootfs"]["diff_ids"] = json!(ids);
    let mixed = ImageBuilder::copy_of(&app.with_compression(forebear_testkit::Compression::Zstd));
    let mixed = mixed.raw_config(config.to_string().as_bytes()).declares_base("alpine:3", &alpine).build();
    let crawled = || Crawled::new(world(&[("alpine:3", &alpine)]));
    crawled().check(&mixed, "none not_comparable\n declares alpine:3 in annotation: not_comparable");
    let told = crawled().next_day(|world| _ = world.push("acme/app:mixed", &mixed));
    let why = "no known parent: its layers are named by sha512, those of alpine:3, which it declares, by sha256: \
               they cannot be compared";
    let base =
        "declared alpine:3 (annotation): cannot be compared: its layers are named by sha256, this image's by sha512";
    told.check_text("acme/app:mixed", &[why, base]);
    let diff = told.data.query(&["diff", "alpine:3", "acme/app:mixed", "--format", "json"]).expect_code(1).json();
    let message =
        "the layers above are named by sha256 in the first and by sha512 in the second: they cannot be compared";
    assert_eq!(diff["not_comparable"], message);
}

/// Annotations of the index are about what it lists, in every place.
#[test]
fn p13_annotations_of_the_index() {
    let alpine = rootfs("alpine");
    let squashed = ImageBuilder::scratch("linux/amd64").copy("all", "/").build();
    let index = Index::new(Format::Oci).image(&squashed).annotation(NAME, "docker.io/library/alpine:3");
    let index = index.annotation(DIGEST, &alpine.manifest_digest.to_string());
    let crawled = Crawled::new(world(&[("alpine:3", &alpine)]));
    let crawled = crawled.next_day(|world| _ = world.push_built_index("acme/app:1", &index));
    let expected = "none nothing_shared\n declares alpine:3 in annotation: contradicts";
    crawled.check_name("acme/app:1", expected);
    let answer = crawled.ask("acme/app:1");
    assert_eq!(answer["declared"][0]["digest"], alpine.manifest_digest.to_string());
    let live = format!("docker://{}/acme/app:1", crawled.server.host());
    crawled.check_name(&live, &format!("{expected}\n same acme/app:1 same-image"));
}
