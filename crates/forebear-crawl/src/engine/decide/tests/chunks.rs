//! Outcomes of one chunk that speak of the same thing. Each is decided on as
//! though those before it were stored already.

use forebear_store::{FailureKind, Task};

use crate::engine::outcome::{Listed, Outcome, Rejected};
use crate::selection::TagList;

use super::given::{
    Place, app, artifact, attestation, attested, configuration, configured, digest, failed, fetched, image, index,
    leads_to, manifest, new, repository, seen, statement, tag,
};
use super::shown;

/// Of each outcome, all that follows but counts and observations.
#[track_caller]
fn check(place: Place, chunk: Vec<(Task, Outcome)>, expected: &[&[&str]]) {
    let decided = place.decide(chunk);
    let lines = |effects| {
        let mut lines = shown::effects(effects);
        lines.retain(|line| !line.starts_with('#') && !line.contains(" is ") && line != "ends");
        lines
    };
    let decided: Vec<Vec<String>> = decided.iter().map(|(_, effects)| lines(effects)).collect();
    assert_eq!(decided, expected);
}

fn place() -> Place {
    Place::default().last("1", None).last("2", None)
}

fn brought(word: &str, facts: forebear_image::ManifestFacts) -> Outcome {
    Outcome::Tag { digest: digest(word), manifest: Some(Box::new(new(word, facts))), by_tag_only: false }
}

/// A digest is fetched once, whichever tag leads to it.
#[test]
fn two_tags_lead_to_one_manifest() {
    let ask: &[&str] = &["+ manifest acme/app@image at 0"];
    let heads = || vec![(tag("1"), leads_to("image")), (tag("2"), leads_to("image"))];
    check(place().absent(&["image"]), heads(), &[ask, &[]]);
    // One was fetched by its tag.
    let chunk = vec![(tag("1"), brought("image", image("config"))), (tag("2"), leads_to("image"))];
    let stored: &[&str] = &["store image image", "+ config acme/app@config"];
    check(place().absent(&["image"]).config("config", None), chunk, &[stored, &[]]);
    let chunk = vec![(tag("1"), brought("index", index(&["a", "b"]))), (tag("2"), leads_to("index"))];
    let stored: &[&str] = &["store index index", "+ manifest acme/app@a at 1", "+ manifest acme/app@b at 1"];
    check(place().absent(&["index", "a", "b"]), chunk, &[stored, &[]]);
}

/// Until the chunk is written, whoever fetched it is still at it.
#[test]
fn a_tag_leads_to_what_was_just_fetched() {
    let stored: &[&str] = &["store image image", "+ config acme/app@config"];
    for first in [true, false] {
        let mut chunk = vec![(manifest("image", 0), fetched("image", image("config"))), (tag("2"), leads_to("image"))];
        let mut expected = vec![stored, &[]];
        if !first {
            chunk.reverse();
            expected.reverse();
        }
        let place = place().active(manifest("image", 0)).absent(&["image"]).config("config", None);
        check(place, chunk, &expected);
    }
    let chunk = vec![
        (configuration("config"), configured("config", "amd64")),
        (manifest("image", 0), fetched("image", image("config"))),
    ];
    let place = place().active(manifest("image", 0)).active(configuration("config")).config("config", None);
    check(place, chunk, &[&["store config config", "image config new"], &["store image image"]]);
}

/// What fails in a chunk is not asked for again by those that come after it.
#[test]
fn what_fails_is_not_asked_for_again() {
    let fails: &[&str] = &["acme/app@image fails: manifest: it stalls"];
    let chunk = || vec![(manifest("image", 0), failed(FailureKind::Manifest)), (tag("2"), leads_to("image"))];
    check(place().absent(&["image"]), chunk(), &[fails, &[]]);
    check(place().absent(&["image"]).retries(), chunk(), &[fails, &[]]);
    // Before it failed nobody knew.
    let mut earlier = chunk();
    earlier.reverse();
    check(place().absent(&["image"]), earlier, &[&["+ manifest acme/app@image at 0"], fails]);
}

