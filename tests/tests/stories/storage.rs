//! S1 and S4 as Docker Engine built them, from a recorded registry.

use forebear_testkit::real::{DockerRegistry, real_file};
use forebear_tests::served::Served;

use super::{lines, references};

const STORAGE: &str = "stories/stories.storage.tar.zst";
const ALPINE: &str = "docker.io/library/alpine:3.3";
const IMAGETEST: &str = "docker.io/lizrice/imagetest:latest";

#[test]
fn s1_a_child_is_built_on_its_parent_whichever_way_one_asks() {
    let Some(served) = Served::crawled(STORAGE, &[]) else { return };
    let data = &served.data;
    assert_eq!((&served.report["repositories"], &served.report["images_new"]), (&5.into(), &5.into()));
    for child in ["lizrice/childimage", "childimage", &served.live("lizrice/childimage")] {
        let ran = data.query(&["parent", child, "--format", "json"]).expect_code(0);
        let answer = ran.json();
        let (image, parent) = (&answer["image"], &answer["parent"]);
        assert_eq!((&image["layers"], &image["steps"]), (&1.into(), &4.into()), "{child}");
        assert_eq!(image["names"][0], "docker.io/lizrice/childimage:latest", "{child}");
        assert_eq!(parent["reference"], IMAGETEST, "{child}");
        assert_eq!((&parent["layers"], &parent["steps"]), (&1.into(), &2.into()), "{child}");
        assert_eq!((&parent["evidence"], &parent["agreement"]), (&"history".into(), &"exact".into()), "{child}");
        // Same layers, but an image built apart is no relative in line.
        assert_eq!(answer["equal_candidates"].as_array().map(Vec::len), Some(0), "{child}: {answer}");
        let [maintainer, label] = lines(&answer["steps"])[..] else { panic!("{child}: {answer}") };
        assert_eq!(maintainer, "MAINTAINER liz@lizrice.com");
        assert!(label.starts_with("LABEL ") && label.contains("A child image"), "{label}");
        assert!(answer["steps"][0]["layer"].is_null() && answer["steps"][1]["layer"].is_null());
        // Only a name that was guessed is remarked upon.
        assert_eq!(ran.stderr.contains("lizrice/childimage"), child == "childimage", "{child}: {}", ran.stderr);

        let lineage = data.query(&["lineage", child, "--format", "json"]).expect_code(0).json();
        assert_eq!(references(&lineage["ancestors"]), [IMAGETEST, ALPINE], "{child}");

        let text = data.query(&["parent", child]).expect_code(0).stdout;
        assert!(text.contains(IMAGETEST) && text.contains("MAINTAINER") && text.contains("LABEL"), "{text}");
        let dockerfile = data.query(&["dockerfile", child]).expect_code(0).stdout;
        let from = dockerfile.lines().find(|line| line.starts_with("FROM "));
        assert_eq!(from, Some(&*format!("FROM {IMAGETEST}")), "{dockerfile}");
    }
}

#[test]
fn s1_the_base_has_no_parent_and_three_children() {
    let Some(served) = Served::crawled(STORAGE, &[]) else { return };
    let data = &served.data;
    for alpine in ["alpine:3.3", &served.live("library/alpine:3.3")] {
        let answer = data.query(&["parent", alpine, "--format", "json"]).expect_code(1).json();
        assert!(answer["parent"].is_null());
        assert_eq!(answer["no_parent_because"]["code"], "scratch_inferred", "{answer}");
        let lineage = data.query(&["lineage", alpine, "--format", "json"]).expect_code(1).json();
        assert_eq!(lineage["ancestors"].as_array().map(Vec::len), Some(0));
        let children = data.query(&["children", alpine, "--format", "json"]).expect_code(0).json();
        let near = [
            "docker.io/august/foobar:latest",
            "docker.io/lizrice/imagetest:latest",
            "docker.io/lizrice/sameimage:latest",
        ];
        assert_eq!(references(&children["children"]), near);
        let all = data.query(&["children", alpine, "--all", "--format", "json"]).expect_code(0).json();
        assert_eq!((&all["total"], references(&all["children"]).len()), (&4.into(), 4));
    }
    let none = data.query(&["children", "lizrice/childimage", "--format", "json"]).expect_code(1).json();
    assert_eq!(none["total"], 0);
    for unknown in ["lizrice/other", "alpine:3.4", &served.live("lizrice/other"), "docker://127.0.0.1:1/x"] {
        let ran = data.query(&["parent", unknown]).expect_code(2);
        assert!(ran.stdout.is_empty() && ran.stderr.starts_with("error: "), "{unknown}: {ran:?}");
    }
}

