//! What a selection takes, and what it begins with.

use super::*;
use crate::selection::TagFilter;

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|s| (*s).to_owned()).collect()
}

fn spec(source: Source, repositories: &[&str]) -> SelectionSpec {
    SelectionSpec { source, repositories: list(repositories), ..SelectionSpec::default() }
}

fn named(registry: &str) -> RegistryName {
    registry.parse().unwrap()
}

#[test]
fn repositories_tags_and_platforms() {
    let tags = TagFilter { include: list(&["3.*"]), exclude: list(&["*-rc*"]), newest: None };
    let platforms = vec!["linux/arm64".parse().unwrap(), "linux/arm/v6".parse().unwrap()];
    let some = SelectionSpec { tags, platforms, ..spec(Source::Auto, &["alpine", "acme/*"]) };
    let some = Selection::of(&named("docker.io"), some).unwrap();
    let repository = |path: &str| RepositoryName::new(&named("docker.io"), path).unwrap();
    for (path, expected) in [("library/alpine", true), ("acme/a/b", true), ("library/debian", false)] {
        assert_eq!(some.wants_repository(&repository(path)), expected, "{path}");
    }
    assert!(some.wants_tag("3.19") && !some.wants_tag("latest") && !some.wants_tag("3.19-rc1"));
    let platform = |text: &str| text.parse::<Platform>().unwrap();
    assert!(some.wants_platform(Some(&platform("linux/arm64/v8"))) && some.wants_platform(None));
    assert!(!some.wants_platform(Some(&Platform::default_wanted())));
    for (built, expected) in [("linux/arm64", true), ("linux/arm", true), ("linux/arm/v7", false), ("linux/386", false)]
    {
        assert_eq!(some.wants_built(Some(&platform(built))), expected, "{built}");
    }
}

#[test]
fn where_a_walk_begins() {
    #[track_caller]
    fn check(registry: &str, source: Source, repositories: &[&str], expected: Result<Origin, &str>) {
        match (Selection::of(&named(registry), spec(source, repositories)), expected) {
            (Ok(selection), Ok(origin)) => assert_eq!(selection.origin(), origin),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (got, expected) => panic!("{got:?}, expected {expected:?}"),
        }
    }
    let names = |registry: &str, paths: &[&str]| {
        Ok(Origin::Repositories(
            paths.iter().map(|path| RepositoryName::new(&named(registry), path).unwrap()).collect(),
        ))
    };
    let namespaces = |names: &[&str]| Ok(Origin::Namespaces(list(names)));
    check("ghcr.io", Source::Auto, &["o/r"], names("ghcr.io", &["o/r"]));
    check("docker.io", Source::Auto, &["alpine", "o/r"], names("docker.io", &["library/alpine", "o/r"]));
    check("docker.io", Source::Auto, &["alpine", "o/*"], Ok(Origin::Catalog));
    check("docker.io", Source::Auto, &[], Ok(Origin::Catalog));
    check("docker.io", Source::Catalog, &["alpine"], Ok(Origin::Catalog));
    check("docker.io", Source::List, &["alpine"], names("docker.io", &["library/alpine"]));
    check("docker.io", Source::List, &["library/*"], Err("a list takes names"));
    check("docker.io", Source::List, &["UPPER"], Err("UPPER"));
    check("docker.io", Source::List, &[], Err("names no repositories"));
    check("docker.io", Source::Namespace, &["library", "acme/web-*", "acme/x"], namespaces(&["acme", "library"]));
    check("docker.io", Source::Namespace, &["*/web"], Err("no namespace"));
    check("docker.io", Source::Namespace, &[], Err("names no repositories"));
    check("x.io", Source::Auto, &["a[b"], Err("not a glob"));
}

#[test]
fn a_namespace_is_matched_by_its_globs() {
    let selection = Selection::of(&named("docker.io"), spec(Source::Namespace, &["library", "acme/web-*"])).unwrap();
    for (path, expected) in [("library/alpine", true), ("acme/web-1", true), ("acme/db", false)] {
        assert_eq!(
            selection.wants_repository(&RepositoryName::new(&named("docker.io"), path).unwrap()),
            expected,
            "{path}"
        );
    }
}
