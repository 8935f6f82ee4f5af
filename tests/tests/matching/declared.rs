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
    let text = "declares buildpack-deps:bookworm-scm (annotation), which is not in the index; \
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
    told.check_text("x/tool:1", &["no known parent: it declares 'scratch' as its base: it is built on nothing"]);
    told.check_text("x/unknown:1", &["no known parent: no image in the index has any of its layers"]);
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
    told.check_text("x/app:1", &["declares decoy:1 (annotation), which contradicts the layers"]);
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
        &["declares registry.access.redhat.com/ubi8:latest (annotation), which is not in the index\n"],
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
