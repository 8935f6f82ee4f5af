//! Below stored manifests.

use super::given::{Place, artifact, fetched, image, index, leads_to, manifest, schema1, statement, tag};
use super::shown;
use crate::engine::effects::Warned;

/// Of a tag that leads to `index`, only what comes below.
#[track_caller]
fn check(place: Place, expected: &[&str]) {
    let decided = place.last("1", None).decide(vec![(tag("1"), leads_to("index"))]);
    let mut lines = shown::effects(&decided[0].1);
    lines.retain(|line| !line.starts_with("acme/app:1") && line != "# 1 tags, 1 new");
    assert_eq!(lines, expected);
}

#[test]
fn children_that_are_missing_are_asked_for() {
    let place = || {
        let place = Place::default().stored("index", &index(&["a/amd64", "b/arm64", "c"]));
        place.stored("a", &image("config")).config("config", Some("amd64")).absent(&["b"]).stored("c", &schema1())
    };
    check(place(), &["+ manifest acme/app@b at 1", "image config known", "image c known", "ends"]);
    check(place().active(manifest("b", 1)), &["image config known", "image c known", "ends"]);
}

#[test]
fn platforms_that_are_not_walked() {
    let place = Place::amd64().stored("index", &index(&["a/amd64", "b/arm64", "c"])).absent(&["a", "b", "c"]);
    check(place, &["+ manifest acme/app@a at 1", "+ manifest acme/app@c at 1", "ends"]);
    // Only its config tells.
    let place = Place::amd64().stored("index", &image("config")).config("config", Some("arm64"));
    check(place, &["image config of another platform", "ends"]);
}

#[test]
fn attestations_of_what_is_walked() {
    let entries = ["a/amd64", "b/arm64", "proof!a", "signed!b", "d!c"];
    let place = |place: Place| place.stored("index", &index(&entries)).absent(&["a", "b", "proof", "signed", "d"]);
    check(place(Place::default()), &["+ manifest acme/app@a at 1", "+ manifest acme/app@b at 1", "ends"]);
    check(
        place(Place::provenance()),
        &[
            "+ manifest acme/app@a at 1",
            "+ manifest acme/app@b at 1",
            "+ attestation acme/app@proof of a",
            "+ attestation acme/app@signed of b",
            "ends",
        ],
    );
    let spec = |place: Place| {
        let place = place.stored("proof", &artifact()).stored("signed", &statement(&["b"]));
        place.stored("a", &schema1()).stored("b", &schema1())
    };
    // An artifact's statement is unread; what was read and fits is all there is.
    check(
        spec(place(Place::provenance())),
        &["+ attestation acme/app@proof of a", "image a known", "image b known", "ends"],
    );
    let other = spec(place(Place::provenance())).stored("signed", &statement(&["other"]));
    let decided = other.last("1", None).decide(vec![(tag("1"), leads_to("index"))]);
    let lines = shown::effects(&decided[0].1);
    assert!(lines.iter().any(|line| line.starts_with("warn once acme/app@signed: provenance: ")), "{lines:?}");
}

/// Four are followed, whether stored or just fetched.
#[test]
fn indexes_inside_indexes() {
    let nested = || {
        let place = Place::default().stored("index", &index(&["inner"])).stored("inner", &index(&["deep"]));
        place.stored("deep", &index(&["deeper"])).stored("deeper", &index(&["deepest"]))
    };
    let warning = "warn once acme/app@deepest: nesting: an index inside 4 others; its 2 entries are left out";
    check(nested().stored("deepest", &image("config")).config("config", None), &["+ config acme/app@config", "ends"]);
    check(nested().stored("deepest", &index(&["a", "b"])).absent(&["a", "b"]), &[warning, "ends"]);
    let decided = Place::default().decide(vec![(manifest("deepest", 4), fetched("deepest", index(&["a", "b"])))]);
    assert_eq!(shown::effects(&decided[0].1), ["store index deepest", "# 1 manifests", warning, "ends"]);
}

/// Forty indexes of forty of forty: a tag is not asked for without end, and those
/// that are left out are told.
#[test]
fn p411_what_a_tag_may_cost() {
    let inside = |word: &String| -> Vec<String> { (0..40).map(|at| format!("{word}.{at}")).collect() };
    let (mut place, mut level) = (Place::default(), vec!["index".to_owned()]);
    for _ in 0..3 {
        for word in &level {
            place = place.stored(word, &index(&inside(word).iter().map(String::as_str).collect::<Vec<_>>()));
        }
        level = level.iter().flat_map(inside).collect();
    }
    let place = place.absent(&level.iter().map(String::as_str).collect::<Vec<_>>()).last("1", None);
    let effects = &place.decide(vec![(tag("1"), leads_to("index"))])[0].1;
    // Each of 1,600 indexes has two, of what 40 and 1,600 entries leave of 5,000.
    assert_eq!(effects.tasks.len(), 1_600 * 2);
    let is_told = |warned: &&Warned| warned.kind == "capped" && warned.message.starts_with("its last 38 entries");
    assert_eq!(effects.warnings.iter().filter(is_told).count(), 1_600);
}

/// What one child listed a thousand times costs.
#[test]
fn a_child_that_is_listed_again() {
    let many = ["inner"; 1_000];
    let place = Place::default().stored("index", &index(&many)).stored("inner", &index(&["deep"; 1_000]));
    let place = place.stored("deep", &index(&["deeper"; 1_000])).stored("deeper", &index(&["a"; 1_000]));
    check(place.absent(&["a"]), &["+ manifest acme/app@a at 4", "ends"]);
}

/// What was not looked up is left for later, and the task with it.
#[test]
fn what_was_not_looked_up_is_left() {
    let place = Place::provenance().stored("index", &index(&["a/amd64", "b/arm64", "proof!a"])).absent(&["a"]);
    check(place, &["+ manifest acme/app@a at 1", "left: below b at 1, attestation proof of a"]);
    // And resumed from there.
    let place = Place::provenance().absent(&["proof"]).stored("b", &image("config")).config("config", None);
    let reached = vec![
        crate::engine::children::Reached::Manifest {
            digest: super::given::digest("b"),
            depth: forebear_store::Depth::inside(1),
        },
        crate::engine::children::Reached::Attestation(super::given::claim("proof", "a")),
    ];
    let below = crate::engine::outcome::Outcome::Below { reached, then: None };
    let decided = place.decide(vec![(tag("1"), below)]);
    let expected = ["+ config acme/app@config", "+ attestation acme/app@proof of a", "ends"];
    assert_eq!(shown::effects(&decided[0].1), expected);
}
