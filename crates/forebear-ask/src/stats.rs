//! What an index holds: what was crawled, when, and what is missing.

use std::path::PathBuf;

use forebear_index::View;
use forebear_index::coverage::{Coverage, of_repositories};
use forebear_index::stats::{Stats, stats};
use serde::Serialize;

/// What is asked for beside the whole.
#[derive(Clone, Copy, Debug, Default)]
pub struct StatsRequest {
    /// Also each repository.
    pub repositories: bool,
}

/// What an index holds.
#[derive(Debug, Serialize)]
pub struct StatsAnswer {
    /// Counts, registries, sections.
    #[serde(flatten)]
    pub stats: Stats,
    /// Of each repository, if asked for.
    pub repository_coverage: Option<Vec<Coverage>>,
    /// The file it was read from.
    #[serde(skip)]
    pub file: PathBuf,
    /// Whether it is known what was unread: as of an earlier time it is not.
    #[serde(skip)]
    pub knows_unread: bool,
}

/// Counts what an index holds, as of the time that is asked about.
pub(crate) fn find(index: &View, request: StatsRequest) -> StatsAnswer {
    StatsAnswer {
        stats: stats(index),
        repository_coverage: request.repositories.then(|| of_repositories(index)),
        file: index.index().file().to_owned(),
        knows_unread: index.knows_unread(),
    }
}
