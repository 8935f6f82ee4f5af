//! What of a registry is walked, decided name by name.

use std::borrow::Cow;

use forebear_image::{Platform, RegistryName, RepositoryName};
use forebear_registry::NamePrefix;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::error::SelectionError;
use super::key::SelectionKey;
use super::spec::{SelectionSpec, Source};

/// What of a registry is walked: a [`SelectionSpec`] that was checked.
#[derive(Clone, Debug)]
pub struct Selection {
    key: SelectionKey,
    repositories: GlobSet,
    include: GlobSet,
    exclude: GlobSet,
    names_repositories: bool,
    prefix: Option<NamePrefix>,
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
    /// [`SelectionError`] naming the glob that is none, or what the source cannot
    /// take.
    pub fn of(registry: &RegistryName, spec: SelectionSpec) -> Result<Self, SelectionError> {
        Self::below(None, registry, spec)
    }

    /// As [`Self::of`], of a registry whose repositories are stored without a
    /// prefix. Names and globs of repositories are then the registry's own, with
    /// the prefix; of a namespace's listing they may also be those of the
    /// registry whose images these are.
    ///
    /// # Errors
    /// As [`Self::of`]; and for a name that is not below the prefix.
    pub fn below(
        prefix: Option<&NamePrefix>,
        registry: &RegistryName,
        spec: SelectionSpec,
    ) -> Result<Self, SelectionError> {
        let SelectionSpec { source, mut repositories, tags, platforms, provenance, max_tags } = spec;
        let hub = registry.is_docker_hub() && source != Source::Namespace && prefix.is_none();
        for pattern in &mut repositories {
            if hub && !pattern.contains('/') && !is_glob(pattern) {
                *pattern = format!("library/{pattern}");
            }
        }
        check_source(registry, source, &repositories)?;
        if let Some(prefix) = prefix.filter(|_| source != Source::Namespace) {
            check_prefix(prefix, &repositories)?;
        }
        let matched = match source {
            Source::Namespace => repositories.iter().map(|pattern| namespace_glob(pattern)).collect(),
            _ => repositories.clone(),
        };
        let (repository_set, include, exclude) = (globs(&matched)?, globs(&tags.include)?, globs(&tags.exclude)?);
        let key = SelectionKey {
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
            strip_prefix: prefix.map(ToString::to_string),
            at: None,
        };
        let prefix = prefix.cloned();
        let mut selection =
            Self { key, repositories: repository_set, include, exclude, names_repositories: false, prefix };
        selection.names_repositories = matches!(selection.origin(), Origin::Repositories(_));
        Ok(selection)
    }

    /// Whether attestations are fetched.
    #[must_use]
    pub fn wants_provenance(&self) -> bool {
        self.key.provenance
    }

    /// Where the walk begins.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let patterns = &self.key.repositories;
        match self.key.source {
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
        let names = self.key.repositories.iter().map(|name| match &self.prefix {
            None => Some(name.as_str()),
            Some(prefix) => prefix.strip(name),
        });
        names.map(|name| RepositoryName::new(&self.key.registry, name?).ok()).collect()
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
        let is_listed_without = self.prefix.is_some() && self.key.source == Source::Namespace;
        self.key.repositories.is_empty()
            || self.repositories.is_match(&*self.registrys_own(name))
            || (is_listed_without && self.repositories.is_match(&name.path))
    }

    /// The globs and names of repositories, as they are written.
    #[must_use]
    pub fn patterns(&self) -> &[String] {
        &self.key.repositories
    }

    /// Which of [`Selection::patterns`] match a repository, by their places.
    #[must_use]
    pub fn patterns_of(&self, name: &RepositoryName) -> Vec<usize> {
        let mut matched = self.repositories.matches(&*self.registrys_own(name));
        if self.prefix.is_some() && self.key.source == Source::Namespace {
            matched.extend(self.repositories.matches(&name.path));
        }
        matched
    }

