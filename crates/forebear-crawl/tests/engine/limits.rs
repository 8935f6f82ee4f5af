//! A registry's limits and the run's own: parked, waited for, resumed.

use std::time::{Duration, Instant};

use forebear_crawl::{OnLimit, Stop};
use forebear_image::Timestamp;
use forebear_store::{FailureKind, Hold};
use forebear_testkit::{Fault, Matcher, Times, World};

use crate::harness::{DAY, NIGHT, Night, Place, image};

fn place() -> Place {
    let mut world = World::new();
    for number in 0..6 {
        world.push(&format!("acme/app:{number}"), &image(&format!("app {number}"), "linux/amd64"));
    }
    Place::new(world)
}

fn clock() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_secs() as i64)
}

/// The hold on record, and one put there.
fn hold(place: &Place, change: Option<(i64, i64)>) -> Option<Hold> {
    let registry = format!("http://{}/", place.server.host());
    if let Some((since, until)) = change {
        let at = |seconds| Timestamp { seconds, nanos: 0 };
        let hold = Hold { registry: registry.clone(), since: at(since), until: at(until), reason: "busy".into() };
        place.store.keep(vec![hold]).unwrap();
    }
    place.store.hold(&registry).unwrap()
}

#[test]
fn r1_r8_a_long_hold_is_parked_and_nothing_is_sent_before_its_end() {
    let place = place();
    place.server.fault(Matcher::head("/manifests/3"), Fault::too_many_requests(Some("120")), Times::Once);
    let begun = clock();
    let stopped = place.crawl(&Night::default());
    let Some(Stop::Limit { wait: Some(wait), until: Some(until), reason }) = stopped.stopped else {
        panic!("{stopped:?}")
    };
    assert!((119..=120).contains(&wait) && reason.contains("limit"), "{wait} {reason}");
    assert!((begun + 119..=clock() + 121).contains(&until.seconds));
    assert!(stopped.open > 0);
    place.server.clear_requests();
    let held = place.crawl(&Night::default());
    assert!(place.server.requests().is_empty(), "not even a ping");
    assert_eq!(held.open, stopped.open);
    match held.stopped {
        Some(Stop::Limit { wait: Some(wait), until: Some(same), .. }) => {
            assert!((100..=120).contains(&wait) && same == until);
        }
        other => panic!("{other:?}"),
    }
    // Once it is over, the run goes on where it was.
    _ = hold(&place, Some((begun - 200, begun - 80)));
    let done = place.crawl(&Night::default());
    assert_eq!((done.stopped, done.resumed, done.open), (None, true, 0));
    assert_eq!(place.tags("acme/app").len(), 6);
}

#[test]
fn the_rest_of_a_hold_is_waited_for_when_it_is_short() {
    let place = place();
    let now = clock();
    _ = hold(&place, Some((now - 100, now + 3)));
    let report = place.crawl(&Night::default());
    assert!(clock() >= now + 3, "nothing is sent before its end");
    assert_eq!((report.stopped, report.tags), (None, 6));
}

/// A shorter word of the registry does not shorten what it said before, nor
/// does a run that is ending lose a longer one.
#[test]
fn r1_a_hold_only_moves_forward() {
    #[track_caller]
    fn check(first: &str, then: &str) {
        let place = place();
        // All are in flight when the first answer comes.
        place.server.options(|options| options.together = Some(("/manifests/", 6)));
        place.server.fault(Matcher::head("/manifests/"), Fault::too_many_requests(Some(first)), Times::Once);
        place.server.fault(Matcher::head("/manifests/"), Fault::too_many_requests(Some(then)), Times::Always);
        let begun = clock();
        let report = place.crawl(&Night::default());
        let kept = hold(&place, None).unwrap();
        assert!((begun + 21_599..=clock() + 21_601).contains(&kept.until.seconds), "{kept:?}");
        match report.stopped {
            Some(Stop::Limit { until, .. }) => assert_eq!(until, Some(kept.until)),
            other => panic!("{other:?}"),
        }
    }
    check("61", "21600");
    check("21600", "61");
}

