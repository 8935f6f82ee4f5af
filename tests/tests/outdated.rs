//! Which images stand on a base that has been rebuilt: `outdated`, and `children --any-build`.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use std::collections::BTreeSet;

use forebear_tests::Data;
use serde_json::{Value, json};

fn ask(data: &Data, arguments: &[&str], code: i32) -> Value {
    data.query(&[arguments, &["--format", "json"]].concat()).expect_code(code).json()
}

fn references(answer: &Value) -> Vec<String> {
    let rows = answer["images"].as_array().expect("a list").iter();
    rows.map(|row| row["reference"].as_str().expect("text").trim_start_matches("docker.io/").to_owned()).collect()
}

/// What `outdated` lists is what `parent` says of each image, and nothing else is.
#[test]
fn p520_outdated_is_what_parent_says_of_each() {
    let data = Data::of_demo();
    let all = ask(&data, &["outdated"], 1);
    let rows = all["images"].as_array().expect("a list");
    assert_eq!(all["total"], rows.len());
    assert!(rows.len() > 10, "{}", rows.len());
    let mut listed = Vec::new();
    let mut last = u64::MAX;
    for row in rows {
        let (reference, platform) = (row["reference"].as_str().expect("text"), row["platform"].as_str().expect("text"));
        let parent = ask(&data, &["parent", reference, "--platform", platform], 0)["parent"].clone();
        for field in ["reference", "freshness", "counting_name", "builds_behind", "days_behind", "superseded_at"] {
            assert_eq!(parent[field], row["parent"][field], "{field} of {reference} {platform}");
        }
        let behind = parent["builds_behind"].as_u64().expect("a number");
        assert!(parent["freshness"] == "outdated" && behind <= last, "{parent}");
        last = behind;
        listed.push(reference.to_owned());
    }
    for (image, expected) in [
        ("docker.io/acme/shop-frontend:5", true),
        ("docker.io/library/bash:5.2.37", true),
        ("docker.io/library/redis:7.4-alpine", true),
        // Rebuilt on the new base, or on one that was not.
        ("docker.io/acme/newcomer:1", false),
        ("docker.io/acme/web:2.3.0", false),
        ("docker.io/library/nginx:1.27-alpine-slim", false),
    ] {
        assert_eq!(listed.iter().any(|name| name == image), expected, "{image}");
    }
    // On the first day nothing had been rebuilt.
    assert_eq!(ask(&data, &["outdated", "--as-of", "2024-12-01"], 0)["total"], 0);
    let then = ask(&data, &["outdated", "--as-of", "2024-12-02"], 1);
    assert_eq!(then["images"], all["images"]);
}

#[test]
fn p521_globs_pages_and_typos() {
    let data = Data::of_demo();
    let mine = ask(&data, &["outdated", "acme/*"], 1);
    assert!(references(&mine).iter().all(|name| name.starts_with("acme/")), "{mine}");
    assert!(references(&mine).contains(&"acme/shop-frontend:5".to_owned()), "{mine}");
    assert_eq!(references(&ask(&data, &["outdated", "acme/shop-frontend"], 1)), ["acme/shop-frontend:5"]);
    let both = ask(&data, &["outdated", "acme/shop-frontend", "bash"], 1);
    assert!(references(&both).iter().any(|name| name.starts_with("library/bash")), "{both}");
    let all = ask(&data, &["outdated", "*"], 1);
    assert_eq!(all, ask(&data, &["outdated"], 1));
    let page = ask(&data, &["outdated", "--offset", "2", "--limit", "3"], 1);
    assert_eq!((&page["total"], &page["offset"]), (&all["total"], &json!(2)));
    assert_eq!(page["images"].as_array().map(Vec::as_slice), all["images"].as_array().map(|rows| &rows[2..5]));
    let text = data.query(&["outdated", "--limit", "1"]).expect_code(1).stdout;
    assert!(text.contains(" more\n") && text.contains("are outdated as of 2024-12-02"), "{text}");
    // Nothing to do, and a name that is not there, are two things.
    let nothing = data.query(&["outdated", "acme/web"]).expect_code(0).stdout;
    assert_eq!(nothing, "nothing is outdated as of 2024-12-02\n");
    let typo = data.query(&["outdated", "acme/shop-fronted"]).expect_code(2);
    assert!(typo.stderr.contains("nothing in the index matches 'acme/shop-fronted'"), "{}", typo.stderr);
    let wrong = data.query(&["outdated", "acme/[a"]).expect_code(2);
    assert!(wrong.stderr.contains("'acme/[a' is not a glob"), "{}", wrong.stderr);
}

