//! `children`, counted and in pages.

use forebear_testkit::{Server, demo};
use forebear_tests::Data;
use serde_json::Value;

fn demo_data() -> (Data, Server) {
    let server = Server::start(demo::world());
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    server.world(demo::tomorrow);
    data.crawl_hub(&server.host(), &["--now", "2024-12-02T03:00:00Z"]);
    (data, server)
}

fn children(data: &Data, image: &str, arguments: &[&str]) -> Value {
    let all = [&["children", image, "--format", "json"], arguments].concat();
    let ran = data.query(&all);
    assert_ne!(ran.code, 2, "{}", ran.stderr);
    ran.json()
}

/// Pages of any size, one after the other, are the whole; the total is always
/// of all.
#[test]
fn pages_are_the_whole() {
    let (data, server) = demo_data();
    let live = format!("docker://{}/library/debian:12.8", server.host());
    let yesterday = ["--all", "--as-of", "2024-12-01"];
    let questions: [(&str, &[&str]); 5] = [
        ("debian:12.8", &["--all"]),
        ("ubuntu:jammy", &[]),
        ("alpine:3.20", &yesterday),
        (&live, &["--all"]),
        ("dude/dude", &["--all"]),
    ];
    for (image, arguments) in questions {
        let whole = children(&data, image, arguments);
        let rows = whole["children"].as_array().expect("rows");
        let total = whole["total"].as_u64().expect("a number");
        assert!(total > 3 && rows.len() as u64 == total, "{image} {arguments:?}: {total}");
        let key = |row: &Value| {
            let reference = row["reference"].as_str().unwrap_or_default().to_owned();
            let (repository, tag) = reference.rsplit_once(':').unwrap_or((&reference, ""));
            (reference.starts_with("sha256:"), repository.to_owned(), tag.to_owned(), row["platform"].to_string())
        };
        assert!(rows.is_sorted_by_key(key), "{image} {arguments:?}");
        for size in [1, 2, 5, rows.len()] {
            let mut pages = Vec::new();
            while pages.len() < rows.len() {
                let (limit, offset) = (size.to_string(), pages.len().to_string());
                let page = children(&data, image, &[arguments, &["--limit", &limit, "--offset", &offset]].concat());
                assert_eq!((&page["total"], &page["offset"]), (&total.into(), &pages.len().into()));
                let got = page["children"].as_array().expect("rows");
                assert!(!got.is_empty() && got.len() <= size);
                pages.extend(got.iter().cloned());
            }
            assert_eq!(&pages, rows, "{image} {arguments:?} by {size}");
        }
        let beyond = children(&data, image, &[arguments, &["--offset", "100000"]].concat());
        assert_eq!((&beyond["total"], &beyond["children"]), (&total.into(), &serde_json::json!([])));
    }
    let text = data.query(&["children", "debian:12.8", "--all", "--limit", "2", "--offset", "3"]).expect_code(0).stdout;
    assert!(text.contains("21 images built on it, after 3 of them") && text.ends_with("and 16 more\n"), "{text}");
}

/// Every equal candidate has the children: an image's look-alike too.
#[test]
fn a_look_alike_has_the_same_children() {
    let (data, _server) = demo_data();
    let references = |image: &str| -> Vec<Value> {
        let answer = children(&data, image, &["--all"]);
        answer["children"].as_array().expect("rows").iter().map(|row| row["manifest_digest"].clone()).collect()
    };
    let equal = data.ask("parent", "bash:5.2.37")["parent"]["names"].clone();
    assert!(equal.as_array().expect("names").contains(&"docker.io/dude/dude:latest".into()), "{equal}");
    assert_eq!(references("dude/dude"), references("alpine:3.20.3"));
}
