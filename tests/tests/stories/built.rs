//! S1 to S4 with images built and pushed on the spot.

use forebear_testkit::real::DockerRegistry;
use forebear_tests::Data;
use forebear_tests::buildah::Buildah;
use forebear_tests::served::{Served, empty_registry};
use serde_json::{Value, json};

use super::{lines, references};

/// An empty context with what every base needs, and an empty registry.
pub(super) fn workshop() -> Option<(Buildah, DockerRegistry)> {
    let buildah = Buildah::new()?;
    let registry = empty_registry()?;
    buildah.file("rootfs/etc/os-release", b"NAME=\"made on the spot\"\n");
    buildah.file("rootfs/bin/sh", b"#!no shell\n");
    buildah.file("app.py", b"print('hello')\n");
    Some((buildah, registry))
}

pub(super) fn file_name(number: usize) -> String {
    format!("file-{number}")
}

/// The values of one key in a list.
fn column<'a>(list: &'a Value, key: &str) -> Vec<&'a Value> {
    list.as_array().unwrap().iter().map(|value| &value[key]).collect()
}

#[test]
fn s1_built_a_child_of_a_metadata_only_image() {
    let Some((buildah, registry)) = workshop() else { return };
    let host = registry.host();
    buildah.build("docker.io/library/alpine:3.3", "FROM scratch\nADD rootfs /\n");
    for (name, base, added) in [
        ("imagetest", "library/alpine:3.3", ""),
        ("sameimage", "library/alpine:3.3", ""),
        ("childimage", "lizrice/imagetest", "LABEL com.label-schema.description='A child image'\n"),
    ] {
        let image = format!("docker.io/lizrice/{name}");
        let dockerfile = format!("FROM docker.io/{base}\nMAINTAINER liz@lizrice.com\n{added}");
        // Built anew, not from the cache, so that times differ.
        buildah.build_with(&image, &dockerfile, &["--layers", "--no-cache", "--format", "docker"]);
        buildah.push(&image, &format!("{host}/lizrice/{name}"));
    }
    buildah.push("docker.io/library/alpine:3.3", &format!("{host}/library/alpine:3.3"));
    let served = Served::crawl(registry, &[]);
    for child in ["lizrice/childimage", &served.live("lizrice/childimage")] {
        let answer = served.data.query(&["parent", child, "--format", "json"]).expect_code(0).json();
        assert_eq!(answer["parent"]["reference"], "docker.io/lizrice/imagetest:latest", "{answer}");
        assert_eq!(answer["parent"]["evidence"], "history");
        let [maintainer, label] = lines(&answer["steps"])[..] else { panic!("{answer}") };
        assert!(maintainer == "MAINTAINER liz@lizrice.com" && label.starts_with("LABEL "), "{answer}");
        let lineage = served.data.ask("lineage", child);
        let expected = ["docker.io/lizrice/imagetest:latest", "docker.io/library/alpine:3.3"];
        assert_eq!(references(&lineage["ancestors"]), expected);
    }
    let diff = served.data.query(&["diff", "lizrice/imagetest", "lizrice/sameimage", "--format", "json"]);
    assert_eq!(diff.expect_code(1).json()["verdict"], "same-dockerfile");
}