#[test]
fn a_ping_that_is_refused_is_a_limit_too() {
    let place = place();
    let now = clock();
    place.server.fault(Matcher::path("/v2/"), Fault::too_many_requests(Some("3600")), Times::Once);
    _ = place.crawl(&Night::default());
    let long = hold(&place, None).unwrap();
    assert!(long.until.seconds >= now + 3_599, "{long:?}");
}

/// What is in flight when a run is told to end may still meet a limit.
#[test]
fn r1_a_hold_met_while_ending_is_kept() {
    let place = place();
    place.server.options(|options| options.delay = Duration::from_secs(1));
    place.server.fault(Matcher::head("/manifests/"), Fault::too_many_requests(Some("21600")), Times::Always);
    let begun = clock();
    let report = place.crawl(&Night { stop_at: Some(("/manifests/", 1)), ..Night::default() });
    assert_eq!(report.stopped, Some(Stop::Interrupted));
    let kept = hold(&place, None).unwrap();
    assert!(kept.until.seconds >= begun + 21_599, "{kept:?}");
    place.server.clear_requests();
    assert!(matches!(place.crawl(&Night::default()).stopped, Some(Stop::Limit { .. })));
    assert!(place.server.requests().is_empty(), "not even a ping");
}

/// A hold that the client was sleeping through holds for the next run.
#[test]
fn r1_a_short_hold_outlives_an_interrupted_run() {
    let place = place();
    place.server.fault(Matcher::head("/manifests/"), Fault::too_many_requests(Some("40")), Times::Always);
    let (stop_at, max_hold) = (Some(("/manifests/", 1)), Duration::from_secs(60));
    let begun = clock();
    let report = place.crawl(&Night { stop_at, max_hold, retries: 3, ..Night::default() });
    assert_eq!(report.stopped, Some(Stop::Interrupted));
    let kept = hold(&place, None).unwrap();
    assert!((begun + 39..=clock() + 41).contains(&kept.until.seconds), "{kept:?}");
}

/// The client's own guess after a limit of which no end is told is not kept as
/// the registry's word: it would be over in seconds, and the next run begin.
#[test]
fn r2_a_limit_without_a_time_is_reported_without_one() {
    let place = place();
    // Whoever asks: with others that come through no pause would grow.
    place.server.fault(Matcher::head("/manifests/"), Fault::too_many_requests(None), Times::Always);
    let report = place.crawl(&Night::default());
    assert!(matches!(report.stopped, Some(Stop::Limit { wait: None, until: None, .. })), "{:?}", report.stopped);
}

/// What is short is waited for, whatever was tried before; what is limited for ever
/// is that item's failure. No run ends for either.
#[test]
fn p450_no_run_ends_for_a_short_hold() {
    #[track_caller]
    fn check(faults: &[(Fault, Times)], failed: u64) {
        let place = place();
        for (fault, times) in faults {
            place.server.fault(Matcher::head("/manifests/3"), fault.clone(), *times);
        }
        let max_hold = Duration::from_secs(60);
        let report = place.crawl(&Night { max_hold, retries: 3, ..Night::default() });
        assert_eq!((report.stopped.as_ref(), report.tags, report.open), (None, 6 - failed, 0), "{report:?}");
        assert_eq!(report.failures.get(&FailureKind::RateLimited).copied(), (failed > 0).then_some(failed));
    }
    let one = || Fault::too_many_requests(Some("1"));
    check(&[(Fault::server_error(), Times::N(3)), (one(), Times::Once)], 0);
    check(&[(one(), Times::N(4))], 0);
}

