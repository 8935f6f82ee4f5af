//! Mirrors that have another registry's repositories below a prefix.

use forebear_crawl::{SelectionSpec, Source};
use forebear_testkit::{Fault, Matcher, Times, World};

use crate::harness::{DAY, NIGHT, Night, Place, image};

fn place() -> Place {
    let mut world = World::new();
    for name in ["dockerhub/library/alpine:3.19", "dockerhub/acme/app:1", "quay/acme/app:1", "library/alpine:own"] {
        world.push(name, &image(name, "linux/amd64"));
    }
    Place::new(world)
}

fn night(source: Source, repositories: &[&str]) -> Night {
    let repositories = repositories.iter().map(|name| (*name).to_owned()).collect();
    let spec = SelectionSpec { source, repositories, ..SelectionSpec::default() };
    Night { strip_prefix: Some("dockerhub/".parse().unwrap()), ..Night::of(spec) }
}

#[test]
fn p302_globs_are_over_the_registrys_own_names() {
    #[track_caller]
    fn check(source: Source, repositories: &[&str], expected: &[(&str, &[&str])], outside: u64) {
        let place = place();
        let report = place.crawl(&night(source, repositories));
        assert_eq!((report.failed(), report.outside_prefix), (0, outside), "{report:?}");
        for path in ["library/alpine", "acme/app"] {
            let tags = expected.iter().find(|(name, _)| *name == path).map_or(&[][..], |(_, tags)| *tags);
            assert_eq!(place.tags(path), tags, "{path} of {repositories:?}");
        }
        assert!(place.asked().iter().all(|asked| !asked.contains("/quay/") && !asked.contains("v2/library")));
    }
    let alpine: (&str, &[&str]) = ("library/alpine", &["3.19"]);
    let app: (&str, &[&str]) = ("acme/app", &["1"]);
    check(Source::Auto, &[], &[alpine, app], 2);
    check(Source::Catalog, &["dockerhub/library/*"], &[alpine], 2);
    check(Source::Catalog, &["*/app"], &[app], 2);
    check(Source::Catalog, &["library/*"], &[], 2);
    check(Source::Auto, &["dockerhub/library/alpine"], &[alpine], 0);
    check(Source::List, &["dockerhub/library/alpine", "dockerhub/acme/app"], &[alpine, app], 0);
}

/// A later run is of the same repositories, a stopped one is gone on with, and
/// one without the prefix is another.
#[test]
fn p304_runs_with_one_prefix_are_of_one_selection() {
    let place = place();
    place.server.fault(Matcher::head("/acme/app/"), Fault::too_many_requests(Some("1")), Times::Once);
    assert!(place.crawl(&night(Source::Auto, &[])).stopped.is_some());
    let other = place.crawl(&Night::of(SelectionSpec {
        repositories: vec!["quay/acme/app".to_owned()],
        ..SelectionSpec::default()
    }));
    assert_eq!((other.resumed, other.tags), (false, 1));
    let done = place.crawl(&night(Source::Auto, &[]));
    assert_eq!((done.stopped.clone(), done.resumed, done.failed()), (None, true, 0), "{done:?}");
    assert_eq!((place.tags("library/alpine"), place.tags("acme/app")), (vec!["3.19".to_owned()], vec!["1".to_owned()]));
    place.server.world(|world| world.delete_repository("dockerhub/acme/app"));
    let again = place.crawl(&Night { now: NIGHT + DAY, ..night(Source::Auto, &[]) });
    assert_eq!((again.resumed, again.tag_changes.unchanged, again.tag_changes.gone), (false, 1, 2));
    assert!(place.tags("acme/app").is_empty());
}

/// Names that are not below it have no name without it.
#[test]
fn p301_a_name_that_is_not_below_the_prefix_is_refused() {
    let prefix = "dockerhub/".parse().unwrap();
    let hub = "docker.io".parse().unwrap();
    for (source, name) in [(Source::Auto, "alpine"), (Source::List, "library/alpine"), (Source::Auto, "dockerhub")] {
        let spec = SelectionSpec { source, repositories: vec![name.to_owned()], ..SelectionSpec::default() };
        let error = forebear_crawl::Selection::below(Some(&prefix), &hub, spec).unwrap_err();
        let expected = format!(
            "'{name}' is not below dockerhub/, which is taken off: write it as the registry does, dockerhub/{name}"
        );
        assert_eq!(error.to_string(), expected);
    }
}

/// What is not there is told by the registry's own name.
#[test]
fn p301_a_named_repository_that_is_not_there_is_told_as_the_registry_calls_it() {
    let place = place();
    let report = place.crawl(&night(Source::List, &["dockerhub/acme/none"]));
    let registry = format!("http://{}/", place.server.host());
    let expected = format!("r.example/acme/none: {registry} has no repository dockerhub/acme/none");
    assert_eq!((report.failed(), report.first_failure), (1, Some(expected)));
}