#[test]
fn s2_m28_h12_what_is_in_an_image() {
    let Some((buildah, registry)) = workshop() else { return };
    let host = registry.host();
    let (ubuntu, app) = ("docker.io/library/ubuntu:15.04", "docker.io/cameron/my_test_image");
    let base = "FROM scratch\nADD rootfs /\nCOPY rootfs/etc /etc/apt/\nCOPY rootfs/etc /var/lib/\n\
                COPY app.py /usr/share/\nCMD [\"/bin/bash\"]\n";
    let dockerfile = format!("FROM {ubuntu}\nCOPY app.py /app/\nCMD python /app/app.py\n");
    buildah.build(ubuntu, base);
    buildah.build(app, &dockerfile);
    // Without --layers, buildah credits the last step with the only layer.
    buildah.build_with("localhost/merged", &dockerfile, &["--format", "docker"]);
    buildah.push(ubuntu, &format!("{host}/library/ubuntu:15.04"));
    buildah.push(app, &format!("{host}/cameron/my_test_image"));
    buildah.push("localhost/merged", &format!("{host}/cameron/merged"));
    let served = Served::crawl(registry, &[]);
    for image in ["cameron/my_test_image", &served.live("cameron/my_test_image")] {
        let answer = served.data.query(&["parent", image, "--format", "json"]).expect_code(0).json();
        let parent = &answer["parent"];
        assert_eq!((&parent["reference"], &parent["layers"], &parent["steps"]), (&json!(ubuntu), &json!(4), &json!(5)));
        assert_eq!((&parent["evidence"], &parent["agreement"]), (&json!("layers+history"), &json!("exact")));
        assert_eq!((&answer["image"]["layers"], &answer["image"]["steps"]), (&json!(5), &json!(7)));
        let [copy, cmd] = lines(&answer["steps"])[..] else { panic!("{answer}") };
        assert!(copy.starts_with("COPY file:") && copy.ends_with(" /app/"), "{copy}");
        assert_eq!(cmd, "CMD python /app/app.py");
        assert_eq!(answer["steps"][0]["fidelity"], "partial");
        // The comments name the base, and intermediates that are ignored.
        let declared = json!([{"source": "history", "name": ubuntu, "digest": null, "verdict": "agrees",
                              "layers_between": null, "same_name": null, "named_by": null, "message": null}]);
        assert_eq!(answer["declared"], declared);

        let layers = served.data.query(&["layers", image, "--format", "json"]).expect_code(0).json();
        let from = [json!(ubuntu), json!(ubuntu), json!(ubuntu), json!(ubuntu), Value::Null];
        assert_eq!(column(&layers["layers"], "from"), from.iter().collect::<Vec<_>>());
        let made = column(&layers["layers"], "step").into_iter().map(|step| step["instruction"].as_str().unwrap());
        assert_eq!(made.collect::<Vec<_>>(), ["ADD", "COPY", "COPY", "COPY", "COPY"]);
        assert_eq!(layers["layers"][4]["step"]["dockerfile"], copy);
        assert_eq!(layers["layers"][4]["diff_id"], answer["steps"][0]["layer"]["diff_id"]);
    }
    files_of_the_saved_image(&buildah, &served);
    let merged = served.data.query(&["parent", "cameron/merged", "--format", "json"]).expect_code(0).json();
    assert_eq!((&merged["parent"]["reference"], &merged["parent"]["agreement"]), (&json!(ubuntu), &json!("exact")));
    assert_eq!(column(&merged["steps"], "instruction"), [&json!("COPY"), &json!("CMD")]);
    assert!(merged["steps"][0]["layer"].is_null() && merged["steps"][1]["layer"]["diff_id"].is_string(), "{merged}");
}

/// S2 as it was done by hand: `docker save`, and a look into each layer.
fn files_of_the_saved_image(buildah: &Buildah, served: &Served) {
    let saved = format!("docker-archive:{}", buildah.path("my_test_image.tar").display());
    _ = buildah.copy(&[&served.live("cameron/my_test_image"), &saved]);
    for image in [saved.as_str(), &served.live("cameron/my_test_image")] {
        let answer = served.data.query(&["layers", image, "--files", "--format", "json"]).expect_code(0).json();
        let top = &answer["layers"][4];
        assert_eq!((&top["from"], &top["step"]["instruction"]), (&Value::Null, &json!("COPY")), "{image}");
        let files = top["files"].as_array().unwrap();
        let named =
            |path: &str| files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("{path}: {top}"));
        assert_eq!((&named("app/")["change"], &named("app/")["kind"]), (&json!("added"), &json!("directory")));
        assert_eq!(named("app/app.py")["change"], "added");
        assert_eq!(answer["layers"][0]["from"], "docker.io/library/ubuntu:15.04");
        assert!(
            answer["layers"].as_array().unwrap().iter().all(|layer| layer["contents"]["intact"] == true),
            "{answer}"
        );
        _ = served.data.query(&["verify", image]).expect_code(0);
    }
}

#[test]
fn s3_m8_ten_layers_and_five_of_them_shared() {
    let Some((buildah, registry)) = workshop() else { return };
    let host = registry.host();
    for number in 1..=10 {
        buildah.file(&file_name(number), format!("layer {number}\n").as_bytes());
    }
    let copies = |from: usize, to: usize| -> String {
        (from..=to).map(|number| format!("COPY {} /srv/\n", file_name(number))).collect()
    };
    let (alpine, golang) = ("docker.io/library/alpine:3.11", "docker.io/library/golang:alpine");
    for (image, dockerfile) in [
        (alpine, "FROM scratch\nADD rootfs /\nCMD [\"/bin/sh\"]\n".to_owned()),
        (golang, format!("FROM {alpine}\nENV GOPATH=/go\n{}WORKDIR /go\n", copies(1, 4))),
        ("docker.io/dyego/snake-game", format!("FROM {golang}\n{}CMD [\"/srv/snake\"]\n", copies(5, 9))),
        ("docker.io/someone/tool", format!("FROM {golang}\n{}", copies(10, 10))),
    ] {
        buildah.build(image, &dockerfile);
        buildah.push(image, &image.replace("docker.io", &host));
    }
    let served = Served::crawl(registry, &[]);
    for snake in ["dyego/snake-game", &served.live("dyego/snake-game")] {
        let answer = served.data.query(&["parent", snake, "--format", "json"]).expect_code(0).json();
        assert_eq!(answer["image"]["layers"], 10);
        assert_eq!((&answer["parent"]["reference"], &answer["parent"]["layers"]), (&json!(golang), &json!(5)));
        assert_eq!(lines(&answer["steps"]).len(), 6);
        assert_eq!(references(&served.data.ask("lineage", snake)["ancestors"]), [golang, alpine]);
        let layers = served.data.ask("layers", snake);
        let from = [[json!(alpine)].as_slice(), &vec![json!(golang); 4], &vec![Value::Null; 5]].concat();
        assert_eq!(column(&layers["layers"], "from"), from.iter().collect::<Vec<_>>());
    }
    let children = served.data.ask("children", "golang:alpine");
    let both = ["docker.io/dyego/snake-game:latest", "docker.io/someone/tool:latest"];
    assert_eq!(references(&children["children"]), both);
}

