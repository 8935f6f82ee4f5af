//! What stands beside the tables: the card and croissant.json.

use std::fs;

use forebear_testkit::{Fault, Matcher, Server, Times, demo};
use forebear_tests::Data;
use serde_json::Value;

use crate::export;

#[track_caller]
fn has(card: &str, parts: &[&str]) {
    for part in parts {
        assert!(card.contains(part), "{part:?} is not in\n{card}");
    }
}

#[test]
fn p620_p851_the_card_says_what_was_crawled_and_what_is_missing() {
    let server = Server::start(demo::world());
    let data = Data::new();
    server.fault(Matcher::get("/acme/api/manifests/"), Fault::not_found(), Times::Always);
    let run =
        ["run", "--registry", &server.host(), "--name-as", "docker.io", "--now", "2024-12-01T03:00:00Z", "--json"];
    let report = data.crawl(&run).expect_code(3).stdout;
    let file = data.path().join("report.json");
    fs::write(&file, &report).expect("a file");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let (folder, _) = export(&data, "one", &["--report", file.to_str().expect("text")], 0);
    let card = fs::read_to_string(folder.join("README.md")).expect("a card");
    let (again, _) = export(&data, "two", &["--report", file.to_str().expect("text")], 0);
    assert_eq!(card, fs::read_to_string(again.join("README.md")).expect("a card"), "the same index, the same bytes");
    let row = format!(
        "| http://{}/ | 2024-12-01T03:00:00Z | {:.1} |",
        server.host(),
        report["duration"].as_f64().expect("seconds")
    );
    has(
        &card,
        &[
            "| docker.io | 96 |",
            "2024-12-01T03:00:00Z",
            "manifest: that tags or indexes refer to and that was not read",
            "failed, or the last run ended before it had asked",
            &row,
            "FROM 'parents.parquet' JOIN 'images.parquet' base ON base.image = parent",
        ],
    );
    assert!(!card.contains("Spreadsheets"), "{card}");
}

#[test]
fn p621_the_card_tells_filters_and_formulas() {
    let data = Data::of_demo();
    for (arguments, parts) in [
        (&["--format", "csv"][..], &["**Spreadsheets run formulas.**", "Not known: no report of a run was given"][..]),
        (&["--format", "csv", "--csv-safe"], &["an apostrophe stands first"]),
        (
            &["--repo", "acme/*", "--platform", "linux/amd64"],
            &["images named acme/* and for linux/amd64", "selected = false"],
        ),
        (&["--as-of", "2024-12-01"], &["as it had been seen by 2024-12-01T23:59:59Z"]),
        (
            &["--partition-by", "registry"],
            &["FROM 'parents/*/*.parquet' JOIN 'images/*/*.parquet' base ON base.image = parent"],
        ),
    ] {
        let (folder, _) = export(&data, "some", arguments, 0);
        has(&fs::read_to_string(folder.join("README.md")).expect("a card"), parts);
        let croissant: Value =
            serde_json::from_slice(&fs::read(folder.join("croissant.json")).expect("a file")).expect("JSON");
        assert_eq!(croissant["recordSet"].as_array().map(Vec::len), Some(12), "{arguments:?}");
    }
    let (_, told) = export(&data, "some", &["--report", data.path().join("none").to_str().expect("text")], 2);
    assert!(told.contains("cannot read ") && told.contains("none"), "{told}");
    fs::write(data.path().join("odd"), "{}").expect("a file");
    let (_, told) = export(&data, "some", &["--report", data.path().join("odd").to_str().expect("text")], 2);
    assert!(told.contains("is no report of a crawl"), "{told}");
}

/// The query of a card reads tables that are there.
#[test]
fn p873_the_card_of_some_tables_asks_one_of_them() {
    let data = Data::of_demo();
    for (tables, query) in [
        (
            &["parents", "images", "tags"][..],
            "FROM 'parents.parquet' JOIN 'images.parquet' base ON base.image = parent",
        ),
        (&["parents"], "FROM 'parents.parquet' LIMIT 10"),
        (&["tags", "coverage"], "FROM 'tags.parquet' LIMIT 10"),
    ] {
        let arguments: Vec<&str> = tables.iter().flat_map(|table| ["--table", table]).collect();
        let (folder, _) = export(&data, "some", &arguments, 0);
        has(&fs::read_to_string(folder.join("README.md")).expect("a card"), &[query]);
    }
}

/// P864: what the card speaks of is there.
#[test]
fn p864_the_card_names_only_tables_that_are_there() {
    let data = Data::of_demo();
    let check = |tables: &[&str], parts: &[&str], absent: &[&str]| {
        let chosen: Vec<&str> = tables.iter().flat_map(|table| ["--table", *table]).collect();
        let (folder, _) = export(&data, "some", &[&chosen[..], &["--repo", "acme/*"]].concat(), 0);
        let card = fs::read_to_string(folder.join("README.md")).expect("a card");
        has(&card, parts);
        absent.iter().for_each(|part| assert!(!card.contains(part), "{part:?} is in\n{card}"));
    };
    let not_there = "The table `coverage`, which was not exported, has these figures";
    check(&["parents", "images"], &[not_there, "FROM 'parents.parquet'", "in `images`"], &["\n`coverage` has"]);
    check(&["coverage"], &["\n`coverage` has these figures", "FROM 'coverage.parquet'"], &["'parents", "in `images`"]);
    check(&[], &["\n`coverage` has these figures", "FROM 'parents.parquet'", "in `images`"], &["not exported"]);
}
