//! What is being asked of another repository may be had of this one only.

use forebear_store::{Depth, FailureKind, Task};

use crate::engine::outcome::Outcome;

use super::given::{
    Place, app, attestation, attested, configuration, configured, digest, failed, fetched, image, index, leads_to,
    manifest, statement, tag,
};
use super::shown;

/// What follows from the last outcome of a chunk, but for the tag itself.
#[track_caller]
fn check(place: Place, chunk: Vec<(Task, Outcome)>, expected: &[&str]) {
    let decided = place.last("1", None).decide(chunk);
    let mut lines = shown::effects(&decided.last().unwrap().1);
    lines.retain(|line| !line.starts_with("acme/app:1") && !line.starts_with('#'));
    assert_eq!(lines, expected);
}

fn again(word: &str) -> Task {
    Task::Again { digest: digest(word), repository: app(), depth: Depth::TAG, tag: None, subject: None }
}

/// Whatever it is that is under way elsewhere, the walk begins once more where the
/// tag led to; what is under way here needs no more.
#[test]
fn p456_it_is_walked_once_more() {
    let head = || vec![(tag("1"), leads_to("index"))];
    let once_more = &["+ again acme/app@index at 0", "ends"];
    let here = Place::default().absent(&["index"]).active(manifest("index", 0));
    check(here, head(), &["ends"]);
    check(Place::default().absent(&["index"]).active_elsewhere(manifest("index", 0)), head(), once_more);
    // In the store, of nobody knows which repository.
    check(Place::default().absent(&["index"]).pending(&manifest("index", 0)), head(), once_more);
    let below = || Place::default().stored("index", &index(&["a/amd64", "b/arm64"])).absent(&["a", "b"]);
    let one = &["+ manifest acme/app@b at 1", "+ again acme/app@index at 0", "ends"];
    check(below().active_elsewhere(manifest("a", 1)), head(), one);
    let both = below().active_elsewhere(manifest("a", 1)).active_elsewhere(manifest("b", 1));
    check(both, head(), once_more);
    let config = || Place::default().stored("index", &image("config")).config("config", None);
    check(config().active_elsewhere(configuration("config")), head(), once_more);
    check(config().active(configuration("config")), head(), &["ends"]);
    let proof = Place::provenance().stored("index", &index(&["a/amd64", "proof!a"]));
    let proof = proof.stored("a", &image("config")).config("config", Some("amd64")).absent(&["proof"]);
    check(
        proof.active_elsewhere(attestation("proof", "a")),
        head(),
        &["+ again acme/app@index at 0", "image config known", "ends"],
    );
    // The run has that to do already.
    let noted = Place::default().absent(&["index"]).active_elsewhere(manifest("index", 0)).active(again("index"));
    check(noted, head(), &["ends"]);
    // A manifest that was fetched here, its config being asked of another.
    let chunk = vec![(manifest("image", 0), fetched("image", image("config")))];
    check(
        config().active(manifest("image", 0)).active_elsewhere(configuration("config")),
        chunk,
        &["store image image", "+ again acme/app@image at 0", "ends"],
    );
}

/// By then it has come, or failed there and is asked for here, or is on its way
/// from a third.
#[test]
fn p456_the_second_walk() {
    let chunk = || vec![(again("index"), Outcome::Again)];
    let place = || Place::default().stored("index", &index(&["a/amd64"])).active(again("index"));
    let came = place().stored("a", &image("config")).config("config", Some("amd64"));
    check(came, chunk(), &["image config known", "ends"]);
    check(place().absent(&["a"]), chunk(), &["+ manifest acme/app@a at 1", "ends"]);
    check(place().absent(&["a"]).active_elsewhere(manifest("a", 1)), chunk(), &["waits"]);
    // It fails here too, and that is not forgotten by who looks again.
    let subject = format!("r.example/acme/app@{}", digest("a"));
    check(place().absent(&["a"]).fails(&subject, 7, Some(0)), chunk(), &["ends"]);
    let subject = format!("r.example/acme/app@{}", digest("index"));
    check(place().absent(&["a"]).fails(&subject, 3, Some(0)), chunk(), &["+ manifest acme/app@a at 1", "ends"]);
    let proof = Task::Again {
        digest: digest("proof"),
        repository: app(),
        depth: Depth::TAG,
        tag: None,
        subject: Some(digest("a")),
    };
    let asked = Place::provenance().absent(&["proof"]).active(proof.clone());
    check(asked, vec![(proof, Outcome::Again)], &["+ attestation acme/app@proof of a", "ends"]);
}

/// In one chunk: it fails elsewhere, and here somebody comes to it.
#[test]
fn p456_what_just_failed_elsewhere() {
    let other = Task::Manifest {
        digest: digest("image"),
        repository: super::given::repository("acme/other"),
        depth: Depth::TAG,
        tag: None,
    };
    let place = || Place::default().absent(&["image"]).active(other.clone());
    let failed = (other.clone(), failed(FailureKind::NotFound));
    check(place(), vec![failed, (tag("1"), leads_to("image"))], &["+ again acme/app@image at 0", "ends"]);
    // What came is known to have.
    let chunk = vec![(other.clone(), fetched("image", image("config"))), (tag("1"), leads_to("image"))];
    check(place().config("config", None), chunk, &["+ again acme/app@image at 0", "ends"]);
    let proof = (attestation("proof", "image"), attested("proof", statement(&["image"])));
    let config = (configuration("config"), configured("config", "amd64"));
    check(place().config("config", None), vec![proof, config], &["store config config", "image config new", "ends"]);
}
