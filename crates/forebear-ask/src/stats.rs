//! What an index holds: what was crawled, when, and what is missing.

use std::path::PathBuf;

use forebear_index::Index;
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
}

/// Counts what an index holds, all of it, whatever time it is asked as of.
pub(crate) fn find(index: &Index, request: StatsRequest) -> StatsAnswer {
    StatsAnswer {
        stats: stats(index),
        repository_coverage: request.repositories.then(|| of_repositories(&index.view())),
        file: index.file().to_owned(),
    }
}
