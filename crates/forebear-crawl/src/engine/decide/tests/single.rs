//! Failures, configs, attestations, manifests as they are fetched; what recovers
//! and what is left alone.

use forebear_store::{FailureKind, Task};

use crate::engine::outcome::Outcome;

use super::given::{
    Place, RUN, artifact, attestation, attested, configuration, configured, failed, fetched, image, index, leads_to,
    manifest, schema1, statement, tag,
};
use super::shown;

#[track_caller]
fn check(place: Place, task: Task, outcome: Outcome, expected: &[&str]) {
    let decided = place.decide(vec![(task, outcome)]);
    assert_eq!(shown::effects(&decided[0].1), expected);
}

#[test]
fn failures() {
    let message = "x".repeat(10_000);
    check(Place::default(), tag("1"), failed(FailureKind::Timeout), &["acme/app:1 fails: timeout: it stalls", "ends"]);
    // What is on record of it stays, and is counted up where it is stored.
    let before = Place::default().fails("r.example/acme/app:1", 3, Some(0));
    check(before, tag("1"), failed(FailureKind::Timeout), &["acme/app:1 fails: timeout: it stalls", "ends"]);
    let decided = Place::default().decide(vec![(tag("1"), Outcome::Failed { kind: FailureKind::Timeout, message })]);
    assert_eq!(decided[0].1.writes.failures[0].message.chars().count(), 500);
}

#[test]
fn configs() {
    check(
        Place::default(),
        configuration("config"),
        configured("config", "arm64"),
        &["store config config", "image config new", "ends"],
    );
    check(
        Place::amd64(),
        configuration("config"),
        configured("config", "amd64"),
        &["store config config", "image config new", "ends"],
    );
    check(
        Place::amd64(),
        configuration("config"),
        configured("config", "arm64"),
        &["store config config", "image config of another platform", "ends"],
    );
}

#[test]
fn manifests() {
    let task = || manifest("image", 0);
    check(
        Place::default().config("config", None),
        task(),
        fetched("image", image("config")),
        &["store image image", "+ config acme/app@config", "# 1 manifests", "ends"],
    );
    check(
        Place::default().config("config", Some("amd64")),
        task(),
        fetched("image", image("config")),
        &["store image image", "# 1 manifests", "image config known", "ends"],
    );
    check(
        Place::amd64().config("config", Some("arm64")),
        task(),
        fetched("image", image("config")),
        &["store image image", "# 1 manifests", "image config of another platform", "ends"],
    );
    check(
        Place::default(),
        task(),
        fetched("image", schema1()),
        &["store schema1 image", "# 1 manifests", "image image new", "ends"],
    );
    check(
        Place::default().absent(&["image"]),
        task(),
        fetched("image", artifact()),
        &["store artifact image", "# 1 manifests, 1 artifacts", "ends"],
    );
    // What is known as an attestation says more than its manifest alone.
    check(Place::default().stored("image", &statement(&[])), task(), fetched("image", artifact()), &["ends"]);
    check(
        Place::default().absent(&["a", "b"]),
        task(),
        fetched("image", index(&["a/amd64", "b"])),
        &["store index image", "+ manifest acme/app@a at 1", "+ manifest acme/app@b at 1", "# 1 manifests", "ends"],
    );
}

#[test]
fn attestations() {
    let task = || attestation("proof", "image");
    let stored = ["store attestation proof", "store document statement", "# 1 manifests, 1 attestations"];
    check(Place::provenance(), task(), attested("proof", statement(&["image"])), &[&stored[..], &["ends"]].concat());
    // It was no provenance.
    check(Place::provenance(), task(), attested("proof", statement(&[])), &[&stored[..], &["ends"]].concat());
    let decided = Place::provenance().decide(vec![(task(), attested("proof", statement(&["other"])))]);
    let lines = shown::effects(&decided[0].1);
    assert_eq!(lines[..3], stored);
    assert!(lines[3].starts_with("warn once acme/app@proof: provenance: the provenance is not used: "), "{lines:?}");
}

#[test]
fn what_ends_well_recovers() {
    let subject = "r.example/acme/app config ".to_owned() + &super::given::config_digest("config").to_string();
    for (run, next) in [(3, Some(0)), (3, None), (RUN, Some(0))] {
        let place = Place::default().fails(&subject, run, next);
        check(
            place,
            configuration("config"),
            configured("config", "amd64"),
            &["store config config", "acme/app config config recovers", "image config new", "ends"],
        );
    }
    // Of others nothing is said.
    let place = Place::default().fails("r.example/acme/app:1", 3, Some(0));
    check(
        place,
        configuration("config"),
        configured("config", "amd64"),
        &["store config config", "image config new", "ends"],
    );
}

/// (run of the failure, its next try, retried by command) → what is asked for.
#[test]
fn what_failed_before_is_left_alone_until_it_is_due() {
    #[track_caller]
    fn ask(place: Place, expected: &[&str]) {
        let place = place.last("1", None).absent(&["image"]);
        let decided = place.decide(vec![(tag("1"), leads_to("image"))]);
        let lines = shown::effects(&decided[0].1);
        let of = |line: &&String| line.starts_with('+') || line.ends_with("delayed") || line.ends_with("parked");
        assert_eq!(lines.iter().filter(of).collect::<Vec<_>>(), expected);
    }
    let subject = format!("r.example/acme/app@{}", super::given::digest("image"));
    let fails = |run, next| Place::default().fails(&subject, run, next);
    let asked = "+ manifest acme/app@image at 0";
    ask(Place::default(), &[asked]);
    ask(fails(3, Some(1_000)), &[asked]);
    ask(fails(3, Some(1_001)), &["acme/app@image delayed"]);
    ask(fails(3, None), &["acme/app@image parked"]);
    ask(fails(3, Some(1_001)).retries(), &[asked]);
    ask(fails(3, None).retries(), &[asked]);
    // What failed in this very run is not asked for again, told to or not, and
    // was counted as it failed.
    ask(fails(RUN, Some(1_000)), &[]);
    ask(fails(RUN, Some(1_000)).retries(), &[]);
    // One that the run has to do anyway is neither.
    ask(fails(3, None).active(manifest("image", 0)), &[]);
    // In the store it may be of another repository.
    ask(fails(3, None).pending(&manifest("image", 0)), &["+ again acme/app@image at 0"]);
}
