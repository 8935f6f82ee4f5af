//! Lists that are traps. Each ends with one recorded reason.

use forebear_testkit::{Fault, Matcher, Times, World};

use crate::harness::{Night, Place, image};

fn place() -> Place {
    let mut world = World::new();
    world.push("acme/app:1", &image("app", "linux/amd64"));
    world.push("acme/db:1", &image("db", "linux/amd64"));
    Place::new(world)
}

fn page(body: &str, next: &str) -> Fault {
    Fault::body(body.to_owned()).with_header("link", &format!("<{next}>; rel=\"next\""))
}

/// The other repository is walked, and what is wrong is one row.
#[track_caller]
fn check(place: &Place, walked: u64, kind: &str, sentence: &str, most_requests: usize) {
    let report = place.crawl(&Night::default());
    assert_eq!((report.tags, report.failed()), (walked, 1), "{report:?}");
    let failures = place.store.failures().unwrap();
    assert_eq!((failures.len(), failures[0].kind.code()), (1, kind));
    assert!(failures[0].message.contains(sentence), "{}", failures[0].message);
    let asked = place.asked().len();
    assert!(asked <= most_requests, "{asked} requests");
}

#[test]
fn r11_a_tag_list_that_leads_in_a_circle_of_three() {
    let place = place();
    for (at, next) in [("last=a", "b"), ("last=b", "c"), ("last=c", "a"), ("n=1000", "a")] {
        let next = format!("/v2/acme/app/tags/list?last={next}");
        place.server.fault(
            Matcher::get("/acme/app/tags/list").and(at),
            page(r#"{"tags":["1"]}"#, &next),
            Times::Always,
        );
    }
    check(&place, 1, "paging", "leads back to a page that was there before", 20);
}

#[test]
fn r11_a_catalog_that_leads_in_a_circle_of_two() {
    let place = place();
    for (at, next) in [("last=a", "b"), ("last=b", "a"), ("n=1000", "a")] {
        let body = r#"{"repositories":["acme/app","acme/db"]}"#;
        let fault = page(body, &format!("/v2/_catalog?last={next}"));
        place.server.fault(Matcher::get("/_catalog").and(at), fault, Times::Always);
    }
    check(&place, 2, "paging", "leads back to a page that was there before", 20);
}

#[test]
fn empty_pages_without_end() {
    let place = place();
    for number in 0..40 {
        let next = format!("/v2/acme/app/tags/list?last=x{}x", number + 1);
        let at = if number == 0 { "n=1000".to_owned() } else { format!("last=x{number}x") };
        place.server.fault(Matcher::get("/acme/app/tags/list").and(&at), page(r#"{"tags":[]}"#, &next), Times::Always);
    }
    check(&place, 1, "paging", "empty pages", 30);
}

/// Names that are none are counted, and ten of them shown; the run does not fail on them.
#[test]
fn a_list_of_names_that_are_paths() {
    let place = place();
    let names: Vec<String> = (0..5_000).map(|number| format!("../../etc/passwd{number}")).collect();
    let body = serde_json::json!({"tags": names}).to_string();
    place.server.fault(Matcher::get("/acme/app/tags/list"), Fault::body(body), Times::Always);
    let report = place.crawl(&Night::default());
    assert_eq!((report.tags, report.rejected_names, report.failed(), report.warned), (1, 5_000, 0, 1));
    let warning = report.warnings.first().unwrap();
    assert_eq!((warning.subject.as_str(), warning.kind), ("r.example/acme/app", "invalid_name"));
    assert_eq!(warning.message.matches("etc/passwd").count(), 10, "{}", warning.message);
    assert!(place.store.failures().unwrap().is_empty(), "nothing is to be tried again");
}

/// A parser's complaint repeats what it was given: the row does not.
#[test]
fn a_message_with_megabytes_in_it_is_cut() {
    let place = place();
    let manifest = format!(r#"{{"schemaVersion":2,"manifests":"{}"}}"#, "é".repeat(1 << 20));
    place.server.world(|world| {
        _ = world.push_raw("acme/app:1", "application/vnd.oci.image.index.v1+json", manifest.as_bytes());
    });
    let report = place.crawl(&Night::default());
    assert_eq!(report.failed(), 1, "{report:?}");
    let failures = place.store.failures().unwrap();
    let shown = failures.first().map(|failure| failure.message.chars().count());
    assert!(shown.is_some_and(|shown| (1..=500).contains(&shown)), "{shown:?}");
    assert!(report.first_failure.is_some_and(|first| first.chars().count() < 700));
}
