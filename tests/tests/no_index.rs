//! Without an index: what is at hand is told about all the same, unless an
//! index was named and is not there.

use std::path::Path;
use std::process::Command;

use forebear_testkit::{Image, ImageBuilder, Server, World};
use forebear_tests::forms::{write_dir, write_layout};
use forebear_tests::{Ran, binary, run};

/// `forebear ARGS` of a user who has never crawled.
fn forebear(home: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(binary("forebear"));
    command.env_clear().env("HOME", home).args(arguments);
    run(&mut command, "")
}

fn image() -> Image {
    ImageBuilder::scratch("linux/amd64").add_rootfs("base").run("make").cmd(&["serve"]).build()
}

#[test]
fn an_image_at_hand_is_told_about() {
    let home = tempfile::tempdir().unwrap();
    let mut world = World::new();
    _ = world.push("acme/api:1.0", &image());
    let server = Server::start(world);
    let folder = home.path().join("image");
    write_dir(&image(), &folder);
    let local = format!("dir:{}", folder.display());
    let live = format!("docker://{}/acme/api:1.0", server.host());
    for name in [&local, &live] {
        let parent = forebear(home.path(), &["parent", name, "--format", "json"]).expect_code(1).json();
        assert_eq!(parent["no_parent_because"]["code"], "no-index", "{name}");
        assert_eq!(parent["parent"], serde_json::Value::Null);
        let steps = parent["steps"].as_array().unwrap().len();
        assert_eq!(parent["image"]["steps"], steps, "all its steps, as nothing is known below");
        let layers = forebear(home.path(), &["layers", name, "--format", "json"]).expect_code(0).json();
        assert_eq!(layers["layers"].as_array().unwrap().len(), parent["image"]["layers"].as_u64().unwrap() as usize);
        let dockerfile = forebear(home.path(), &["dockerfile", name]).expect_code(1).stdout;
        assert!(dockerfile.starts_with("# parent not known: there is no index to look in"), "{dockerfile}");
        assert!(dockerfile.contains("\nCMD "), "{dockerfile}");
        let text = forebear(home.path(), &["parent", name]).expect_code(1).stdout;
        assert!(text.contains("no known parent: there is no index to look in; crawl a registry"), "{text}");
        _ = forebear(home.path(), &["lineage", name]).expect_code(1);
    }
    let diff = forebear(home.path(), &["diff", &local, &live, "--format", "json"]).expect_code(0).json();
    assert_eq!(diff["verdict"], "same-image");
}

#[test]
fn what_only_an_index_knows_needs_one() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("image");
    write_dir(&image(), &folder);
    let local = format!("dir:{}", folder.display());
    let nowhere = home.path().join("nowhere").display().to_string();
    let no_file = format!("error: no such file: {nowhere}");
    let refused: [&[&str]; 7] = [
        &["parent", "alpine"],
        &["children", &local],
        &["stats"],
        &["find", "sha256:00000000"],
        &["diff", &local, "alpine"],
        // An index that was named is meant.
        &["parent", &local, "--data", &nowhere],
        &["diff", &local, &local, "--data", &nowhere],
    ];
    for arguments in refused {
        let ran = forebear(home.path(), arguments).expect_code(2);
        assert!(ran.stderr.starts_with("error: no index in "), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
    let ran = forebear(home.path(), &["layers", &local, "--index", &nowhere]).expect_code(2);
    assert_eq!(ran.stderr.trim_end(), no_file);
    let here = home.path().display().to_string();
    let ran = forebear(home.path(), &["layers", &local, "--index", &here]).expect_code(2);
    assert!(
        ran.stderr.ends_with(
            "is a folder\nhint: --index takes one file, --data the folder that forebear-crawl published in\n"
        ),
        "{}",
        ran.stderr
    );
    let mut by_environment = Command::new(binary("forebear"));
    by_environment.env_clear().env("HOME", home.path()).env("FOREBEAR_DATA", &nowhere).args(["parent", &local]);
    let ran = run(&mut by_environment, "").expect_code(2);
    assert!(ran.stderr.starts_with("error: no index in "), "{}", ran.stderr);
}

#[test]
fn without_a_home_too() {
    let home = tempfile::tempdir().unwrap();
    let image = image();
    write_layout(&image.manifest, &[&image.config], home.path());
    let mut command = Command::new(binary("forebear"));
    command.env_clear().args(["parent", &format!("oci:{}", home.path().display()), "--format", "json"]);
    let parent = run(&mut command, "").expect_code(1).json();
    assert_eq!(parent["no_parent_because"]["code"], "no-index");
}
