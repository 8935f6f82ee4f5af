//! An export as of an earlier time says what the index knows of that time, and of the rest that
//! it is not known.

use std::fs;

use forebear_testkit::{ImageBuilder, Server, World};
use forebear_tests::Data;
use serde_json::{Value, json};

use crate::{assert_keys_hold, export, keys, rows};

/// A column of the row of a repository; of the registry, where none is named.
#[track_caller]
fn cells(rows: &[Value], repository: Option<&str>, columns: &[&str]) -> Vec<Value> {
    let row = rows.iter().find(|row| row["repository"].as_str() == repository).expect("a row");
    columns.iter().map(|column| row[column].clone()).collect()
}

/// P860: all were listed in both nights; of the first only the second's listing is still known.
#[test]
fn p860_what_a_later_run_has_written_over_is_not_known() {
    let data = Data::of_demo();
    let (folder, told) = export(&data, "then", &["--format", "jsonl", "--as-of", "2024-12-01"], 0);
    assert!(!told.contains("nothing is known"), "{told}");
    assert_keys_hold(&folder);
    let (repositories, coverage) = (rows(&folder, "repositories"), rows(&folder, "coverage"));
    let listed = data.query(&["ls", "--as-of", "2024-12-01", "--json"]).expect_code(0).json();
    assert_eq!((repositories.len(), coverage.len()), (96, 97), "and a row of the registry");
    let of_ls = keys(listed["repositories"].as_array().expect("a list"), "repository");
    assert_eq!(keys(&repositories, "repository"), of_ls);
    assert!(!keys(&coverage, "repository").contains("docker.io/acme/newcomer"));
    for row in &coverage {
        assert_eq!((&row["complete"], &row["last_listed"]), (&Value::Null, &Value::Null), "{row}");
        assert_eq!((&row["failures"], &row["not_reached"]), (&Value::Null, &Value::Null), "{row}");
    }
    for row in &repositories {
        assert_eq!((&row["last_listed"], &row["gone"]), (&Value::Null, &Value::Null), "{row}");
        assert_eq!(row["first_seen"], "2024-12-01T03:00:00.000000Z", "{row}");
    }
    let manifest: Value =
        serde_json::from_slice(&fs::read(folder.join("MANIFEST.json")).expect("a file")).expect("JSON");
    assert_eq!(manifest["observed_until"], "2024-12-01T03:00:00Z");
    let card = fs::read_to_string(folder.join("README.md")).expect("a card");
    for part in [
        "| docker.io | 96 | not known | ",
        " | 2024-12-01T03:00:00Z | 2024-12-01T03:00:00Z |\n",
        "the last run until then that it knows of began\n2024-12-01T03:00:00Z.",
        "as it had been seen by 2024-12-01T23:59:59Z",
        "null here, which means not known: `complete`, `last_listed`",
        "96 repositories: of which a later run read the whole list; whether one had by then is not known",
        "What failed is not known for this time.",
    ] {
        assert!(card.contains(part), "{part:?} is not in\n{card}");
    }
    for part in ["newcomer", "of which no run read", "began\n2024-12-01T23:59:59Z"] {
        assert!(!card.contains(part), "{part:?} is in\n{card}");
    }
    let (before, _) = export(&data, "before", &["--format", "jsonl", "--as-of", "2020-01-01"], 0);
    let card = fs::read_to_string(before.join("README.md")).expect("a card");
    assert!(card.contains("and no run that it knows of had begun by then."), "{card}");
    assert_eq!(rows(&before, "repositories"), [Value::Null; 0]);
}

/// P860: pages tell of the same.
#[test]
fn p860_pages_of_an_earlier_time() {
    let data = Data::of_demo();
    let (folder, _) = export(&data, "pages", &["--format", "html", "--as-of", "2024-12-01"], 0);
    let page = fs::read_to_string(folder.join("index.html")).expect("a page");
    let row = "<th scope=\"row\">docker.io</th><td class=\"num\">96</td><td class=\"num\">not known</td>";
    assert!(page.contains(row) && !page.contains("newcomer"), "{page}");
}

