//! What ends a run of a job.

use forebear_index::IndexError;
use forebear_registry::RegistryError;
use forebear_store::StoreError;

use super::jobs::JobError;
use super::state::StateError;
use crate::error::CrawlError;
use crate::selection::SelectionError;

/// Why a job could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Nothing can be crawled.
    #[error(transparent)]
    Crawl(#[from] CrawlError),
    /// The index could not be published.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A glob or name of the selection is none.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// A job file cannot be used.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The data folder is another crawler's, or cannot be written.
    #[error(transparent)]
    State(#[from] StateError),
    /// It was told to end before it had sent anything.
    #[error("interrupted before anything was sent")]
    Stopped,
}

impl RunError {
    /// What to do about it, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Crawl(error) => error.hint(),
            Self::State(error) => error.hint(),
            Self::Index(_) | Self::Selection(_) | Self::Job(_) | Self::Stopped => None,
        }
    }

    /// Whether the store failed: then it refuses everything after.
    #[must_use]
    pub fn is_of_the_store(&self) -> bool {
        matches!(self, Self::Crawl(CrawlError::Store(_)))
    }
}

impl From<RegistryError> for RunError {
    fn from(error: RegistryError) -> Self {
        Self::Crawl(error.into())
    }
}

impl From<StoreError> for RunError {
    fn from(error: StoreError) -> Self {
        Self::Crawl(error.into())
    }
}
