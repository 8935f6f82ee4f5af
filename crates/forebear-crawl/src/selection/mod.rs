//! What to walk: repositories, tags, platforms.

mod list;
pub mod newest;
mod spec;

use forebear_image::{Platform, RegistryName, RepositoryName};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Serialize;

pub use list::{Choice, TagList};
pub use spec::{SelectionSpec, Source, TagFilter};

use crate::error::CrawlError;

/// What of a registry is walked: a [`SelectionSpec`] that was checked.
#[derive(Clone, Debug)]
pub struct Selection {
    patterns: Patterns,
    repositories: GlobSet,
    include: GlobSet,
    exclude: GlobSet,
    names_repositories: bool,
}

/// The selection as given; its JSON identifies a run that can be resumed. What
/// came later is left out where it is not used, so that runs that were begun
/// before there was a choice are still recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Patterns {
    registry: RegistryName,
    repositories: Vec<String>,
    tags: Vec<String>,
    platforms: Vec<Platform>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    provenance: bool,
    #[serde(skip_serializing_if = "Source::is_auto")]
    source: Source,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exclude: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tags: Option<u32>,
}

#[derive(Serialize)]
struct AtAddress<'a> {
    #[serde(flatten)]
    patterns: &'a Patterns,
    at: &'a str,
}

/// What a walk begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// These repositories.
    Repositories(Vec<RepositoryName>),
    /// The listing of each of these namespaces.
    Namespaces(Vec<String>),
    /// The catalog.
    Catalog,
}

impl Selection {
    /// A selection of the registry stored as `registry`. Empty lists select
    /// everything. `*` in a glob matches any run of characters, `/` included.
    /// On Docker Hub a name of one part lies in `library/`.
    ///
    /// # Errors
    /// [`CrawlError::Selection`] naming the glob that is none, or what the
    /// source cannot take.
    pub fn of(registry: &RegistryName, spec: SelectionSpec) -> Result<Self, CrawlError> {
        let SelectionSpec { source, mut repositories, tags, platforms, provenance, max_tags } = spec;
        let hub = registry.is_docker_hub() && source != Source::Namespace;
        for pattern in &mut repositories {
            if hub && !pattern.contains('/') && !is_glob(pattern) {
                *pattern = format!("library/{pattern}");
            }
        }
        check_source(registry, source, &repositories)?;
        let matched = match source {
            Source::Namespace => repositories.iter().map(|pattern| namespace_glob(pattern)).collect(),
            _ => repositories.clone(),
        };
        let (repository_set, include, exclude) = (globs(&matched)?, globs(&tags.include)?, globs(&tags.exclude)?);
        let patterns = Patterns {
            registry: registry.clone(),
            repositories,
            // All of them is no filter.
            tags: if tags.include.iter().any(|glob| glob == "*") { Vec::new() } else { tags.include },
            platforms,
            provenance,
            source,
            exclude: tags.exclude,
            newest: tags.newest,
            max_tags,
        };
        let mut selection =
            Self { patterns, repositories: repository_set, include, exclude, names_repositories: false };
        selection.names_repositories = matches!(selection.origin(), Origin::Repositories(_));
        Ok(selection)
    }

    /// Whether attestations are fetched.
    #[must_use]
    pub fn wants_provenance(&self) -> bool {
        self.patterns.provenance
    }