/// Three nights, of which the second asked for one repository and the third for another.
#[test]
fn p860_what_no_later_run_has_written_over_is_told() {
    let image = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let mut world = World::new();
    for name in ["acme/early:1", "acme/early:2", "acme/late:1", "acme/part:1"] {
        world.push(name, &image);
    }
    let server = Server::start(world);
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2026-03-01T03:00:00Z", "--repo", "acme/early", "--repo", "acme/late"]);
    data.crawl_hub(&server.host(), &["--now", "2026-03-02T03:00:00Z", "--repo", "acme/part", "--tag", "1*"]);
    server.world(|world| _ = world.untag("acme/late:1"));
    server.world(|world| _ = world.push("acme/late:2", &image));
    data.crawl_hub(&server.host(), &["--now", "2026-03-05T03:00:00Z", "--repo", "acme/late"]);
    let check = |day: &str, expected: &[(&str, Value)]| {
        let (folder, _) = export(&data, day, &["--format", "jsonl", "--as-of", day], 0);
        let coverage = rows(&folder, "coverage");
        assert_eq!(coverage.len(), expected.len(), "{day}");
        for (name, cells_then) in expected {
            let name = (!name.is_empty()).then(|| format!("docker.io/acme/{name}"));
            let got = cells(&coverage, name.as_deref(), &["complete", "last_listed", "tags"]);
            assert_eq!(&Value::from(got), cells_then, "{day} {name:?}");
        }
    };
    let (one, two, five) =
        ("2026-03-01T03:00:00.000000Z", "2026-03-02T03:00:00.000000Z", "2026-03-05T03:00:00.000000Z");
    check(
        "2026-03-01",
        &[("", json!([null, null, 3])), ("early", json!([true, one, 2])), ("late", json!([null, null, 1]))],
    );
    check(
        "2026-03-03",
        &[
            ("", json!([false, null, 4])),
            ("early", json!([true, one, 2])),
            ("late", json!([null, null, 1])),
            ("part", json!([false, two, 1])),
        ],
    );
    // That late:1 went is known since its repository was listed again.
    for day in ["2026-03-05", "2026-03-09"] {
        check(
            day,
            &[
                ("", json!([false, five, 5])),
                ("early", json!([true, one, 2])),
                ("late", json!([true, five, 2])),
                ("part", json!([false, two, 1])),
            ],
        );
    }
    assert!(data.query(&["ls", "part", "--as-of", "2026-03-01"]).expect_code(1).stdout.contains("no repository"));
    let then = data.query(&["ls", "--as-of", "2026-03-03"]).expect_code(0).stdout;
    for part in
        ["early   2 tags           listed 2026-03-01", "late    1 tag            not known when listed", "never"]
    {
        assert!(then.contains(part), "{part:?} is not in\n{then}");
    }
}

/// P860: a tag that a run until then no longer saw may be gone, or was not looked for.
#[test]
fn p860_whether_a_tag_had_gone_by_then() {
    let image = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let other = ImageBuilder::scratch("linux/amd64").add_rootfs("other").build();
    let mut world = World::new();
    ["acme/app:1", "acme/app:2"].iter().for_each(|name| _ = world.push(name, &image));
    let server = Server::start(world);
    let data = Data::new();
    let night = |day: &str, change: &dyn Fn(&mut World)| {
        server.world(change);
        data.crawl_hub(&server.host(), &["--now", &format!("2026-03-{day}T03:00:00Z")]);
    };
    night("01", &|_| {});
    night("03", &|world| _ = world.untag("acme/app:1"));
    night("05", &|world| _ = world.push("acme/app:2", &other));
    for (day, expected) in [("01", json!(false)), ("02", json!(false)), ("04", json!(null)), ("05", json!(true))] {
        let (folder, _) = export(&data, day, &["--format", "jsonl", "--as-of", &format!("2026-03-{day}")], 0);
        for table in ["tags", "tag_images"] {
            let rows = rows(&folder, table);
            let gone = rows.iter().find(|row| row["tag"] == "1").expect("a row");
            assert_eq!(gone["ended"], expected, "{table} as of {day}");
        }
    }
}

/// P863: a day that no run has come to yet is not the day that is told of.
#[test]
fn p863_what_was_asked_for_is_later_than_all_that_is_known() {
    let data = Data::of_demo();
    let until = "nothing is known of the time after 2024-12-02T03:00:00Z";
    let (folder, told) = export(&data, "tables", &["--as-of", "2026-03-01"], 0);
    assert!(told.contains(until) && told.contains("not as of 2026-03-01T23:59:59Z"), "{told}");
    let card = fs::read_to_string(folder.join("README.md")).expect("a card");
    assert!(card.contains(until) && card.contains("asked for as of 2026-03-01T23:59:59Z"), "{card}");
    assert!(!card.contains("as it had been seen by"), "{card}");
    for (name, format) in [("pages", "html"), ("graph", "dot")] {
        let (_, told) = export(&data, name, &["--format", format, "--as-of", "2026-03-01"], 0);
        assert!(told.contains(until), "{format}: {told}");
    }
    // Nights begin before the day is over.
    let (_, told) = export(&data, "tables", &["--as-of", "2024-12-02"], 0);
    assert!(!told.contains("nothing is known"), "{told}");
    let (_, told) = export(&data, "tables", &["--as-of", "2026-03-01", "--quiet"], 0);
    assert_eq!(told, "");
}