/// One name is a manifest's and an attestation's: what failed of it stays.
#[test]
fn what_failed_in_a_chunk_does_not_recover_in_it() {
    let subject = format!("r.example/acme/app@{}", digest("proof"));
    let place = || Place::provenance().fails(&subject, 3, Some(0));
    let chunk = vec![
        (manifest("proof", 0), failed(FailureKind::Manifest)),
        (attestation("proof", "image"), attested("proof", statement(&["image"]))),
    ];
    let stored = ["store attestation proof", "store document statement"];
    check(place(), chunk, &[&["acme/app@proof fails: manifest: it stalls"], &stored]);
    let chunk = vec![(attestation("proof", "image"), attested("proof", statement(&["image"])))];
    check(place(), chunk, &[&[stored[0], stored[1], "acme/app@proof recovers"]]);
}

/// A tag may lead to an attestation's manifest, which alone says less.
#[test]
fn an_attestation_is_kept_whatever_comes_first() {
    let attested = || (attestation("proof", "image"), attested("proof", statement(&["image"])));
    let tagged = || (manifest("proof", 0), fetched("proof", artifact()));
    let stored: &[&str] = &["store attestation proof", "store document statement"];
    check(Place::provenance().absent(&["proof"]), vec![attested(), tagged()], &[stored, &[]]);
    // Written after it, it takes its place.
    check(Place::provenance().absent(&["proof"]), vec![tagged(), attested()], &[&["store artifact proof"], stored]);
}

fn listed(place: &Place, tags: &[&str]) -> (Task, Outcome) {
    let mut list = TagList::default();
    tags.iter().for_each(|tag| list.push(tag));
    list.sort();
    let choice = place.context.selection.choose(&list);
    let listed = Box::new(Listed { tags: list, choice });
    (Task::Tags { repository: app() }, Outcome::Tags { listed, rejected: Rejected::default(), known: true })
}

/// A resumed run asks for tags of a list that is fetched once more: what a tag
/// was just seen to lead to is what ends when the list lacks it.
#[test]
fn a_list_lacks_what_was_just_seen() {
    let old = seen("1", "image", 5, 9, false);
    let observations = |place: Place, chunk| {
        let place = place.stored("image", &image("config")).config("config", Some("amd64"));
        let decided = place.decide(chunk);
        let lines = decided.iter().flat_map(|(_, effects)| shown::effects(effects));
        lines.filter(|line| line.contains(" is ")).collect::<Vec<_>>()
    };
    let known = || Place::default().last("1", Some(old.clone())).open(std::slice::from_ref(&old), None, None);
    let chunk = vec![(tag("1"), leads_to("image")), listed(&known(), &[])];
    assert_eq!(observations(known(), chunk), ["acme/app:1 is image 5-1000", "acme/app:1 is image 5-1000 ended"]);
    // It was not on record before.
    let unknown = || Place::default().last("1", None).open(&[], None, None);
    let chunk = vec![(tag("1"), leads_to("image")), listed(&unknown(), &[])];
    assert_eq!(
        observations(unknown(), chunk),
        ["acme/app:1 is image 1000-1000", "acme/app:1 is image 1000-1000 ended"]
    );
    // The other way round it has come back.
    let chunk = vec![listed(&known(), &[]), (tag("1"), leads_to("image"))];
    assert_eq!(observations(known(), chunk), ["acme/app:1 is image 5-9 ended", "acme/app:1 is image 1000-1000"]);
    // Absent when asked for, it ends by the list.
    let chunk = vec![(tag("1"), Outcome::Absent), listed(&known(), &[])];
    assert_eq!(observations(known(), chunk), ["acme/app:1 is image 5-9 ended"]);
}

/// A catalog that names a repository twice, and one that it lacks.
#[test]
fn repositories_that_were_just_walked() {
    let names = vec![repository("acme/app"), repository("acme/db")];
    let page = Outcome::Repositories {
        names: names.into_iter(),
        told: Vec::new(),
        rejected: Rejected::default(),
        next: crate::engine::outcome::Next::End,
    };
    let place = || Place::default().open(&[], None, None).on_record(&[("acme/app", true)]);
    let walked: &[&str] = &["acme/app complete at Some(1000)", "acme/app walked"];
    let chunk = vec![listed(&place(), &[]), (Task::Catalog { cursor: None }, page)];
    check(place(), chunk, &[walked, &["+ tags acme/db", "left: vanished after None"]]);
    let vanished = (Task::Catalog { cursor: None }, Outcome::Vanished { after: None });
    check(place(), vec![listed(&place(), &[]), vanished], &[walked, &[]]);
}