#[test]
fn s1_spot_the_difference() {
    let Some(served) = Served::crawled(STORAGE, &[]) else { return };
    // Names, code, verdict, steps in common, steps only one has.
    for (a, b, code, verdict, common, only) in [
        // The second was recorded at another time.
        ("imagetest", "sameimage", 1, "same-dockerfile", 2, (0, 0)),
        ("imagetest", "imagetest", 0, "same-image", 2, (0, 0)),
        ("imagetest", "childimage", 1, "a-is-ancestor", 2, (0, 2)),
        ("childimage", "imagetest", 1, "b-is-ancestor", 2, (2, 0)),
        ("childimage", "sameimage", 1, "siblings", 1, (3, 1)),
    ] {
        let (a, b) = (format!("lizrice/{a}"), format!("lizrice/{b}"));
        for (a, b) in [(a.clone(), b.clone()), (served.live(&a), served.live(&b)), (a, served.live(&b))] {
            let ran = served.data.query(&["diff", &a, &b, "--format", "json"]).expect_code(code);
            let answer = ran.json();
            assert_eq!(answer["verdict"], verdict, "{a} {b}");
            assert_eq!((&answer["same_layers"], &answer["common_steps"]), (&1.into(), &common.into()), "{a} {b}");
            assert_eq!((lines(&answer["only_a"]).len(), lines(&answer["only_b"]).len()), only, "{a} {b}");
        }
    }
    let answer = served.data.ask("parent", "lizrice/imagetest");
    assert_eq!(answer["parent"]["reference"], ALPINE);
    assert_eq!(references(&answer["identical"]), ["docker.io/lizrice/sameimage:latest"]);
    assert_eq!(answer["identical"][0]["relation"], "same-dockerfile");
}

#[test]
fn s4_one_layer_has_two_digests() {
    let Some(served) = Served::crawled(STORAGE, &[]) else { return };
    for foobar in ["august/foobar", &served.live("august/foobar")] {
        let answer = served.data.query(&["parent", foobar, "--format", "json"]).expect_code(0).json();
        let parent = &answer["parent"];
        assert_eq!((&parent["reference"], &parent["layers"]), (&ALPINE.into(), &1.into()), "{foobar}");
        assert_eq!((&parent["evidence"], &parent["agreement"]), (&"layers+history".into(), &"exact".into()));
        assert_eq!(lines(&answer["steps"]), ["RUN echo helloworld > foobar.txt"]);
        let layer = &answer["steps"][0]["layer"];
        assert_eq!(layer["digest"], "sha256:5a658dabe585682606f68d49fbdcc3c7abadc221d612f3cd09642b3110a197f3");
        assert_eq!(layer["diff_id"], "sha256:6ea9b0dcb189c6b0d137ed08cbc5208c5573995d4e5ee492d975a297e62e777e");
        assert_eq!(layer["size"], 124);
        assert_eq!(answer["image"]["layers"], 2);
        let layers = served.data.query(&["layers", foobar, "--format", "json"]).expect_code(0).json();
        assert_eq!((&layers["layers"][0]["from"], &layers["layers"][1]["from"]), (&ALPINE.into(), &().into()));
        assert_eq!(layers["layers"][1]["step"]["instruction"], "RUN");
    }
}

#[test]
fn s5_an_image_that_was_never_crawled_gets_its_parent() {
    let Some(storage) = real_file(STORAGE) else { return };
    let Some(registry) = DockerRegistry::start(&storage) else { return };
    let served = Served::crawl(registry, &["--repo", "library/*", "--repo", "lizrice/imagetest"]);
    assert_eq!(served.report["repositories"], 2);
    for (image, parent, ancestors, added) in
        [("lizrice/childimage", IMAGETEST, 2, 2), ("august/foobar", ALPINE, 1, 1), ("lizrice/sameimage", ALPINE, 1, 1)]
    {
        let unknown = served.data.query(&["parent", image]).expect_code(2);
        assert!(unknown.stderr.contains("docker://"), "{}", unknown.stderr);
        let answer = served.data.query(&["parent", &served.live(image), "--format", "json"]).expect_code(0).json();
        assert_eq!(answer["parent"]["reference"], parent, "{image}");
        assert_eq!(answer["image"]["names"].as_array().map(Vec::len), Some(0), "{image}");
        assert_eq!(lines(&answer["steps"]).len(), added, "{image}");
        let lineage = served.data.ask("lineage", &served.live(image));
        assert_eq!(lineage["ancestors"].as_array().map(Vec::len), Some(ancestors), "{image}");
    }
    // Not the parent, but the same Dockerfile.
    let answer = served.data.ask("parent", &served.live("lizrice/sameimage"));
    assert_eq!(references(&answer["identical"]), [IMAGETEST]);
    assert_eq!(answer["identical"][0]["relation"], "same-dockerfile");
}
