//! A selection as it is written down, before anything of it is checked.

use forebear_image::Platform;
use serde::{Deserialize, Serialize};

/// What to walk, in a job's or a command line's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectionSpec {
    /// Where the names of repositories come from.
    pub source: Source,
    /// Globs, names or namespaces, as the source takes them. Empty: all that
    /// the source has.
    pub repositories: Vec<String>,
    /// Which tags of each repository.
    pub tags: TagFilter,
    /// Platforms to walk; empty: all.
    pub platforms: Vec<Platform>,
    /// Whether attestations are fetched.
    pub provenance: bool,
    /// The most tags of one repository. Over it, the newest of them are walked
    /// and the report has a warning.
    pub max_tags: Option<u32>,
}

/// Where the names of repositories come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A list where all are plain names, else the catalog.
    #[default]
    Auto,
    /// The registry's catalog; `repositories` are globs over it.
    Catalog,
    /// `repositories` are the names.
    List,
    /// The registry's own listing of a namespace (Docker Hub refuses its
    /// catalog); `repositories` are `NAMESPACE` or `NAMESPACE/GLOB`.
    Namespace,
}

impl Source {
    pub(crate) fn is_auto(&self) -> bool {
        *self == Self::Auto
    }
}

/// Which tags of a repository are walked: those that an `include` matches (all,
/// where there is none) and no `exclude` does; of these the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TagFilter {
    /// Globs. Empty: all.
    pub include: Vec<String>,
    /// Globs of tags to leave out.
    pub exclude: Vec<String>,
    /// The most tags of a repository. A registry's list of tags has no dates,
    /// so "newest" is by version: see [`crate::selection::newest`].
    pub newest: Option<u32>,
}