/// After a base moved, whoever stood on the build before is still found.
#[test]
fn p522_children_of_any_build() {
    let data = Data::of_demo();
    let now = ask(&data, &["children", "nginx:alpine"], 0);
    let text = data.query(&["children", "nginx:alpine"]).expect_code(0).stdout;
    let any = ask(&data, &["children", "nginx:alpine", "--any-build"], 0);
    let named = |answer: &Value| -> Vec<String> {
        let rows = answer["children"].as_array().expect("a list").iter();
        rows.map(|row| row["reference"].as_str().expect("text").to_owned()).collect()
    };
    let shop = "docker.io/acme/shop-frontend:5".to_owned();
    assert!(!named(&now).contains(&shop), "{now}");
    assert!(named(&any).contains(&shop), "{any}");
    let more = any["total"].as_u64().expect("a number") - now["total"].as_u64().expect("a number");
    assert_eq!(now["on_other_builds"], more);
    assert!(text.contains("--any-build"), "{text}");
    for row in any["children"].as_array().expect("a list").iter().filter(|row| row["reference"] == shop.as_str()) {
        assert_eq!(row["builds_behind"], 1, "{row}");
    }
    let builds: Vec<(Value, Value)> = any["builds"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|build| (build["builds_behind"].clone(), build["total"].clone()))
        .collect();
    assert_eq!(builds, [(json!(0), now["total"].clone()), (json!(1), json!(more))]);
}

/// P869: who stands on an outdated image further down is counted, as the tables have it.
#[test]
fn p869_those_with_an_outdated_ancestor_further_down() {
    let data = Data::of_demo();
    let folder = data.path().join("tables");
    let tables = ["--table", "parents", "--table", "ancestors", "--table", "tag_images", "--format", "jsonl"];
    _ = data.query(&[&["export", folder.to_str().expect("text")], &tables[..]].concat()).expect_code(0);
    let rows = |table: &str| -> Vec<Value> {
        let text = std::fs::read_to_string(folder.join(format!("{table}.jsonl"))).expect("a table");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let images = |rows: &[Value], is_meant: &dyn Fn(&Value) -> bool| -> BTreeSet<String> {
        let meant = rows.iter().filter(|row| is_meant(row));
        meant.filter_map(|row| row["image"].as_str()).map(str::to_owned).collect()
    };
    let outdated = images(&rows("parents"), &|row| row["freshness"] == "outdated");
    let tagged = images(&rows("tag_images"), &|row| row["ended"] == false);
    let above = images(&rows("ancestors"), &|row| row["ancestor"].as_str().is_some_and(|own| outdated.contains(own)));
    let expected = above.difference(&outdated).filter(|image| tagged.contains(*image)).count();
    let answer = ask(&data, &["outdated"], 1);
    assert!(expected > 0);
    assert_eq!(
        (&answer["total"], &answer["further_down"]),
        (&json!(outdated.intersection(&tagged).count()), &json!(expected))
    );
    let text = data.query(&["outdated"]).expect_code(1).stdout;
    assert!(
        text.ends_with(&format!("{expected} more images have an outdated ancestor below their base; see lineage\n")),
        "{text}"
    );
}
