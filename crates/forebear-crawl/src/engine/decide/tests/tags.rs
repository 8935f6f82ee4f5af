//! Where tags lead, and that they are not there.

use forebear_facts::TagObservation;

use crate::engine::outcome::Outcome;

use super::given::{NOW, Place, image, leads_to, manifest, new, schema1, seen, tag};
use super::shown;

#[track_caller]
fn check(place: Place, outcome: Outcome, expected: &[&str]) {
    let decided = place.decide(vec![(tag("1"), outcome)]);
    assert_eq!(shown::effects(&decided[0].1), expected);
}

/// What is on record of the tag → its observations and counts.
#[test]
fn observations() {
    #[track_caller]
    fn observed(last: Option<TagObservation>, expected: &[&str]) {
        let place = Place::default().last("1", last).stored("image", &image("config")).config("config", Some("amd64"));
        check(place, leads_to("image"), &[expected, &["image config known", "ends"]].concat());
    }
    observed(None, &["acme/app:1 is image 1000-1000", "# 1 tags, 1 new"]);
    observed(Some(seen("1", "image", 500, 900, false)), &["acme/app:1 is image 500-1000", "# 1 tags, 1 unchanged"]);
    observed(
        Some(seen("1", "old", 500, 900, false)),
        &["acme/app:1 is old 500-900 ended", "acme/app:1 is image 1000-1000", "# 1 tags, 1 moved, 1 ended"],
    );
    observed(Some(seen("1", "image", 500, 900, true)), &["acme/app:1 is image 1000-1000", "# 1 tags, 1 new"]);
    // The clock was set back.
    observed(Some(seen("1", "image", 500, 2_000, false)), &["acme/app:1 is image 500-2000", "# 1 tags, 1 unchanged"]);
    observed(
        Some(seen("1", "old", 500, 2_000, false)),
        &["acme/app:1 is old 500-2000 ended", "acme/app:1 is image 2001-2001", "# 1 tags, 1 moved, 1 ended"],
    );
    observed(Some(seen("1", "old", 500, 2_000, true)), &["acme/app:1 is image 2001-2001", "# 1 tags, 1 new"]);
    // Two looks at one time; it was gone between them, or not.
    observed(Some(seen("1", "image", NOW, NOW, true)), &["acme/app:1 is image 1001-1001", "# 1 tags, 1 new"]);
    observed(
        Some(seen("1", "old", NOW, NOW, false)),
        &["acme/app:1 is old 1000-1000 ended", "acme/app:1 is image 1000-1000", "# 1 tags, 1 moved, 1 ended"],
    );
}

/// What that means is decided when all tags have been asked for.
#[test]
fn a_tag_that_is_not_there_ends_nothing_by_itself() {
    for last in [None, Some(seen("1", "old", 5, 9, true)), Some(seen("1", "old", 5, 9, false))] {
        check(Place::default().last("1", last), Outcome::Absent, &["acme/app:1 absent", "# 1 tags", "ends"]);
    }
}

/// What is known of the manifest → what is asked for.
#[test]
fn manifests_of_tags() {
    let head = ["acme/app:1 is image 1000-1000"];
    let count = ["# 1 tags, 1 new"];
    let place = || Place::default().last("1", None);
    let by_tag_only = || Outcome::Tag { digest: super::given::digest("image"), manifest: None, by_tag_only: true };
    let with = |expected: &[&'static str], after: &[&'static str]| [&head[..], expected, &count[..], after].concat();
    check(place().absent(&["image"]), leads_to("image"), &with(&["+ manifest acme/app@image at 0"], &["ends"]));
    check(place().absent(&["image"]), by_tag_only(), &with(&["+ manifest acme/app@image at 0 by 1"], &["ends"]));
    // Under way already: whoever fetches it goes on from there.
    let active = place().absent(&["image"]).active(manifest("image", 3));
    check(active, leads_to("image"), &with(&[], &["ends"]));
    let pending = place().absent(&["image"]).pending(&manifest("image", 3));
    // In the store it may be of another repository.
    check(pending, leads_to("image"), &with(&["+ again acme/app@image at 0"], &["ends"]));
    let stored = place().stored("image", &image("config")).config("config", None);
    check(stored, leads_to("image"), &with(&["+ config acme/app@config"], &["ends"]));
    let stored = place().stored("image", &schema1());
    check(stored, by_tag_only(), &with(&[], &["image image known", "ends"]));
    // Not looked up, as too much else was.
    check(place(), leads_to("image"), &with(&[], &["left: below image at 0"]));
    // Where HEAD did not say where it leads it comes with the manifest.
    let manifest = || Some(Box::new(new("image", image("config"))));
    let fetched = || Outcome::Tag { digest: super::given::digest("image"), manifest: manifest(), by_tag_only: false };
    check(
        place().absent(&["image"]).config("config", None),
        fetched(),
        &[
            "store image image",
            "acme/app:1 is image 1000-1000",
            "+ config acme/app@config",
            "# 1 tags, 1 new, 1 manifests",
            "ends",
        ],
    );
    // It does so in every run, and is stored once.
    let stored = place().stored("image", &image("config")).config("config", Some("amd64"));
    check(stored, fetched(), &with(&[], &["image config known", "ends"]));
}