    /// The path of a repository as the registry calls it.
    #[must_use]
    pub fn registrys_own<'a>(&self, name: &'a RepositoryName) -> Cow<'a, str> {
        match &self.prefix {
            None => Cow::Borrowed(&name.path),
            Some(prefix) => Cow::Owned(prefix.put_on(&name.path)),
        }
    }

    /// Whether the filter lets a tag through; it may still not be among the
    /// newest.
    #[must_use]
    pub fn wants_tag(&self, tag: &str) -> bool {
        (self.key.tags.is_empty() || self.include.is_match(tag)) && !self.exclude.is_match(tag)
    }

    /// The most tags of a repository that are wanted.
    #[must_use]
    pub fn newest(&self) -> Option<u32> {
        self.key.newest
    }

    /// The most tags of a repository that are walked, whatever is wanted.
    #[must_use]
    pub fn max_tags(&self) -> Option<u32> {
        self.key.max_tags
    }

    /// Whether an entry of an index is walked. What it leaves out, a variant or
    /// the whole platform, may be anything, so it is.
    #[must_use]
    pub fn wants_platform(&self, platform: Option<&Platform>) -> bool {
        let wanted = &self.key.platforms;
        wanted.is_empty() || platform.is_none_or(|platform| wanted.iter().any(|wanted| platform.may_satisfy(wanted)))
    }

    /// Whether an image counts as one that was asked for, by its config's own
    /// word. Old builders leave the variant out of a config, which then may be
    /// any.
    #[must_use]
    pub fn wants_built(&self, platform: Option<&Platform>) -> bool {
        let wanted = &self.key.platforms;
        let fits = |platform: &Platform| wanted.iter().any(|wanted| platform.satisfies(wanted));
        wanted.is_empty()
            || platform.is_none_or(fits)
            || platform.is_some_and(|built| {
                let variant = |wanted: &Platform| Platform { variant: wanted.variant.clone(), ..built.clone() };
                built.variant.is_none() && wanted.iter().any(|w| variant(w).satisfies(w))
            })
    }

    /// Whether some platforms are left out.
    #[must_use]
    pub fn narrows_platforms(&self) -> bool {
        !self.key.platforms.is_empty()
    }

    /// Whether some repositories are left out.
    #[must_use]
    pub fn narrows_repositories(&self) -> bool {
        !self.key.repositories.is_empty()
    }

    /// Whether some tags are left out by their names.
    #[must_use]
    pub fn narrows_tags(&self) -> bool {
        !self.key.tags.is_empty() || !self.key.exclude.is_empty()
    }

    /// What identifies it, wherever it is asked.
    #[must_use]
    pub fn key(&self) -> &SelectionKey {
        &self.key
    }

    /// What identifies it at one address. Two registries may be stored under one
    /// name (a mirror): what is left to ask one for, and where in its lists,
    /// says nothing of the other.
    #[must_use]
    pub fn key_at(&self, base_url: &str) -> SelectionKey {
        SelectionKey { at: Some(base_url.to_owned()), ..self.key.clone() }
    }
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

fn check_source(registry: &RegistryName, source: Source, patterns: &[String]) -> Result<(), SelectionError> {
    match source {
        Source::Auto | Source::Catalog => Ok(()),
        Source::List | Source::Namespace if patterns.is_empty() => Err(SelectionError::NoRepositories),
        Source::List => patterns.iter().try_for_each(|name| match RepositoryName::new(registry, name) {
            Ok(_) => Ok(()),
            Err(_) if is_glob(name) => Err(SelectionError::GlobInList { glob: name.clone() }),
            Err(error) => Err(error.into()),
        }),
        Source::Namespace => patterns.iter().map(|pattern| namespace(pattern)).try_for_each(|name| {
            match RepositoryName::new(registry, name) {
                Ok(_) => Ok(()),
                Err(_) => Err(SelectionError::Namespace { name: name.to_owned() }),
            }
        }),
    }
}

/// Whether all plain names are below the prefix. What globs match below it is
/// found out.
fn check_prefix(prefix: &NamePrefix, patterns: &[String]) -> Result<(), SelectionError> {
    match patterns.iter().find(|name| !is_glob(name) && prefix.strip(name).is_none()) {
        None => Ok(()),
        Some(name) => Err(SelectionError::NotBelow { name: name.clone(), prefix: prefix.to_string() }),
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet, SelectionError> {
    let bad = |glob: &str, error: &globset::Error| SelectionError::Glob {
        glob: glob.to_owned(),
        reason: error.kind().to_string(),
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(GlobBuilder::new(pattern).literal_separator(false).build().map_err(|e| bad(pattern, &e))?);
    }
    set.build().map_err(|e| bad(&patterns.join(" "), &e))
}

#[cfg(test)]
mod tests;
