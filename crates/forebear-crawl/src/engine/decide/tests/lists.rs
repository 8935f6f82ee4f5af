//! Lists of repositories and of tags.

use forebear_facts::{RepositoryFacts, RepositorySeen};
use forebear_store::Task;

use crate::engine::listing::{Listing, Step};
use crate::engine::outcome::{AT_ONCE, Listed, Next, Outcome, Rejected};
use crate::selection::{SelectionSpec, Source, TagFilter, TagList};

use super::given::{NOW, Place, app, at, image, manifest, repository, seen};
use super::shown;

#[track_caller]
fn check(place: Place, task: Task, outcome: Outcome, expected: &[&str]) {
    let decided = place.decide(vec![(task, outcome)]);
    assert_eq!(shown::effects(&decided[0].1), expected);
}

fn catalog() -> Task {
    Task::Catalog { cursor: None }
}

fn namespace() -> Task {
    Task::Namespace { namespace: "acme".to_owned(), cursor: None }
}

fn names(paths: &[&str], next: Next) -> Outcome {
    let names: Vec<_> = paths.iter().map(|path| repository(path)).collect();
    Outcome::Repositories { names: names.into_iter(), told: Vec::new(), rejected: Rejected::default(), next }
}

fn next_page() -> Next {
    Next::Page(serde_json::from_value("/v2/_catalog?last=b".into()).unwrap())
}

fn only(pattern: &str) -> Place {
    Place::of(SelectionSpec { repositories: vec![pattern.to_owned()], ..SelectionSpec::default() })
}

#[test]
fn pages_of_repositories() {
    let page = || names(&["acme/app", "acme/db"], next_page());
    let both = ["+ tags acme/app", "+ tags acme/db"];
    let catalog_next = r#"+ catalog Some("/v2/_catalog?last=b")"#;
    check(Place::default(), catalog(), page(), &[&both[..], &[catalog_next, "ends"]].concat());
    let namespace_next = r#"+ namespace acme Some("/v2/_catalog?last=b")"#;
    check(Place::default(), namespace(), page(), &[&both[..], &[namespace_next, "ends"]].concat());
    check(only("acme/a*"), catalog(), page(), &["+ tags acme/app", catalog_next, "ends"]);
    // Named on a page before, or in memory already.
    check(Place::default().walked("acme/app"), catalog(), page(), &["+ tags acme/db", catalog_next, "ends"]);
    let active = Place::default().active(Task::Tags { repository: repository("acme/db") });
    check(active, catalog(), page(), &["+ tags acme/app", catalog_next, "ends"]);
    // In its delay: it is said, and its tags stay.
    let delayed = Place::default().fails("r.example/acme/db", 3, Some(NOW + 1));
    check(delayed, catalog(), page(), &["+ tags acme/app", catalog_next, "acme/db delayed", "ends"]);
    // The list itself is asked for whatever failed.
    let failing = Place::default().fails("the catalog", 3, None);
    check(failing, catalog(), page(), &[&["the catalog recovers"], &both[..], &[catalog_next, "ends"]].concat());
}

#[test]
fn lists_that_end() {
    let end = || names(&["acme/app"], Next::End);
    let app = "+ tags acme/app";
    // A whole catalog may lack what is on record.
    check(Place::default(), catalog(), end(), &[app, "left: vanished after None"]);
    check(Place::default(), namespace(), end(), &[app, "ends"]);
    check(only("acme/a*"), catalog(), end(), &[app, "ends"]);
    let tags = TagFilter { include: vec!["1*".to_owned()], ..TagFilter::default() };
    check(Place::of(SelectionSpec { tags, ..SelectionSpec::default() }), catalog(), end(), &[app, "ends"]);
    let trap = names(&["acme/app"], Next::Trap("leads back".to_owned()));
    check(
        Place::default(),
        catalog(),
        trap,
        &["the catalog fails: paging: the list of repositories leads back", app, "ends"],
    );
}

#[test]
fn names_that_are_none() {
    let rejected = || Rejected { count: 3, first: vec!["../x".to_owned(), "\u{1b}[2J".to_owned()], outside: 0 };
    let page = Outcome::Repositories {
        names: Vec::new().into_iter(),
        told: Vec::new(),
        rejected: rejected(),
        next: next_page(),
    };
    check(
        Place::default(),
        catalog(),
        page,
        &[
            r#"+ catalog Some("/v2/_catalog?last=b")"#,
            "# 3 rejected",
            r"warn the catalog: invalid_name: 3 repositories as listed are no valid names and are left out: '../x', '\u{1b}[2J'",
            "ends",
        ],
    );
}

