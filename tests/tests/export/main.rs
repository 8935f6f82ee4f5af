//! `export`: tables for other tools.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod as_of;
mod card;
mod copies;
mod folders;
mod hostile;
mod interrupted;
mod keys;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use forebear_testkit::{Fault, Matcher, Server, Times, demo};
use forebear_tests::Data;
use serde_json::Value;

const TABLES: [&str; 12] = [
    "repositories",
    "tags",
    "tag_images",
    "manifests",
    "index_entries",
    "images",
    "layers",
    "steps",
    "parents",
    "ancestors",
    "declared",
    "coverage",
];

fn export(data: &Data, name: &str, arguments: &[&str], code: i32) -> (PathBuf, String) {
    let folder = data.path().join(name);
    let ran = data.query(&[&["export", folder.to_str().expect("text")], arguments].concat()).expect_code(code);
    (folder, ran.stderr)
}

fn rows(folder: &Path, table: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(format!("{table}.jsonl"))).expect("a table");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn keys(rows: &[Value], column: &str) -> BTreeSet<String> {
    rows.iter().filter_map(|row| row[column].as_str()).map(str::to_owned).collect()
}

/// Every column that is a key of another table is found there.
fn assert_keys_hold(folder: &Path) {
    let all: BTreeMap<&str, Vec<Value>> = TABLES.map(|table| (table, rows(folder, table))).into();
    let (images, manifests) = (keys(&all["images"], "image"), keys(&all["manifests"], "digest"));
    let repositories = keys(&all["repositories"], "repository");
    for (table, column, known) in [
        ("tags", "repository", &repositories),
        ("tags", "digest", &manifests),
        ("tag_images", "manifest", &manifests),
        ("tag_images", "image", &images),
        ("manifests", "image", &images),
        ("index_entries", "index", &manifests),
        ("index_entries", "manifest", &manifests),
        ("images", "repository", &repositories),
        ("images", "manifest", &manifests),
        ("layers", "image", &images),
        ("layers", "owner", &images),
        ("steps", "image", &images),
        ("steps", "owner", &images),
        ("parents", "image", &images),
        ("parents", "parent", &images),
        ("parents", "parent_manifest", &manifests),
        ("ancestors", "image", &images),
        ("ancestors", "ancestor", &images),
        ("declared", "image", &images),
        ("coverage", "repository", &repositories),
    ] {
        let missing: Vec<String> = keys(&all[table], column).difference(known).cloned().collect();
        assert!(missing.is_empty(), "{table}.{column}: {missing:?}");
    }
    assert_eq!(all["parents"].len(), all["images"].len());
}

#[test]
fn p610_p872_parents_are_what_parent_answers_and_keys_hold() {
    let data = Data::of_demo();
    let (folder, _) = export(&data, "all", &["--format", "jsonl"], 0);
    assert_keys_hold(&folder);
    let parents = rows(&folder, "parents");
    let by_image: BTreeMap<&str, &Value> =
        parents.iter().map(|row| (row["image"].as_str().expect("a key"), row)).collect();
    let tags = rows(&folder, "tag_images");
    assert!(tags.len() > 50, "{}", tags.len());
    for tag in tags.iter().filter(|tag| tag["image"].is_string()) {
        let reference =
            format!("{}@{}", tag["repository"].as_str().expect("a name"), tag["manifest"].as_str().expect("a digest"));
        let ran = data.query(&["parent", &reference, "--format", "json"]);
        let (answer, row) = (ran.json(), by_image[tag["image"].as_str().expect("a key")]);
        let parent = &answer["parent"];
        for (column, expected) in [
            ("parent", &parent["config_digest"]),
            ("parent_reference", &parent["reference"]),
            ("parent_manifest", &parent["manifest_digest"]),
            ("evidence", &parent["evidence"]),
            ("agreement", &parent["agreement"]),
            ("ranked_by", &parent["ranked_by"]),
            ("builds_behind", &parent["builds_behind"]),
            ("days_behind", &parent["days_behind"]),
            ("freshness", &parent["freshness"]),
            ("no_parent_because", &answer["no_parent_because"]["code"]),
            ("counting_name", &parent["counting_name"]),
            ("newest_build", &parent["newest_build"]),
        ] {
            assert_eq!(&row[column], expected, "{column} of {reference}");
        }
        // Tables have microseconds.
        let seconds = row["superseded_at"].as_str().map(|time| time.replace(".000000Z", "Z"));
        assert_eq!(seconds.as_deref(), parent["superseded_at"].as_str(), "superseded_at of {reference}");
    }
    // "Rebuilt when, and under which name?"
    let outdated: Vec<&Value> = parents.iter().filter(|row| row["freshness"] == "outdated").collect();
    assert!(!outdated.is_empty());
    for row in outdated {
        assert!(row["superseded_at"].is_string() && row["counting_name"].is_string(), "{row}");
    }
}

