//! What is walked: tags by globs and age, caps, platforms.

use forebear_crawl::{SelectionSpec, Source, TagFilter};
use forebear_testkit::World;

use crate::harness::{DAY, NIGHT, Night, Place, image};

fn filter(include: &[&str], exclude: &[&str], newest: Option<u32>) -> TagFilter {
    let own = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
    TagFilter { include: own(include), exclude: own(exclude), newest }
}

fn versions() -> World {
    let mut world = World::new();
    for tag in ["1.9", "1.10", "1.10-rc1", "2.0", "latest"] {
        world.push(&format!("acme/app:{tag}"), &image(tag, "linux/amd64"));
    }
    world
}

#[test]
fn only_chosen_tags_are_asked_for() {
    #[track_caller]
    fn check(filter: TagFilter, max_tags: Option<u32>, expected: &[&str]) {
        let place = Place::new(versions());
        let report = place.crawl(&Night::tags(filter, max_tags));
        let mut heads: Vec<String> = place.asked().into_iter().filter(|asked| asked.starts_with("HEAD")).collect();
        heads.iter_mut().for_each(|head| *head = head.rsplit('/').next().unwrap_or_default().to_owned());
        assert_eq!(heads, expected);
        assert_eq!((report.tags, report.images_new), (expected.len() as u64, expected.len() as u64));
    }
    check(filter(&[], &[], None), None, &["1.10", "1.10-rc1", "1.9", "2.0", "latest"]);
    check(filter(&["1.*"], &["*-rc*"], None), None, &["1.10", "1.9"]);
    check(filter(&["*"], &["*-rc*"], Some(3)), None, &["1.10", "2.0", "latest"]);
    check(filter(&[], &[], None), Some(2), &["2.0", "latest"]);
}

/// R15: over the cap there is a warning, within it none.
#[test]
fn r15_a_capped_repository_is_said() {
    let place = Place::new(versions());
    let capped = place.crawl(&Night::tags(TagFilter::default(), Some(2)));
    assert_eq!((capped.warned, capped.tag_changes.capped), (1, 3));
    let warning = capped.warnings.first().unwrap();
    assert_eq!((warning.subject.as_str(), warning.kind), ("r.example/acme/app", "capped"));
    assert_eq!(warning.message, "5 tags, of which the newest 2 are walked; 3 are left out");
    assert_eq!(capped.failed(), 0);
    let within = place.crawl(&Night { now: NIGHT + DAY, ..Night::tags(TagFilter::default(), Some(5)) });
    assert_eq!((within.warned, within.tag_changes.capped), (0, 0));
}

/// A run that left tags out ends none that it did not walk.
#[test]
fn a_narrowed_run_ends_nothing_it_did_not_walk() {
    #[track_caller]
    fn check(filter: TagFilter, max_tags: Option<u32>, expected: &[&str]) {
        let place = Place::new(versions());
        _ = place.crawl(&Night::default());
        place.server.world(|world| world.untag("acme/app:1.9"));
        let report = place.crawl(&Night { now: NIGHT + DAY, ..Night::tags(filter, max_tags) });
        assert_eq!(place.tags("acme/app"), expected);
        assert_eq!(report.ended, 5 - expected.len() as u64);
    }
    let all = ["1.10", "1.10-rc1", "1.9", "2.0", "latest"];
    let without = ["1.10", "1.10-rc1", "2.0", "latest"];
    check(filter(&["2.*"], &[], None), None, &all);
    check(filter(&[], &["*-rc*"], None), None, &all);
    check(filter(&[], &[], Some(2)), None, &all);
    check(filter(&[], &[], None), Some(3), &all);
    // Nothing was left out.
    check(filter(&[], &[], None), None, &without);
    check(filter(&[], &[], Some(4)), None, &without);
    check(filter(&[], &[], None), Some(4), &without);
}

/// A catalog is listed once, whatever tags are wanted of its repositories.
#[test]
fn tags_are_listed_once_in_a_run() {
    for tags in [filter(&["2.*"], &[], None), filter(&[], &[], Some(1)), filter(&[], &[], None)] {
        let place = Place::new(versions());
        for night in 0..2 {
            _ = place.crawl(&Night { now: NIGHT + night * DAY, ..Night::tags(tags.clone(), None) });
            assert_eq!(place.count("/tags/list"), 1, "{tags:?}");
        }
    }
}

/// Of a bare manifest only the config tells the platform: both are kept as
/// facts, and neither counts as asked for.
#[test]
fn bare_images_of_another_platform_are_set_apart() {
    let (amd, arm) = (image("one", "linux/amd64"), image("one", "linux/arm64"));
    let mut world = World::new();
    world.push("acme/bare:1", &arm);
    world.push("acme/bare:2", &amd);
    world.push_platforms("acme/many:1", &[&amd, &arm]);
    let place = Place::new(world);
    let spec = SelectionSpec { platforms: vec!["linux/amd64".parse().unwrap()], ..SelectionSpec::default() };
    let first = place.crawl(&Night::of(spec.clone()));
    assert_eq!((first.images_new, first.images_known, first.other_platform), (1, 0, 1));
    assert!(place.has(amd.manifest_digest) && place.has(arm.manifest_digest));
    assert_eq!(place.count(&arm.manifest_digest.to_string()), 1, "asked for as a tag's manifest, not as a child");
    let second = place.crawl(&Night { now: NIGHT + DAY, ..Night::of(spec) });
    assert_eq!((second.images_new, second.images_known, second.other_platform), (0, 1, 1));
    assert!(second.unchanged);
}

#[test]
fn sources() {
    #[track_caller]
    fn check(source: Source, repositories: &[&str], catalogs: usize, walked: u64) {
        let mut world = versions();
        world.push("acme/db:1", &image("db", "linux/amd64"));
        world.push("other/app:1", &image("other", "linux/amd64"));
        let place = Place::new(world);
        let repositories = repositories.iter().map(|name| (*name).to_owned()).collect();
        let report = place.crawl(&Night::of(SelectionSpec { source, repositories, ..SelectionSpec::default() }));
        assert_eq!((place.count("_catalog"), report.repositories), (catalogs, walked));
    }
    check(Source::Auto, &[], 1, 3);
    check(Source::Auto, &["acme/*"], 1, 2);
    check(Source::Auto, &["acme/app", "acme/db"], 0, 2);
    check(Source::Catalog, &["acme/app"], 1, 1);
    check(Source::List, &["acme/app"], 0, 1);
}