/// A registry's word above a week is asked about by the next run, once, and no
/// more for an hour. A good answer ends it.
#[test]
fn p453_a_hold_above_a_week_is_asked_about() {
    /// What `/v2/` is answered, and whether the run goes on.
    #[track_caller]
    fn check(answer: Option<Fault>, days: i64, goes_on: bool) {
        let place = place();
        let until = clock() + days * 86_400;
        _ = hold(&place, Some((clock() - 60, until)));
        let shown = format!("{answer:?}");
        if let Some(fault) = answer {
            place.server.fault(Matcher::path("/v2/"), fault, Times::N(1));
        }
        let report = place.crawl(&Night { on_limit: OnLimit::Wait, ..Night::default() });
        if goes_on {
            assert_eq!((report.stopped, report.tags), (None, 6));
            assert!(hold(&place, None).unwrap().until.seconds <= clock());
            return;
        }
        match report.stopped {
            Some(Stop::Limit { until: Some(kept), .. }) => assert!(kept.seconds >= until, "{kept}"),
            other => panic!("{shown}: {other:?}"),
        }
        let paths: Vec<String> = place.server.requests().into_iter().map(|request| request.path).collect();
        assert_eq!(paths, ["/v2/"]);
        place.server.clear_requests();
        let again = place.crawl(&Night::default());
        assert!(matches!(again.stopped, Some(Stop::Limit { .. })) && place.server.requests().is_empty());
    }
    check(None, 3_650, true);
    check(None, 8, true);
    check(Some(Fault::unauthorized("Basic realm=\"r\"")), 3_650, true);
    check(Some(Fault::server_error()), 3_650, false);
    check(Some(Fault::Reset), 3_650, false);
    check(Some(Fault::too_many_requests(None)), 3_650, false);
    check(Some(Fault::too_many_requests(Some("60"))), 3_650, false);
    check(Some(Fault::too_many_requests(Some("999999999"))), 30, false);
}

/// As a registry's mistake is met: nobody waits for ten years, and as soon as it is
/// well the next run goes on.
#[test]
fn p453_one_answer_does_not_close_a_registry() {
    let place = place();
    let ten_years = Fault::too_many_requests(Some("999999999"));
    place.server.fault(Matcher::head("/manifests/3"), ten_years, Times::Once);
    let stopped = place.crawl(&Night { on_limit: OnLimit::Wait, ..Night::default() });
    assert!(matches!(stopped.stopped, Some(Stop::Limit { wait: Some(wait), .. }) if wait > 300_000_000));
    let next = place.crawl(&Night::default());
    assert_eq!((next.stopped, next.resumed, next.open), (None, true, 0));
    assert_eq!(place.tags("acme/app").len(), 6);
}

/// The owner's word, against any hold; the registry's own, said now, is obeyed.
#[test]
fn p454_a_hold_is_ignored_when_told_so() {
    let place = place();
    _ = hold(&place, Some((clock() - 60, clock() + 3_600)));
    assert!(matches!(place.crawl(&Night::default()).stopped, Some(Stop::Limit { .. })));
    assert!(place.server.requests().is_empty());
    place.server.fault(Matcher::head("/manifests/3"), Fault::too_many_requests(Some("7200")), Times::Once);
    let ignoring = Night { ignore_hold: true, ..Night::default() };
    let limited = place.crawl(&ignoring);
    assert!(matches!(limited.stopped, Some(Stop::Limit { wait: Some(7_100..), .. })), "{:?}", limited.stopped);
    assert!(matches!(place.crawl(&Night::default()).stopped, Some(Stop::Limit { wait: Some(7_100..), .. })));
    assert_eq!(place.crawl(&ignoring).stopped, None);
    assert_eq!(place.crawl(&Night::default()).stopped, None, "it is over for the next run too");
}

/// Set back, the clock makes a hold neither shorter nor endless.
#[test]
fn a_clock_set_back_begins_a_hold_anew() {
    let place = place();
    let later = clock() + 365 * 86_400;
    _ = hold(&place, Some((later, later + 300)));
    let report = place.crawl(&Night::default());
    match report.stopped {
        Some(Stop::Limit { wait: Some(wait), .. }) => assert!((299..=300).contains(&wait), "{wait}"),
        other => panic!("{other:?}"),
    }
    let kept = hold(&place, None).unwrap();
    assert!(kept.until.seconds <= clock() + 300 && kept.since.seconds <= clock(), "{kept:?}");
}