#[test]
fn a_page_of_more_names_than_are_taken_at_once() {
    let many: Vec<String> = (0..=AT_ONCE).map(|number| format!("acme/a{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let decided = Place::default().decide(vec![(catalog(), names(&many, next_page()))]);
    let effects = &decided[0].1;
    assert_eq!(effects.tasks.len(), AT_ONCE);
    match &effects.rest {
        Some(Outcome::Repositories { names, next: Next::Page(_), .. }) => assert_eq!(names.len(), 1),
        other => panic!("{other:?}"),
    }
}

#[test]
fn repositories_that_a_catalog_lacks() {
    let vanished = || Outcome::Vanished { after: None };
    let place = || Place::default().on_record(&[("acme/app", true), ("acme/db", true), ("acme/empty", false)]);
    check(place().walked("acme/app"), catalog(), vanished(), &["+ tags acme/db", "ends"]);
    let all: Vec<String> = (0..AT_ONCE).map(|number| format!("acme/{number:04}")).collect();
    let all: Vec<(&str, bool)> = all.iter().map(|path| (path.as_str(), false)).collect();
    check(Place::default().on_record(&all), catalog(), vanished(), &[r#"left: vanished after Some("acme/4095")"#]);
}

fn list(tags: &[&str]) -> TagList {
    let mut list = TagList::default();
    tags.iter().for_each(|tag| list.push(tag));
    list.sort();
    list
}

/// A list as it was fetched, of which the run's selection has chosen.
fn listed(place: &Place, tags: &[&str], known: bool) -> Outcome {
    let tags = list(tags);
    let choice = place.context.selection.choose(&tags);
    Outcome::Tags { listed: Box::new(Listed { tags, choice }), rejected: Rejected::default(), known }
}

#[track_caller]
fn check_list(place: Place, tags: &[&str], expected: &[&str]) {
    let outcome = listed(&place, tags, true);
    check(place, Task::Tags { repository: app() }, outcome, expected);
}

fn before(mut place: Place, complete_at: Option<i64>) -> Place {
    let facts = RepositoryFacts { name: app(), complete_at: complete_at.map(at) };
    place.stored.repositories.insert(app(), facts);
    place
}

const DONE: [&str; 2] = ["acme/app complete at Some(1000)", "acme/app walked"];

#[test]
fn tags_of_a_list() {
    let whole = |place: Place| place.open(&[], None, None);
    let both = ["+ tag acme/app:1", "+ tag acme/app:2"];
    check_list(whole(Place::default()), &["2", "1", "2"], &[&DONE[..], &both, &["# 1 repositories", "ends"]].concat());
    // A clock that was set back takes nothing back.
    let later = before(whole(Place::default()), Some(NOW + 5));
    check_list(
        later,
        &["1"],
        &["acme/app complete at Some(1005)", "acme/app walked", both[0], "# 1 repositories", "ends"],
    );
    let failing = whole(Place::default()).fails("r.example/acme/app", 3, Some(0));
    let recovers = ["acme/app recovers"];
    check_list(failing, &["1"], &[&DONE[..], &recovers, &both[..1], &["# 1 repositories", "ends"]].concat());
    let failing = whole(Place::default()).fails("r.example/acme/app:1", 3, None);
    check_list(failing, &["1"], &[&DONE[..], &["# 1 repositories", "acme/app:1 parked", "ends"]].concat());
}

#[test]
fn repositories_that_are_not_there() {
    let named = || Place::of(SelectionSpec { repositories: vec!["acme/app".to_owned()], ..SelectionSpec::default() });
    let task = || Task::Tags { repository: app() };
    let place = named();
    let outcome = listed(&place, &[], false);
    check(
        place,
        task(),
        outcome,
        &["acme/app fails: not_found: http://registry/ has no repository acme/app", "# 1 repositories", "ends"],
    );
    // It was there, or a catalog says that it is: its tags end.
    for place in [before(named(), None), Place::default()] {
        let place = place.open(&[seen("1", "old", 5, 9, false)], None, None);
        let outcome = listed(&place, &[], false);
        check(
            place,
            task(),
            outcome,
            &["acme/app:1 is old 5-9 ended", DONE[0], DONE[1], "# 1 repositories, 1 tags gone, 1 ended", "ends"],
        );
    }
}

#[test]
fn tags_that_a_whole_list_lacks_end() {
    let on_record = [seen("1", "a", 5, 9, false), seen("2", "b", 5, 9, false), seen("3", "c", 5, 9, false)];
    let open = |place: Place| place.open(&on_record, None, None);
    check_list(
        open(Place::default()),
        &["2"],
        &[
            "acme/app:1 is a 5-9 ended",
            "acme/app:3 is c 5-9 ended",
            DONE[0],
            DONE[1],
            "+ tag acme/app:2",
            "# 1 repositories, 2 tags gone, 2 ended",
            "ends",
        ],
    );
    // Narrowed, capped: nothing that was not looked at ends.
    let spec = |spec: SelectionSpec| open(before(Place::of(spec), Some(500)));
    let narrowed = ["acme/app complete at Some(500)", "acme/app walked", "+ tag acme/app:2"];
    let tags = TagFilter { exclude: vec!["4*".to_owned()], ..TagFilter::default() };
    let globs = SelectionSpec { tags, ..SelectionSpec::default() };
    check_list(spec(globs), &["2"], &[&narrowed[..], &["# 1 repositories", "ends"]].concat());
    let tags = TagFilter { newest: Some(1), ..TagFilter::default() };
    let newest = SelectionSpec { tags, ..SelectionSpec::default() };
    check_list(spec(newest), &["0", "2"], &[&narrowed[..], &["# 1 repositories", "ends"]].concat());
    let cap = SelectionSpec { max_tags: Some(1), ..SelectionSpec::default() };
    let warning = "warn acme/app: capped: 2 tags, of which the newest 1 are walked; 1 are left out";
    check_list(spec(cap), &["0", "2"], &[&narrowed[..], &["# 1 repositories, 1 capped", warning, "ends"]].concat());
}

/// More tags on record than are looked up at once: the list is fed when all of
/// them have been compared.
#[test]
fn a_list_ends_tags_piece_by_piece() {
    let listing = |after: Option<&str>| {
        let (facts, step) =
            (RepositoryFacts { name: app(), complete_at: None }, Step::End { after: after.map(str::to_owned) });
        Outcome::Listing(Box::new(Listing {
            facts,
            seen: RepositorySeen::listed(app(), at(1)),
            tags: list(&["2"]),
            walked: 1,
            step,
            left: vec![0].into_iter(),
        }))
    };
    let task = || Task::Tags { repository: app() };
    let first = Place::default().open(&[seen("1", "a", 5, 9, false), seen("2", "b", 5, 9, false)], None, Some("2"));
    let one = ["acme/app:1 is a 5-9 ended", "# 1 tags gone, 1 ended", r#"left: ending after Some("2")"#];
    check(first, task(), listing(None), &one);
    check(Place::default(), task(), listing(Some("2")), &[r#"left: ending after Some("2")"#]);
    let rest = Place::default().open(&[seen("3", "c", 5, 9, false)], Some("2"), None);
    check(
        rest,
        task(),
        listing(Some("2")),
        &[
            "acme/app:3 is c 5-9 ended",
            "acme/app complete at None",
            "acme/app walked",
            "+ tag acme/app:2",
            "# 1 repositories, 1 tags gone, 1 ended",
            "ends",
        ],
    );
}

/// What an earlier process of this run has looked at is not asked for again.
#[test]
fn a_resumed_list_ignores_what_was_looked_at() {
    let place = || Place::default().resumed().open(&[], None, None);
    let now = || Some(seen("1", "image", 500, NOW, false));
    let asked = [&DONE[..], &["+ tag acme/app:1", "# 1 repositories", "ends"]].concat();
    let ignored = [&DONE[..], &["# 1 repositories", "ends"]].concat();
    check_list(place().last("1", None), &["1"], &asked);
    check_list(place().last("1", Some(seen("1", "image", 500, 900, false))), &["1"], &asked);
    check_list(place().last("1", Some(seen("1", "image", 500, NOW, true))), &["1"], &asked);
    // Seen at this time: what is missing below is asked for.
    let stored = place().last("1", now()).stored("image", &image("config")).config("config", None);
    check_list(stored, &["1"], &[&DONE[..], &["+ config acme/app@config", "# 1 repositories", "ends"]].concat());
    let absent = || place().last("1", now()).absent(&["image"]);
    check_list(absent(), &["1"], &asked);
    check_list(absent().active(manifest("image", 0)), &["1"], &ignored);
    // In the store it may be of another repository.
    let again = [&DONE[..], &["+ again acme/app@image at 0", "# 1 repositories", "ends"]].concat();
    check_list(absent().pending(&manifest("image", 0)), &["1"], &again);
    let subject = format!("r.example/acme/app@{}", super::given::digest("image"));
    check_list(absent().fails(&subject, super::given::RUN, Some(NOW)), &["1"], &ignored);
    // Absent when it was asked for, it may be again, or not: that is decided at
    // the end of the run.
    check_list(place().last("1", None).not_there("1"), &["1"], &ignored);
    // Another run of the same time looked at it: this one asks.
    let mut other = absent();
    other.context.resumed = false;
    check_list(other, &["1"], &asked);
}

#[test]
fn sources_do_not_change_what_a_list_means() {
    let spec =
        SelectionSpec { source: Source::Namespace, repositories: vec!["acme".to_owned()], ..SelectionSpec::default() };
    let place = Place::of(spec);
    let outcome = listed(&place, &[], false);
    // A namespace has listed it: that it is gone meanwhile is no failure.
    check(
        place.open(&[], None, None),
        Task::Tags { repository: app() },
        outcome,
        &[DONE[0], DONE[1], "# 1 repositories", "ends"],
    );
}