#[test]
fn p604_coverage_tells_of_registries_and_of_what_failed() {
    let server = Server::start(demo::world());
    let data = Data::new();
    server.fault(Matcher::get("/library/redis/manifests/"), Fault::status(403, "DENIED"), Times::Always);
    server.fault(Matcher::head("/library/redis/manifests/"), Fault::status(403, "DENIED"), Times::Always);
    let night = ["--now", "2024-12-01T03:00:00Z"];
    let run = ["run", "--registry", &server.host(), "--name-as", "docker.io"];
    let _ran = data.crawl(&[&run[..], &night[..]].concat()).expect_code(3);
    let (folder, _) = export(&data, "all", &["--format", "jsonl", "--table", "coverage", "--table", "repositories"], 0);
    let coverage = rows(&folder, "coverage");
    let of = |name: Option<&str>| coverage.iter().find(|row| row["repository"].as_str() == name).expect("a row");
    let (registry, redis) = (of(None), of(Some("docker.io/library/redis")));
    assert_eq!((&registry["registry"], &registry["complete"]), (&"docker.io".into(), &true.into()));
    assert!(redis["failures"].as_u64().expect("a number") > 0, "{redis}");
    assert_eq!(redis["failures"], registry["failures"]);
}

#[test]
fn p611_filters_bring_ancestors_along() {
    let data = Data::of_demo();
    let (folder, _) = export(&data, "acme", &["--format", "jsonl", "--repo", "acme/*"], 0);
    assert_keys_hold(&folder);
    let images = rows(&folder, "images");
    let selected = |image: &&Value| image["selected"] == true;
    assert!(images.iter().any(|image| !image["selected"].as_bool().expect("a flag")));
    for image in images.iter().filter(selected) {
        assert!(image["repository"].as_str().expect("a name").starts_with("docker.io/acme/"), "{image}");
    }
    let (folder, _) = export(&data, "day", &["--format", "jsonl", "--as-of", "2024-12-01"], 0);
    assert_keys_hold(&folder);
    assert!(rows(&folder, "tags").iter().all(|tag| tag["ended"] == false));
    let arguments = ["--format", "jsonl", "--platform", "linux/arm64", "--platform", "linux/arm/v7"];
    let (folder, _) = export(&data, "platforms", &arguments, 0);
    assert_keys_hold(&folder);
    let images = rows(&folder, "images");
    let architectures = images.iter().filter(selected).map(|image| (&image["os"], &image["architecture"]));
    let found: BTreeSet<String> = architectures.map(|(os, architecture)| format!("{os}/{architecture}")).collect();
    assert_eq!(found, ["\"linux\"/\"arm64\"", "\"linux\"/\"arm\""].map(str::to_owned).into());
    let two = ["parent", "alpine:3.20", "--platform", "linux/arm64", "--platform", "linux/amd64"];
    let told = data.query(&two).expect_code(2).stderr;
    assert!(told.contains("--platform can be given several times to 'export' only"), "{told}");
    let (_, told) = export(&data, "none", &["--repo", "no/such"], 2);
    assert!(told.contains("no/such"), "{told}");
    let (_, told) = export(&data, "none", &["--platform", "plan9/mips"], 2);
    assert!(told.contains("plan9/mips"), "{told}");
}

#[test]
fn p612_the_same_index_gives_the_same_bytes_and_replaces_only_an_export() {
    let data = Data::of_demo();
    for (format, extension) in [("parquet", "parquet"), ("csv", "csv"), ("jsonl", "jsonl")] {
        let (one, _) = export(&data, &format!("{format}1"), &["--format", format], 0);
        let (two, _) = export(&data, &format!("{format}2"), &["--format", format], 0);
        export(&data, &format!("{format}2"), &["--format", format], 0);
        for table in TABLES {
            let file = format!("{table}.{extension}");
            let read = |folder: &Path| fs::read(folder.join(&file)).expect("a file");
            assert!(read(&one) == read(&two), "{file}");
        }
        assert_eq!(fs::read(one.join("MANIFEST.json")).expect("it"), fs::read(two.join("MANIFEST.json")).expect("it"));
    }
    let theirs = data.path().join("theirs");
    fs::create_dir(&theirs).expect("a folder");
    fs::write(theirs.join("notes.txt"), "mine").expect("a file");
    let (_, told) = export(&data, "theirs", &[], 2);
    assert!(told.contains("notes.txt"), "{told}");
    assert_eq!(fs::read_to_string(theirs.join("notes.txt")).expect("still there"), "mine");
    // What somebody put into an export is not thrown away.
    fs::write(data.path().join("csv1/notes.txt"), "mine").expect("a file");
    export(&data, "csv1", &[], 2);
    assert!(data.path().join("csv1/notes.txt").exists());
    let left = fs::read_dir(data.path()).expect("a folder").filter_map(Result::ok);
    assert!(left.filter(|entry| entry.file_name().to_string_lossy().starts_with(".forebear-export")).count() == 0);
}

#[test]
fn p613_the_dictionary_is_that_of_the_program() {
    let data = Data::of_demo();
    let (folder, _) = export(&data, "all", &["--table", "coverage"], 0);
    let made = fs::read_to_string(folder.join("DICTIONARY.md")).expect("it");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/DICTIONARY.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&kept, &made).expect("it can be written");
    }
    assert_eq!(fs::read_to_string(kept).expect("it"), made, "UPDATE=1 makes data/DICTIONARY.md anew");
}
