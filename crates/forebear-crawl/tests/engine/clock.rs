//! Clocks that jump back, or a `--now` before the last run's.

use forebear_testkit::{Fault, Matcher, Times, World};

use crate::harness::{DAY, NIGHT, Night, Place, at, image};

#[test]
fn observations_follow_each_other_whatever_the_clock_does() {
    let mut world = World::new();
    world.push("acme/app:stays", &image("one", "linux/amd64"));
    world.push("acme/app:moves", &image("one", "linux/amd64"));
    let place = Place::new(world);
    assert_eq!(place.crawl(&Night::default()).warned, 0);
    _ = place.crawl(&Night::at(NIGHT + DAY));
    place.server.world(|world| world.push("acme/app:moves", &image("two", "linux/amd64")));
    let back = place.crawl(&Night::at(NIGHT - DAY));
    assert_eq!(back.warnings.first().map(|warning| warning.kind), Some("clock"));
    assert_eq!((back.tag_changes.moved, back.tag_changes.unchanged), (1, 1));
    let times = |tag: &str| -> Vec<(i64, i64, bool)> {
        place.story(tag).iter().map(|o| (o.first_seen.seconds, o.last_seen.seconds, o.ended)).collect()
    };
    assert_eq!(times("stays"), [(NIGHT, NIGHT + DAY, false)]);
    let moved = NIGHT + DAY + 1;
    assert_eq!(times("moves"), [(NIGHT, NIGHT + DAY, true), (moved, moved, false)]);
    let repository = place.store.repository(&place.repository("acme/app")).unwrap().unwrap();
    assert_eq!(repository.complete_at, Some(at(NIGHT + DAY)));
    // Set right again, time goes on.
    _ = place.crawl(&Night::at(NIGHT + 2 * DAY));
    assert_eq!(times("moves"), [(NIGHT, NIGHT + DAY, true), (moved, NIGHT + 2 * DAY, false)]);
}

/// A tag that was gone comes back while the clock is behind.
#[test]
fn a_tag_that_comes_back_begins_after_what_is_over() {
    #[track_caller]
    fn check(looked_at: &[i64], back: i64, begins: i64) {
        let mut world = World::new();
        world.push("acme/app:stays", &image("one", "linux/amd64"));
        world.push("acme/app:back", &image("one", "linux/amd64"));
        let place = Place::new(world);
        for night in looked_at {
            _ = place.crawl(&Night::at(*night));
        }
        let last = *looked_at.last().unwrap();
        place.server.world(|world| world.untag("acme/app:back"));
        assert_eq!(place.crawl(&Night::at(NIGHT + 2 * DAY)).tag_changes.gone, 1);
        place.server.world(|world| world.push("acme/app:back", &image("one", "linux/amd64")));
        assert_eq!(place.crawl(&Night::at(back)).tag_changes.new, 1);
        let again = place.crawl(&Night::at(NIGHT + 3 * DAY));
        assert_eq!((again.tag_changes.new, again.tag_changes.unchanged), (0, 2));
        let story = place.story("back");
        let times: Vec<_> = story.iter().map(|o| (o.first_seen.seconds, o.last_seen.seconds, o.ended)).collect();
        assert_eq!(times, [(NIGHT, last, true), (begins, NIGHT + 3 * DAY, false)]);
    }
    check(&[NIGHT, NIGHT + DAY], NIGHT - DAY, NIGHT + DAY + 1);
    check(&[NIGHT, NIGHT + DAY], NIGHT, NIGHT + DAY + 1);
    check(&[NIGHT, NIGHT + DAY], NIGHT + DAY, NIGHT + DAY);
    check(&[NIGHT], NIGHT, NIGHT + 1);
    check(&[NIGHT], NIGHT + 1, NIGHT + 1);
}

/// 2099-01-01
const AHEAD: i64 = 4_070_908_800;

/// The sentence is said once, by the first run after it; what failed then is tried.
#[test]
fn p462_a_clock_that_was_ahead_once_delays_nothing() {
    let mut world = World::new();
    world.push("acme/app:1", &image("one", "linux/amd64"));
    let place = Place::new(world);
    _ = place.crawl(&Night::default());
    place.server.fault(Matcher::path("/acme/app/tags/list"), Fault::server_error(), Times::N(2));
    for _ in 0..2 {
        assert_eq!(place.crawl(&Night::at(AHEAD)).failed(), 1);
    }
    let first = place.crawl(&Night::at(NIGHT + DAY));
    assert_eq!((first.delayed, first.failed(), first.tags), (0, 0, 1));
    let sentence = "an earlier run was at 2099-01-01T00:00:00Z, long after this one, 2024-12-02T03:00:00Z: the clock, or \
                    --now, was ahead then. Nothing need be done";
    assert!(first.warnings.iter().any(|warning| warning.message.starts_with(sentence)), "{:?}", first.warnings);
    assert_eq!(place.crawl(&Night::at(NIGHT + 2 * DAY)).warned, 0);
}
