//! Registries that refuse HEAD, or tell no digest by it: what a night costs, and
//! what is known again.

use std::time::Duration;

use forebear_crawl::{Stop, TagCounts};
use forebear_store::FailureKind;
use forebear_testkit::{Fault, Matcher, Times, World};

use crate::harness::{DAY, NIGHT, Night, Place, image};

const TAGS: u64 = 6;

fn place() -> Place {
    let (amd, arm) = (image("one", "linux/amd64"), image("one", "linux/arm64"));
    let mut world = World::new();
    for number in 1..TAGS {
        world.push(&format!("acme/app:{number}"), &image(&format!("app {number}"), "linux/amd64"));
    }
    world.push_platforms("acme/app:many", &[&amd, &arm]);
    Place::new(world)
}

/// Whatever way the digest is told, a tag that leads where it led costs one GET
/// and nothing below it, and is no change.
#[test]
fn p284_a_tag_is_known_again_by_what_get_brings() {
    #[track_caller]
    fn check(fault: Fault, refused: u64, heads: usize) {
        let place = place();
        place.server.fault(Matcher::head("/manifests/"), fault, Times::Always);
        let one_by_one = |now| Night { concurrency: 1, ..Night::at(now) };
        let first = place.crawl(&one_by_one(NIGHT));
        assert_eq!((first.failed(), first.images_new, first.requests.head_refused), (0, 7, refused), "{first:?}");
        assert_eq!((first.manifests_new, first.unchanged), (8, false));
        _ = place.asked();
        for night in 1..3 {
            let again = place.crawl(&one_by_one(NIGHT + night * DAY));
            assert_eq!(again.tag_changes, TagCounts { unchanged: TAGS, ..TagCounts::default() });
            assert_eq!((again.images_new, again.images_known, again.manifests_new), (0, 7, 0));
            assert_eq!((again.requests.head_refused, again.requests.manifest_get), (refused, TAGS));
            assert!(again.unchanged, "{again:?}");
            let asked = place.asked();
            let count = |part: &str| asked.iter().filter(|asked| asked.contains(part)).count();
            // Some may be on their way when the first is answered.
            assert!(count("HEAD") <= heads && count("sha256:") == 0, "{asked:#?}");
        }
    }
    check(Fault::status(405, "UNSUPPORTED"), TAGS, 2);
    check(Fault::status(501, "UNSUPPORTED"), TAGS, 2);
    check(Fault::status(403, "DENIED"), TAGS, TAGS as usize);
    check(Fault::Header("docker-content-digest".to_owned(), String::new()), 0, TAGS as usize);
    check(Fault::Header("docker-content-digest".to_owned(), "blake3:00".to_owned()), 0, TAGS as usize);
}

/// Many at once: the same is known, and fetched.
#[test]
fn p284_many_at_once_fetch_nothing_twice() {
    let place = place();
    place.server.fault(Matcher::head("/manifests/"), Fault::status(405, "UNSUPPORTED"), Times::Always);
    let first = place.crawl(&Night::default());
    assert_eq!((first.failed(), first.images_new, first.requests.head_refused), (0, 7, TAGS));
    let asked = place.asked();
    let mut digests: Vec<&String> = asked.iter().filter(|asked| asked.contains("sha256:")).collect();
    let all = digests.len();
    digests.dedup();
    assert_eq!(digests.len(), all, "{digests:#?}");
    let again = place.crawl(&Night::at(NIGHT + DAY));
    assert!(again.unchanged && again.images_known == 7, "{again:?}");
}

/// Each status that is a limit parks the run, and none is a failure of the tag.
#[test]
fn p287_a_limit_by_another_status_parks_the_run() {
    for fault in [
        Fault::status(503, "TOOMANYREQUESTS"),
        Fault::status(403, "DENIED").with_header("retry-after", "1"),
        Fault::status(403, "DENIED").with_header("x-ratelimit-remaining", "0"),
        Fault::Answer { status: 403, headers: Vec::new(), body: "API rate limit exceeded".into() },
    ] {
        let place = place();
        // A HEAD's answer has no body: the list's has.
        place.server.fault(Matcher::path("/tags/list"), fault.clone(), Times::Once);
        // None is waited for within the run.
        let parked = place.crawl(&Night { max_hold: Duration::ZERO, ..Night::default() });
        assert!(matches!(parked.stopped, Some(Stop::Limit { .. })), "{fault:?}: {parked:?}");
        assert_eq!((parked.failed(), parked.requests.limited), (0, 1));
        let done = place.crawl(&Night::default());
        let got = (done.failed(), done.resumed, done.images_new);
        assert_eq!((got, done.stopped), ((0, true, 7), None), "{fault:?}");
    }
}

/// A denial is of that repository: the others are walked.
#[test]
fn p288_a_denied_repository_is_a_failure_and_no_limit() {
    let place = place();
    place.server.world(|world| world.push("acme/db:1", &image("db", "linux/amd64")));
    place.server.fault(Matcher::path("/acme/app/tags/list"), Fault::status(403, "DENIED"), Times::Always);
    let report = place.crawl(&Night::default());
    assert_eq!((report.stopped, report.images_new, report.requests.limited), (None, 1, 0));
    assert_eq!(report.failures.into_iter().collect::<Vec<_>>(), [(FailureKind::Forbidden, 1)]);
}
