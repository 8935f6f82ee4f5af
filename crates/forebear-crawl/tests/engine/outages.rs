//! Tags that are listed and not found: one is gone, most of a list are an outage.

use forebear_crawl::operate::publish::publish;
use forebear_crawl::{RunReport, Stop, TagFilter};
use forebear_testkit::{Fault, Matcher, Times, World};
use tempfile::TempDir;

use crate::harness::{DAY, NIGHT, Night, Place, image};

/// `acme/app:t00` and on, and two repositories of one tag.
fn place(tags: usize) -> Place {
    let mut world = World::new();
    for number in 0..tags {
        world.push(&format!("acme/app:t{number:02}"), &image(&format!("app {number}"), "linux/amd64"));
    }
    world.push("acme/db:1", &image("db", "linux/amd64"));
    world.push("library/alpine:3.19", &image("alpine", "linux/amd64"));
    Place::new(world)
}

fn hide(place: &Place, tags: usize) {
    for number in 0..tags {
        let part = format!("/acme/app/manifests/t{number:02}");
        place.server.fault(Matcher::path(&part), Fault::not_found(), Times::Always);
    }
}

/// The name of the index of what is stored, which is a hash of its bytes.
fn index(place: &Place) -> String {
    let folder = TempDir::new().unwrap();
    publish(&*place.store, folder.path()).unwrap();
    std::fs::read_to_string(folder.path().join("CURRENT")).unwrap()
}

fn warnings(report: &RunReport) -> Vec<(&str, &str, &str)> {
    report.warnings.iter().map(|warning| (warning.subject.as_str(), warning.kind, warning.message.as_str())).collect()
}

/// So many tags of so many are hidden for a night → how many end.
#[test]
fn p31_most_of_a_repositorys_tags_do_not_go_in_a_moment() {
    #[track_caller]
    fn check(tags: usize, hidden: usize, ended: u64) {
        let place = place(tags);
        _ = place.crawl(&Night::default());
        hide(&place, hidden);
        for concurrency in [1, 8] {
            let night = Night { concurrency, ..Night::at(NIGHT + DAY) };
            // The second look at one night has nothing left to end.
            let ended = if concurrency == 1 { ended } else { 0 };
            let report = place.crawl(&night);
            let gone = if ended > 0 { hidden as u64 } else { report.gone };
            assert_eq!(
                (report.ended, report.gone, report.tag_changes.gone),
                (ended, gone, ended),
                "{hidden} of {tags}"
            );
        }
        assert_eq!(place.tags("acme/app").len() as u64, tags as u64 - ended, "{hidden} of {tags}");
    }
    check(12, 1, 1);
    check(12, 6, 6);
    check(12, 7, 0);
    check(12, 12, 0);
    check(4, 4, 0);
    check(4, 3, 3);
    check(3, 3, 3);
    check(1, 1, 1);
    check(8, 4, 4);
    check(7, 4, 0);
}

#[test]
fn p31_an_outage_is_one_warning_and_the_next_run_decides() {
    let place = place(12);
    _ = place.crawl(&Night::default());
    hide(&place, 12);
    let message = "listed and not found: 12 of 12 tags of acme/app; a proxy whose upstream is limited? \
                   None of them is taken for gone, and the next run asks again";
    for night in 1..3 {
        let out = place.crawl(&Night::at(NIGHT + night * DAY));
        assert_eq!(warnings(&out), [("r.example/acme/app", "outage", message)]);
        assert_eq!((out.outages, out.warned, out.failed(), out.ended, out.gone), (1, 1, 0, 0, 0));
        assert!(!out.unchanged && out.has_left_out() && out.stopped.is_none(), "{out:?}");
        assert_eq!((out.tags, out.tag_changes.unchanged, out.open), (14, 2, 0));
        assert_eq!(place.tags("acme/app").len(), 12);
    }
    assert_eq!(place.open("acme/app", "t00").unwrap().last_seen.seconds, NIGHT);
    place.server.clear_faults();
    let well = place.crawl(&Night::at(NIGHT + 3 * DAY));
    assert_eq!((well.outages, well.tag_changes.unchanged, well.has_left_out()), (0, 14, false));
    assert!(well.unchanged && well.warnings.is_empty(), "{well:?}");
    let story = place.story("t00");
    assert_eq!((story.len(), story[0].last_seen.seconds, story[0].ended), (1, NIGHT + 3 * DAY, false));
}

/// Of which nothing was ever seen: nothing is known of it, and that is said.
#[test]
fn p294_an_outage_in_the_first_night() {
    let place = place(12);
    hide(&place, 12);
    let out = place.crawl(&Night::default());
    assert_eq!((out.outages, out.gone, out.images_new), (1, 0, 2));
    place.server.clear_faults();
    assert_eq!(place.crawl(&Night::at(NIGHT + DAY)).images_new, 12);
}