    /// Where the walk begins.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let patterns = &self.patterns.repositories;
        match self.patterns.source {
            Source::Catalog => Origin::Catalog,
            Source::Namespace => {
                let mut names: Vec<String> = patterns.iter().map(|pattern| namespace(pattern).to_owned()).collect();
                names.sort_unstable();
                names.dedup();
                Origin::Namespaces(names)
            }
            Source::Auto | Source::List => match self.named() {
                Some(names) if !names.is_empty() => Origin::Repositories(names),
                _ => Origin::Catalog,
            },
        }
    }

    /// The repositories by name, when every pattern is a plain name.
    fn named(&self) -> Option<Vec<RepositoryName>> {
        let names = &self.patterns.repositories;
        names.iter().map(|name| RepositoryName::new(&self.patterns.registry, name).ok()).collect()
    }

    /// Whether the repositories were given by name: one that is not there is
    /// then a failure.
    #[must_use]
    pub fn names_repositories(&self) -> bool {
        self.names_repositories
    }

    /// Whether a repository is walked.
    #[must_use]
    pub fn wants_repository(&self, name: &RepositoryName) -> bool {
        self.patterns.repositories.is_empty() || self.repositories.is_match(&name.path)
    }

    /// Whether the filter lets a tag through; it may still not be among the
    /// newest.
    #[must_use]
    pub fn wants_tag(&self, tag: &str) -> bool {
        (self.patterns.tags.is_empty() || self.include.is_match(tag)) && !self.exclude.is_match(tag)
    }

    /// The most tags of a repository that are wanted.
    #[must_use]
    pub fn newest(&self) -> Option<u32> {
        self.patterns.newest
    }

    /// The most tags of a repository that are walked, whatever is wanted.
    #[must_use]
    pub fn max_tags(&self) -> Option<u32> {
        self.patterns.max_tags
    }

    /// Whether an entry of an index is walked. One that names no platform may
    /// be anything, so it is.
    #[must_use]
    pub fn wants_platform(&self, platform: Option<&Platform>) -> bool {
        let wanted = &self.patterns.platforms;
        wanted.is_empty() || platform.is_none_or(|platform| wanted.iter().any(|wanted| platform.satisfies(wanted)))
    }

    /// Whether an image counts as one that was asked for, by its config's own
    /// word. Old builders leave the variant out of a config, which then may be
    /// any.
    #[must_use]
    pub fn wants_built(&self, platform: Option<&Platform>) -> bool {
        self.wants_platform(platform)
            || platform.is_some_and(|built| {
                let variant = |wanted: &Platform| Platform { variant: wanted.variant.clone(), ..built.clone() };
                built.variant.is_none() && self.patterns.platforms.iter().any(|w| variant(w).satisfies(w))
            })
    }

    /// Whether some platforms are left out.
    #[must_use]
    pub fn narrows_platforms(&self) -> bool {
        !self.patterns.platforms.is_empty()
    }

    /// Whether some repositories are left out.
    #[must_use]
    pub fn narrows_repositories(&self) -> bool {
        !self.patterns.repositories.is_empty()
    }

    /// Whether some tags are left out by their names.
    #[must_use]
    pub fn narrows_tags(&self) -> bool {
        !self.patterns.tags.is_empty() || !self.patterns.exclude.is_empty()
    }

    /// Text that is equal for equal selections. Runs were known by it alone
    /// before [`Selection::identity_at`].
    #[must_use]
    pub fn identity(&self) -> String {
        serde_json::to_string(&self.patterns).unwrap_or_default()
    }

    /// Text that is equal for equal selections at one address. Two registries
    /// may be stored under one name (a mirror): what is left to ask one for, and
    /// where in its lists, says nothing of the other.
    #[must_use]
    pub fn identity_at(&self, base_url: &str) -> String {
        let here = AtAddress { patterns: &self.patterns, at: base_url };
        serde_json::to_string(&here).unwrap_or_default()
    }
}

/// The registry of a selection's [`Selection::identity`].
pub(crate) fn registry_of(identity: &str) -> Option<RegistryName> {
    let patterns: serde_json::Value = serde_json::from_str(identity).ok()?;
    patterns.get("registry")?.as_str()?.parse().ok()
}

fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '{'])
}

/// `library/a*` → `library`.
fn namespace(pattern: &str) -> &str {
    pattern.split_once('/').map_or(pattern, |(namespace, _)| namespace)
}

fn namespace_glob(pattern: &str) -> String {
    if pattern.contains('/') { pattern.to_owned() } else { format!("{pattern}/*") }
}

fn check_source(registry: &RegistryName, source: Source, patterns: &[String]) -> Result<(), CrawlError> {
    let refuse = |message: String| Err(CrawlError::Selection(message));
    match source {
        Source::Auto | Source::Catalog => Ok(()),
        Source::List | Source::Namespace if patterns.is_empty() => {
            refuse("it says where to look, and names no repositories".to_owned())
        }
        Source::List => patterns.iter().try_for_each(|name| match RepositoryName::new(registry, name) {
            Ok(_) => Ok(()),
            Err(_) if is_glob(name) => {
                refuse(format!("'{name}' is a glob, and a list takes names; globs are for the catalog"))
            }
            Err(error) => refuse(error.to_string()),
        }),
        Source::Namespace => patterns.iter().map(|pattern| namespace(pattern)).try_for_each(|name| {
            match RepositoryName::new(registry, name) {
                Ok(_) => Ok(()),
                Err(_) => refuse(format!("'{name}' is no namespace; write NAMESPACE or NAMESPACE/GLOB")),
            }
        }),
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
mod tests;
