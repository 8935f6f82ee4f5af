//! When repositories were seen, what was told of them, and what is unread.

use std::path::Path;

use forebear_facts::rows::UnreadRow;
use forebear_facts::{RepositorySeen, Told};
use forebear_image::{RepositoryName, Timestamp};
use forebear_index::names::Unread;
use forebear_index::{Bytes, Index, View, build};

use crate::world::{World, day as at, day_of};

fn name(path: &str) -> RepositoryName {
    RepositoryName::new(&"docker.io".parse().unwrap(), path).unwrap()
}

fn told(day: i64) -> Told {
    let registered = Some(Timestamp::parse("2014-06-05T20:00:00.123456Z").unwrap());
    Told { at: at(day), pulls: Some(1_000), stars: None, registered, updated: Some(at(day - 1)) }
}

/// Of a repository with tags, of one that went, and of one that only was told of.
pub(crate) fn seen() -> Vec<RepositorySeen> {
    let went = RepositorySeen::listed(name("x/gone"), at(1)).and(RepositorySeen::gone(name("x/gone"), at(4)));
    vec![
        RepositorySeen::told(name("x/told"), told(2)),
        RepositorySeen::listed(name("library/alpine"), at(4))
            .and(RepositorySeen::told(name("library/alpine"), told(4))),
        went,
    ]
}

pub(crate) fn unread() -> Vec<UnreadRow> {
    let row = |of: &str, what: &str, why: &str, count| UnreadRow {
        of: of.to_owned(),
        what: what.to_owned(),
        why: why.to_owned(),
        count,
    };
    vec![
        row("docker.io/library/alpine", "manifest", "timeout", 3),
        row("docker.io/library/alpine", "config", "forbidden", 1),
        row("docker.io/x/never", "list", "unauthorized", 1),
        row("docker.io", "list", "not_reached", 1),
    ]
}

fn index(seen: Vec<RepositorySeen>, unread: Vec<UnreadRow>) -> Index {
    let mut world = World::read("alpine:3@1-2! = A (ADD@1)\n alpine:3@3-4 = B (ADD@3)\n x/gone:1@1-2! = A (ADD@1)");
    world.facts.seen = seen;
    world.facts.unread = unread;
    Index::from_bytes(Bytes::Memory(build::build(&world.facts).unwrap()), Path::new("(test)")).unwrap()
}

/// A line: first and last seen, last listed, gone, and when what was told.
fn line(view: &View, path: &str) -> String {
    let Some(id) = view.find_repository(&name(path)) else { return "-".to_owned() };
    let seen = view.repository_seen(id);
    let day = |time: Option<Timestamp>| time.map_or("-".to_owned(), |time| day_of(time).to_string());
    let told = seen.told.map_or(String::new(), |told| {
        let registered = told.registered.map_or(String::new(), |time| time.to_string());
        format!(" told {}: {:?} {:?} {registered}", day(Some(told.at)), told.pulls, told.stars)
    });
    let gone = if seen.gone { " gone" } else { "" };
    format!("{}-{} listed {}{gone}{told}", day(seen.first_seen), day(seen.last_seen), day(seen.last_listed))
}

#[test]
fn p641_repositories_as_they_were_seen() {
    let index = index(seen(), Vec::new());
    #[track_caller]
    fn check(view: &View, path: &str, expected: &str) {
        assert_eq!(line(view, path), expected);
    }
    let now = index.view();
    let told = " told 4: Some(1000) None 2014-06-05T20:00:00.123456Z";
    check(&now, "library/alpine", &format!("1-4 listed 4{told}"));
    check(&now, "x/told", "2-2 listed - told 2: Some(1000) None 2014-06-05T20:00:00.123456Z");
    check(&now, "x/gone", "1-2 listed 4 gone");
    check(&now, "x/never", "-");
    let then = index.view_as_of(at(3));
    check(&then, "x/told", "2-2 listed - told 2: Some(1000) None 2014-06-05T20:00:00.123456Z");
    check(&then, "library/alpine", "1-3 listed -");
    check(&then, "x/gone", "1-2 listed -");
    check(&index.view_as_of(at(1)), "x/told", "--- listed -");
}

#[test]
fn p642_what_is_unread_and_why() {
    let index = index(seen(), unread());
    let view = index.view();
    let show = |unread: Unread<'_>| format!("{} {} {} {}", unread.of, unread.what, unread.why, unread.count);
    let all: Vec<String> = view.unread().map(show).collect();
    let expected = [
        "docker.io list not_reached 1",
        "docker.io/library/alpine config forbidden 1",
        "docker.io/library/alpine manifest timeout 3",
        "docker.io/x/never list unauthorized 1",
    ];
    assert_eq!(all, expected);
    let of = |name: &str| view.unread_of(name).map(show).collect::<Vec<_>>();
    assert_eq!(of("docker.io/library/alpine"), expected[1..3]);
    assert_eq!(of("docker.io"), expected[..1]);
    assert_eq!(of("docker.io/x/gone"), [""; 0]);
    assert_eq!(index.view_as_of(at(1)).unread().count(), 0, "of an earlier time it is not known");
}

/// An index of what earlier versions crawled is what it was, byte for byte, and tells
/// what observations tell.
#[test]
fn p643_an_index_without_these_sections() {
    use forebear_index::format::Section;
    let index = index(Vec::new(), Vec::new());
    assert_eq!(index.section_size(Section::RepositoriesSeen), 0);
    assert_eq!(index.section_size(Section::Unread), 0);
    assert_eq!(index.view().unread().count(), 0);
    let view = index.view();
    let id = view.find_repository(&name("library/alpine")).unwrap();
    let seen = view.repository_seen(id);
    assert!(seen.first_seen < seen.last_seen && seen.told.is_none() && !seen.gone, "{seen:?}");
}