#[test]
fn a_limit_that_is_waited_for_is_gone_on_from() {
    let place = place();
    place.server.fault(Matcher::head("/manifests/3"), Fault::too_many_requests(Some("2")), Times::Once);
    let report = place.crawl(&Night { on_limit: OnLimit::Wait, ..Night::default() });
    assert_eq!((report.stopped, report.tags, report.open), (None, 6, 0));
    let requests = place.server.requests();
    let refused = requests.iter().find(|request| request.status == Some(429)).unwrap().arrival;
    let after = requests.iter().filter(|request| request.arrival > refused).map(|request| request.arrival - refused);
    let during = after.filter(|gap| (Duration::from_millis(500)..Duration::from_millis(1_990)).contains(gap));
    assert_eq!(during.count(), 0, "nothing is sent during a hold");
}

#[test]
fn waiting_ends_when_told_and_when_time_is_up() {
    #[track_caller]
    fn check(during: Night, before: Night, expected: &Stop) {
        let place = place();
        place.server.fault(Matcher::head("/manifests/3"), Fault::too_many_requests(Some("600")), Times::Always);
        let begun = Instant::now();
        // In the middle of a run, then before one.
        for night in [during, before] {
            let report = place.crawl(&Night { on_limit: OnLimit::Wait, ..night });
            assert_eq!(report.stopped.as_ref(), Some(expected));
            assert!(report.open > 0);
        }
        assert!(begun.elapsed() < Duration::from_secs(60));
    }
    let soon = Some(Duration::from_millis(700));
    let told = Night { stop_at: Some(("/manifests/3", 1)), ..Night::default() };
    check(told, Night { stop_after: soon, ..Night::default() }, &Stop::Interrupted);
    // Long enough to come to the limit, on a busy machine too.
    let time_up = Night { max_duration: Some(Duration::from_secs(4)), ..Night::default() };
    check(time_up, Night { max_duration: soon, ..Night::default() }, &Stop::TimeUp);
}

/// A registry that takes the connection and says nothing.
#[test]
fn a_ping_that_hangs_ends_when_told_and_when_time_is_up() {
    #[track_caller]
    fn check(night: Night, expected: &Stop) {
        let place = place();
        place.server.fault(Matcher::path("/v2/"), Fault::StallBeforeHeaders, Times::Always);
        let begun = Instant::now();
        assert_eq!(place.crawl(&night).stopped.as_ref(), Some(expected));
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    }
    check(Night { stop_at: Some(("/v2/", 1)), ..Night::default() }, &Stop::Interrupted);
    check(Night { max_duration: Some(Duration::from_millis(700)), ..Night::default() }, &Stop::TimeUp);
}

#[test]
fn a_run_whose_time_is_up_is_gone_on_with() {
    let place = place();
    place.server.options(|options| options.delay = Duration::from_millis(150));
    let short = Night { max_duration: Some(Duration::from_millis(400)), ..Night::default() };
    let first = place.crawl(&short);
    assert_eq!(first.stopped, Some(Stop::TimeUp));
    let mut runs = 1;
    let mut last = first;
    while last.stopped.is_some() {
        assert!(runs < 500, "it never ends: {last:?}");
        last = place.crawl(&short);
        runs += 1;
    }
    assert_eq!(place.tags("acme/app").len(), 6);
    let asked = place.asked();
    let mut digests: Vec<&String> = asked.iter().filter(|asked| asked.contains("sha256:")).collect();
    digests.dedup();
    assert_eq!(digests.len(), 12, "each digest once, in {runs} runs: {asked:#?}");
}