#[test]
fn s4_m16_a_mirror_that_recompressed_every_layer() {
    let Some((buildah, registry)) = workshop() else { return };
    let Some(zstd) = empty_registry() else { return };
    let Some(gzip) = empty_registry() else { return };
    let host = registry.host();
    // A static program of every Debian, so that something can be run.
    buildah.program("rootfs/sbin/ldconfig", "/sbin/ldconfig");
    let (alpine, foobar) = ("docker.io/library/alpine:latest", "docker.io/august/foobar");
    let oci = ["--layers", "--format", "oci"];
    buildah.build_with(alpine, "FROM scratch\nADD rootfs /\nCMD [\"/bin/sh\"]\n", &oci);
    buildah.build_with(foobar, &format!("FROM {alpine}\nRUN [\"/sbin/ldconfig\", \"-v\"]\n"), &oci);
    buildah.push(alpine, &format!("{host}/library/alpine"));
    buildah.push(foobar, &format!("{host}/august/foobar"));
    let from = format!("docker://{host}/august/foobar");
    let to = |registry: &DockerRegistry| format!("docker://{}/mirror/foobar", registry.host());
    buildah.copy(&["--dest-compress-format", "zstd", &from, &to(&zstd)]);
    let plain = format!("dir:{}", buildah.path("plain").display());
    buildah.copy(&["--dest-decompress", &from, &plain]);
    buildah.copy(&["--dest-compress-format", "gzip", "--dest-compress-level", "1", &plain, &to(&gzip)]);

    let crawl = |data: &Data, host: &str, arguments: &[&str]| {
        data.crawl(&[&["run", "--registry", host], arguments].concat()).expect_code(0)
    };
    let (apart, together) = (Data::new(), Data::new());
    crawl(&apart, &host, &["--repo", "library/*"]);
    crawl(&together, &host, &[]);
    let original = together.ask("parent", &format!("{host}/august/foobar"));
    for mirror in [&zstd, &gzip] {
        let name = format!("{}/mirror/foobar", mirror.host());
        crawl(&apart, &mirror.host(), &[]);
        crawl(&together, &mirror.host(), &[]);
        for (data, asked) in [(&apart, name.clone()), (&together, name.clone()), (&apart, format!("docker://{name}"))] {
            let answer = data.query(&["parent", &asked, "--format", "json"]).expect_code(0).json();
            let parent = &answer["parent"];
            assert_eq!(parent["reference"], format!("{host}/library/alpine:latest"), "{asked}: {answer}");
            assert_eq!((&parent["layers"], &parent["agreement"]), (&json!(1), &json!("exact")), "{asked}");
            // One RUN, whose layer has another digest here and the same content.
            let (here, there) = (&answer["steps"][0], &original["steps"][0]);
            assert_eq!((&here["instruction"], lines(&answer["steps"]).len()), (&json!("RUN"), 1), "{asked}");
            assert_eq!(here["layer"]["diff_id"], there["layer"]["diff_id"], "{asked}");
            assert_ne!(here["layer"]["digest"], there["layer"]["digest"], "{asked}");
        }
    }
    let names: Vec<String> = [&zstd, &gzip].map(|mirror| format!("{}/mirror/foobar:latest", mirror.host())).into();
    let answer = together.ask("parent", &format!("{host}/august/foobar"));
    let mut identical = references(&answer["identical"]);
    identical.sort_unstable();
    let mut expected: Vec<&str> = names.iter().map(String::as_str).collect();
    expected.sort_unstable();
    assert_eq!(identical, expected, "{answer}");
    assert!(column(&answer["identical"], "relation").iter().all(|relation| *relation == "same-image"));
    // Copies are one image, so neither is the other's parent.
    let children = together.ask("children", &format!("{host}/library/alpine"));
    assert_eq!(children["total"], 1, "{children}");
    let diff = together.query(&["diff", &names[0], &names[1], "--format", "json"]).expect_code(0).json();
    assert_eq!(diff["verdict"], "same-image");
}
