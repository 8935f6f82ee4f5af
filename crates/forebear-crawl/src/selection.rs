//! What to walk: repositories, tags, platforms.

use forebear_image::{Platform, RepositoryName};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Serialize;

use crate::error::CrawlError;

/// What of a registry is walked.
#[derive(Clone, Debug)]
pub struct Selection {
    patterns: Patterns,
    repositories: GlobSet,
    tags: GlobSet,
}

/// The selection as given; its JSON identifies a run that can be resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Patterns {
    registry: String,
    repositories: Vec<String>,
    tags: Vec<String>,
    platforms: Vec<Platform>,
    /// Left out where it is not wanted, so that runs that were begun before
    /// there was a choice are still recognised.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    provenance: bool,
}

impl Selection {
    /// A selection of the registry stored as `registry`. Empty lists select
    /// everything. `*` in a glob matches any run of characters, `/` included.
    ///
    /// # Errors
    /// [`CrawlError::Selection`] naming the glob that is none.
    pub fn new(
        registry: &str,
        mut repositories: Vec<String>,
        tags: Vec<String>,
        platforms: Vec<Platform>,
    ) -> Result<Self, CrawlError> {
        for pattern in &mut repositories {
            if registry == forebear_image::reference::DOCKER_HUB && !pattern.contains(['/', '*', '?', '[', '{']) {
                *pattern = format!("library/{pattern}");
            }
        }
        let (repository_set, tag_set) = (globs(&repositories)?, globs(&tags)?);
        let patterns = Patterns { registry: registry.to_owned(), repositories, tags, platforms, provenance: false };
        Ok(Self { patterns, repositories: repository_set, tags: tag_set })
    }

    /// The same, with the provenance of what is walked or without.
    #[must_use]
    pub fn with_provenance(mut self, wanted: bool) -> Self {
        self.patterns.provenance = wanted;
        self
    }

    /// Whether attestations are fetched.
    #[must_use]
    pub fn wants_provenance(&self) -> bool {
        self.patterns.provenance
    }

    /// The repositories by name, when every pattern is a plain name: then no
    /// catalog is needed.
    #[must_use]
    pub fn exact_repositories(&self) -> Option<Vec<RepositoryName>> {
        let names = &self.patterns.repositories;
        if names.is_empty() {
            return None;
        }
        names.iter().map(|name| RepositoryName::new(&self.patterns.registry, name).ok()).collect()
    }

    /// Whether a repository is walked.
    #[must_use]
    pub fn wants_repository(&self, name: &RepositoryName) -> bool {
        self.patterns.repositories.is_empty() || self.repositories.is_match(&name.path)
    }

    /// Whether a tag is walked.
    #[must_use]
    pub fn wants_tag(&self, tag: &str) -> bool {
        self.patterns.tags.is_empty() || self.tags.is_match(tag)
    }

    /// Whether an entry of an index is walked. One that names no platform may
    /// be anything, so it is.
    #[must_use]
    pub fn wants_platform(&self, platform: Option<&Platform>) -> bool {
        let wanted = &self.patterns.platforms;
        wanted.is_empty() || platform.is_none_or(|platform| wanted.iter().any(|wanted| platform.satisfies(wanted)))
    }

    /// Whether some repositories are left out.
    #[must_use]
    pub fn narrows_repositories(&self) -> bool {
        !self.patterns.repositories.is_empty()
    }

    /// Whether some tags are left out.
    #[must_use]
    pub fn narrows_tags(&self) -> bool {
        !self.patterns.tags.is_empty()
    }

    /// Text that is equal for equal selections.
    #[must_use]
    pub fn identity(&self) -> String {
        serde_json::to_string(&self.patterns).unwrap_or_default()
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet, CrawlError> {
    let bad = |pattern: &str, error: globset::Error| {
        CrawlError::Selection(format!("'{pattern}' is not a glob: {}", error.kind()))
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(GlobBuilder::new(pattern).literal_separator(false).build().map_err(|e| bad(pattern, e))?);
    }
    set.build().map_err(|e| bad(&patterns.join(" "), e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_tags_and_platforms() {
        let list = |items: &[&str]| items.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let arm = "linux/arm64".parse().unwrap();
        let some = Selection::new("docker.io", list(&["alpine", "acme/*"]), list(&["3.*"]), vec![arm]).unwrap();
        let repository = |path: &str| RepositoryName::new("docker.io", path).unwrap();
        for (path, expected) in [("library/alpine", true), ("acme/a/b", true), ("library/debian", false)] {
            assert_eq!(some.wants_repository(&repository(path)), expected, "{path}");
        }
        assert!(some.wants_tag("3.19") && !some.wants_tag("latest"));
        let v8 = "linux/arm64/v8".parse().unwrap();
        assert!(some.wants_platform(Some(&v8)) && some.wants_platform(None));
        assert!(!some.wants_platform(Some(&Platform::default_wanted())));
        assert_eq!(some.exact_repositories(), None);
        let exact = Selection::new("ghcr.io", list(&["o/r"]), vec![], vec![]).unwrap();
        assert_eq!(exact.exact_repositories(), Some(vec![RepositoryName::new("ghcr.io", "o/r").unwrap()]));
        assert!(Selection::new("x.io", list(&["a[b"]), vec![], vec![]).is_err());
        let (without, with) = (exact.identity(), exact.clone().with_provenance(true).identity());
        assert!(!without.contains("provenance") && without != with, "{without} {with}");
        assert_eq!(exact.with_provenance(false).identity(), without);
    }
}
