//! Words of columns: each that occurs is told at the end of the dictionary.

use std::collections::BTreeSet;
use std::fs;

use forebear_testkit::{ImageBuilder, Server, World};
use forebear_tests::Data;
use serde_json::json;

use crate::{export, keys, rows};

/// What the demo does not have: two images that would do as the parent alike.
fn equals() -> Data {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let mut world = World::new();
    world.push("library/base:1", &base);
    world.push("acme/base:1", &ImageBuilder::copy_of(&base).config_field("author", json!("somebody")).build());
    world.push("acme/app:1", &ImageBuilder::from(&base).run("make").build());
    let server = Server::start(world);
    let data = Data::new();
    let _ran = data.crawl(&["run", "--registry", &server.host(), "--name-as", "docker.io"]).expect_code(0);
    data
}

#[test]
fn p876_every_word_that_occurs_is_told_in_the_dictionary() {
    let (demo, equals) = (Data::of_demo(), equals());
    let (folder, _) = export(&demo, "all", &["--format", "jsonl"], 0);
    let (of_equals, _) = export(&equals, "all", &["--format", "jsonl"], 0);
    let dictionary = fs::read_to_string(folder.join("DICTIONARY.md")).expect("it");
    for (table, column, heading) in [
        ("parents", "evidence", "evidence"),
        ("parents", "agreement", "agreement"),
        ("parents", "ranked_by", "ranked_by"),
        ("parents", "freshness", "freshness"),
        ("parents", "no_parent_because", "no_parent_because"),
        ("parents", "declared_verdict", "verdict"),
        ("declared", "source", "source"),
        ("declared", "verdict", "verdict"),
        ("steps", "fidelity", "fidelity"),
    ] {
        let (_, section) = dictionary.split_once(&format!("\n### {heading}\n")).expect("a heading");
        let section = section.split("\n### ").next().unwrap_or_default();
        assert!(
            section.contains(&format!("`{column}` of `{table}`")),
            "{heading} is not told to be of {table}.{column}"
        );
        let told: BTreeSet<String> =
            section.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned())).collect();
        let of = |folder| keys(&rows(folder, table), column);
        let found: BTreeSet<String> = of(&folder).into_iter().chain(of(&of_equals)).collect();
        assert!(!found.is_empty(), "no row of {table} has a {column}");
        assert!(found.is_subset(&told), "{table}.{column} has {found:?}, told are {told:?}");
    }
}