/// One repository's outage says nothing of another's tag.
#[test]
fn p293_each_repository_is_decided_on_by_itself() {
    let place = place(12);
    _ = place.crawl(&Night::default());
    hide(&place, 12);
    place.server.fault(Matcher::path("/acme/db/manifests/"), Fault::not_found(), Times::Always);
    let out = place.crawl(&Night::at(NIGHT + DAY));
    assert_eq!((out.outages, out.ended, out.gone), (1, 1, 1));
    assert_eq!((place.tags("acme/app").len(), place.tags("acme/db").len()), (12, 0));
}

/// Only what this run has listed and asked for counts.
#[test]
fn p292_tags_that_were_left_out_count_for_nothing() {
    #[track_caller]
    fn check(filter: TagFilter, max_tags: Option<u32>, hidden: usize, outages: u64) {
        let place = place(12);
        _ = place.crawl(&Night::default());
        hide(&place, hidden);
        let out = place.crawl(&Night { now: NIGHT + DAY, ..Night::tags(filter, max_tags) });
        assert_eq!(out.outages, outages, "{out:?}");
    }
    let some = |include: &[&str], newest| TagFilter {
        include: include.iter().map(|glob| (*glob).to_owned()).collect(),
        exclude: Vec::new(),
        newest,
    };
    // t00 to t04.
    check(some(&["t00", "t01", "t02", "t03", "t04"], None), None, 4, 1);
    check(some(&["t0*"], None), None, 4, 0);
    check(some(&["t0*"], None), None, 6, 1);
    check(some(&["t00", "t01", "t02"], None), None, 12, 0);
    check(some(&[], Some(5)), None, 12, 1);
    check(some(&[], Some(3)), None, 12, 0);
    check(some(&[], None), Some(5), 12, 1);
}

/// However often a run is stopped and gone on with, it decides as a whole one.
#[test]
fn p291_an_interrupted_run_decides_as_a_whole_one() {
    #[track_caller]
    fn check(hidden: usize, outages: u64, open: usize) {
        let (whole, parts) = (place(12), place(12));
        for place in [&whole, &parts] {
            _ = place.crawl(&Night::default());
            hide(place, hidden);
        }
        let night = Night { concurrency: 1, ..Night::at(NIGHT + DAY) };
        for heads in [2, 3, 1, 4] {
            parts.server.clear_faults();
            let limit = Fault::too_many_requests(Some("1"));
            parts.server.fault(Matcher::head("/manifests/").skip(heads), limit, Times::Once);
            hide(&parts, hidden);
            let stopped = parts.crawl(&night);
            assert!(matches!(stopped.stopped, Some(Stop::Limit { .. })), "{stopped:?}");
            assert_eq!((stopped.outages, stopped.ended, stopped.gone), (0, 0, 0), "nothing is decided yet");
            assert_eq!(parts.tags("acme/app").len(), 12);
        }
        let (at_once, last) = (whole.crawl(&night), parts.crawl(&night));
        assert_eq!((at_once.outages, last.outages, last.resumed), (outages, outages, true), "{last:?}");
        assert_eq!((at_once.ended, at_once.gone), (last.ended, last.gone));
        for place in [&whole, &parts] {
            assert_eq!(place.tags("acme/app").len(), open);
        }
        assert_eq!(index(&whole), index(&parts), "same facts, same bytes");
    }
    check(12, 1, 12);
    check(7, 1, 12);
    check(5, 0, 7);
}

/// What was found absent is not asked for again by a process that goes on with
/// the run, and is forgotten when it has ended.
#[test]
fn p291_absent_tags_are_asked_for_once_in_a_run() {
    let mut world = World::new();
    let digest = world.push("acme/long:0", &image("long", "linux/amd64"));
    for number in 1..5_000 {
        world.tag(&format!("acme/long:{number}"), digest);
    }
    let place = Place::new(world);
    // Some at the beginning of the list, which is fed in pieces.
    for number in 0..10 {
        let part = format!("/manifests/{}", 10 + number);
        place.server.fault(Matcher::path(&part).method("HEAD"), Fault::not_found(), Times::Once);
    }
    let limit = Fault::too_many_requests(Some("1"));
    place.server.fault(Matcher::head("/manifests/").skip(1_500), limit, Times::Once);
    let stopped = place.crawl(&Night::default());
    assert!(matches!(stopped.stopped, Some(Stop::Limit { .. })));
    let done = place.crawl(&Night::default());
    assert_eq!((done.stopped.clone(), done.outages), (None, 0), "{done:?}");
    let asked = place.asked();
    assert_eq!(asked.iter().filter(|asked| asked.starts_with("HEAD")).count(), 5_000 + 1, "each tag once");
    assert!(asked.iter().filter(|asked| asked.contains("/tags/list")).count() > 1, "it was listed again");
    assert_eq!(done.gone, 10);
    let run = place.store.runs().unwrap()[0].id;
    assert_eq!(place.store.absent(run, None, 10).unwrap(), []);
}