/// A list too long for the frontier is listed again after a stop, and what was
/// looked at is skipped.
#[test]
fn a_long_list_is_resumed() {
    let mut world = World::new();
    let digest = world.push("acme/long:0", &image("long", "linux/amd64"));
    for number in 1..6_000 {
        world.tag(&format!("acme/long:{number}"), digest);
    }
    world.push("acme/other:1", &image("long", "linux/amd64"));
    let place = Place::new(world);
    // Each run ends at a limit, after this many tags.
    for heads in [1_000, 3_000, 1] {
        let limit = Fault::too_many_requests(Some("1"));
        place.server.fault(Matcher::head("/manifests/").skip(heads), limit, Times::Once);
        assert!(matches!(place.crawl(&Night::default()).stopped, Some(Stop::Limit { .. })));
    }
    assert_eq!(place.crawl(&Night::default()).stopped, None);
    let asked = place.asked();
    let heads = asked.iter().filter(|asked| asked.starts_with("HEAD")).count();
    assert_eq!(heads, 6_001 + 3, "each tag once, and those that were refused");
    let lists = asked.iter().filter(|asked| asked.contains("/acme/long/tags/list")).count();
    assert!(lists > 1, "it was listed again");
    let whole = place.crawl(&Night::at(NIGHT + DAY));
    assert_eq!((whole.tags, whole.tag_changes.unchanged, whole.unchanged), (6_001, 6_001, true));
}

/// What is in flight gets ten seconds, then it is given up and stays to do.
#[test]
fn what_hangs_is_given_up() {
    let place = place();
    place.server.fault(Matcher::head("/manifests/3"), Fault::StallBeforeHeaders, Times::Once);
    let begun = Instant::now();
    // Everything else was asked for: `/v2/`, two lists, six tags, five manifests
    // and their configs.
    let report = place.crawl(&Night { stop_at: Some(("/", 19)), ..Night::default() });
    assert_eq!((report.stopped, report.open), (Some(Stop::Interrupted), 1), "{:?}", report.failures);
    assert!((10..25).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    let done = place.crawl(&Night::default());
    assert_eq!((done.stopped, done.tags, done.resumed), (None, 1, true));
}

/// A mirror under the same name is not asked for what another registry was to
/// be asked for, and has its own holds.
#[test]
fn a_parked_run_is_not_gone_on_with_at_another_address() {
    let place = place();
    place.server.fault(Matcher::head("/manifests/"), Fault::too_many_requests(Some("3600")), Times::Always);
    let parked = place.crawl(&Night::default());
    assert!(matches!(parked.stopped, Some(Stop::Limit { .. })) && parked.open > 0);
    let mut world = World::new();
    world.push("acme/other:1", &image("other", "linux/amd64"));
    let mirror = place.beside(world);
    let walked = mirror.crawl(&Night::default());
    assert_eq!((walked.stopped, walked.resumed, walked.tags), (None, false, 1));
    assert_eq!(mirror.count("/acme/app/"), 0);
}

/// What is seen long after an unfinished run began was not seen at its time.
#[test]
fn a_run_that_is_too_old_is_begun_anew() {
    #[track_caller]
    fn check(days: i64, resumed: bool) {
        let place = place();
        let mut other = Night::default();
        other.spec.repositories = vec!["acme/app".to_owned()];
        for night in [&Night::default(), &other] {
            place.server.fault(Matcher::head("/manifests/3"), Fault::too_many_requests(Some("1")), Times::Once);
            assert!(matches!(place.crawl(night).stopped, Some(Stop::Limit { .. })));
        }
        place.server.world(|world| world.push("acme/app:late", &image("late", "linux/amd64")));
        let late = NIGHT + days * DAY;
        let report = place.crawl(&Night::at(late));
        assert_eq!((report.stopped, report.resumed), (None, resumed));
        let runs = place.store.runs().unwrap();
        let left = |run: &forebear_store::Run| place.store.pending_count(run.id).unwrap() > 0;
        // That of the other selection has nobody to resume it.
        assert_eq!(runs.iter().filter(|run| !run.finished || left(run)).count(), usize::from(resumed));
        if !resumed {
            let first_seen = place.open("acme/app", "late").map(|open| open.first_seen.seconds);
            assert_eq!(first_seen, Some(late));
        }
    }
    check(29, true);
    check(31, false);
}
