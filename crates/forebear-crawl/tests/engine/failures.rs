//! What fails is tried again, later and later, and parked in the end.

use std::time::Duration;

use forebear_crawl::SelectionSpec;
use forebear_store::{Failure, FailureKind, PARKED_AFTER};
use forebear_testkit::{Fault, Matcher, Times, World};

use crate::harness::{DAY, HOUR, NIGHT, Night, Place, at, image};

fn place() -> Place {
    let mut world = World::new();
    world.push("acme/app:1", &image("app", "linux/amd64"));
    world.push("acme/app:same", &image("app", "linux/amd64"));
    world.push("acme/db:1", &image("db", "linux/amd64"));
    Place::new(world)
}

fn failure(place: &Place) -> Option<Failure> {
    let failures = place.store.failures().unwrap();
    assert!(failures.len() <= 1, "{failures:?}");
    failures.into_iter().next()
}

#[test]
fn delays_grow_and_an_item_in_its_delay_is_not_asked_for() {
    let place = place();
    place.server.fault(Matcher::path("/acme/db/manifests/1"), Fault::server_error(), Times::Always);
    // (hours after the first night, asked for, tries, hours until the next try)
    let nights = [(0, 1, 1, 0), (0, 1, 2, 1), (0, 0, 2, 1), (1, 1, 3, 3), (2, 0, 3, 3), (3, 1, 4, 7), (7, 1, 5, 15)];
    for (hours, heads, tries, next) in nights {
        let report = place.crawl(&Night::at(NIGHT + hours * HOUR));
        assert_eq!(place.count("HEAD /v2/acme/db/"), heads, "{hours} h");
        assert_eq!((report.delayed, report.failed()), (1 - heads as u64, heads as u64), "{hours} h");
        let failure = failure(&place).unwrap();
        assert_eq!((failure.tries, failure.next_try), (tries, Some(at(NIGHT + next * HOUR))), "{hours} h");
        assert_eq!(
            (failure.kind, failure.subject.to_string()),
            (FailureKind::ServerError, "r.example/acme/db:1".to_owned())
        );
    }
    // Told to, it is tried whatever its delay; what succeeds is forgotten.
    place.server.clear_faults();
    let told = place.crawl(&Night { retry_failed: true, ..Night::at(NIGHT + 8 * HOUR) });
    assert_eq!((told.delayed, told.failed(), place.count("HEAD /v2/acme/db/")), (0, 0, 1));
    assert_eq!(failure(&place), None);
    assert!(place.open("acme/db", "1").is_some());
}

#[test]
fn what_fails_on_and_on_is_parked_with_a_reason() {
    let place = place();
    place.server.fault(Matcher::get("/acme/db/blobs/"), Fault::WrongBytes, Times::Always);
    for run in 0..i64::from(PARKED_AFTER) {
        let report = place.crawl(&Night::at(NIGHT + run * 8 * DAY));
        assert_eq!((report.failed(), report.parked), (1, 0));
    }
    let parked = failure(&place).unwrap();
    assert_eq!((parked.tries, parked.next_try), (PARKED_AFTER, None));
    assert!(parked.parked.is_some_and(|why| why.contains("10 runs have failed")));
    _ = place.asked();
    let years = NIGHT + 1_000 * DAY;
    let report = place.crawl(&Night::at(years));
    assert_eq!((report.failed(), report.delayed, report.parked), (0, 0, 1));
    assert_eq!(place.count("/acme/db/blobs/"), 0);
    place.server.clear_faults();
    let told = place.crawl(&Night { retry_failed: true, ..Night::at(years) });
    assert_eq!((told.failed(), told.parked, told.images_new), (0, 0, 1));
    assert_eq!(failure(&place), None);
}

/// Two tags lead to one manifest that cannot be had: it is asked for once.
#[test]
fn an_item_fails_once_in_a_run() {
    let place = place();
    let digest = image("app", "linux/amd64").manifest_digest.to_string();
    place.server.fault(Matcher::get(&digest), Fault::WrongBytes, Times::Always);
    let report = place.crawl(&Night::default());
    assert_eq!((report.failed(), place.count(&digest)), (1, 1));
    let again = place.crawl(&Night::at(NIGHT + DAY));
    assert_eq!((again.failed(), place.count(&digest)), (1, 1));
}

#[test]
fn a_repository_in_its_delay_is_skipped_and_its_tags_stay() {
    let place = place();
    _ = place.crawl(&Night::default());
    place.server.fault(Matcher::path("/acme/db/tags/list"), Fault::server_error(), Times::Always);
    for _ in 0..2 {
        _ = place.crawl(&Night::at(NIGHT + DAY));
    }
    _ = place.asked();
    let report = place.crawl(&Night::at(NIGHT + DAY));
    assert_eq!((report.delayed, place.count("/acme/db/")), (1, 0));
    assert_eq!(place.tags("acme/db"), ["1"]);
}

/// Named in the selection, it is left alone all the same.
#[test]
fn a_named_repository_that_is_not_there_waits_too() {
    let place = place();
    let mut night = Night::default();
    night.spec.repositories = vec!["acme/app".to_owned(), "acme/none".to_owned()];
    for (hours, asked) in [(0, 1), (0, 1), (0, 0), (1, 1)] {
        let report = place.crawl(&Night { now: NIGHT + hours * HOUR, ..night.clone() });
        assert_eq!((report.failed(), report.delayed), (asked as u64, 1 - asked as u64));
        assert_eq!(place.count("/acme/none/"), asked);
    }
    place.server.world(|world| world.push("acme/none:1", &image("late", "linux/amd64")));
    let told = place.crawl(&Night { retry_failed: true, ..night.clone() });
    assert_eq!((told.images_new, told.failed(), failure(&place)), (1, 0, None));
}

/// What failed and is no more is not on record for ever.
#[test]
fn what_a_whole_run_does_not_meet_is_settled() {
    #[track_caller]
    fn check(spec: SelectionSpec, other: Fault, kept: usize) {
        let place = place();
        place.server.fault(Matcher::path("/acme/db/manifests/1"), Fault::server_error(), Times::Always);
        _ = place.crawl(&Night::default());
        _ = place.crawl(&Night::default());
        assert!(failure(&place).is_some());
        place.server.world(|world| world.untag("acme/db:1"));
        place.server.world(|world| world.push("acme/db:2", &image("db", "linux/amd64")));
        place.server.fault(Matcher::path("/acme/app/tags/list"), other, Times::Always);
        let report = place.crawl(&Night { spec, ..Night::at(NIGHT + DAY) });
        assert_eq!(place.store.failures().unwrap().len(), kept, "{report:?}");
    }
    let (whole, fine) = (SelectionSpec::default(), Fault::Delay(Duration::ZERO));
    let named = |name: &str| SelectionSpec { repositories: vec![name.to_owned()], ..SelectionSpec::default() };
    check(whole.clone(), fine.clone(), 0);
    check(named("acme/db"), fine.clone(), 0);
    // Not looked at: another repository, another platform, or something failed.
    check(named("acme/app"), fine.clone(), 1);
    check(SelectionSpec { platforms: vec!["linux/amd64".parse().unwrap()], ..whole.clone() }, fine, 1);
    check(whole, Fault::server_error(), 2);
}
