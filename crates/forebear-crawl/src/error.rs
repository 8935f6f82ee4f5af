//! What ends a run altogether.

use forebear_index::IndexError;
use forebear_registry::RegistryError;
use forebear_store::StoreError;

use std::path::{Path, PathBuf};

use crate::jobs::JobError;
use crate::selection::SelectionError;
use crate::state::Owner;

/// Why a run could not go on. A single item that fails is no such error: it is
/// a row in the report.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The registry as a whole cannot be crawled.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The registry asks for credentials.
    #[error("{host} lets nobody in without credentials")]
    NeedsCredentials {
        /// Which registry.
        host: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index could not be published.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A glob or name of the selection is none.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// A job file cannot be used.
    #[error(transparent)]
    Job(#[from] JobError),
    /// It was told to end before it had sent anything.
    #[error("interrupted before anything was sent")]
    Stopped,
    /// Another crawler works in the data folder.
    #[error("{}", busy(folder, owner.as_ref()))]
    Busy {
        /// Its lock.
        folder: PathBuf,
        /// Who has it, if that could be read.
        owner: Option<Owner>,
    },
    /// A file of the data folder, beside store and index, could not be used.
    #[error("can't {doing} {}: {error}", file.display())]
    State {
        /// `write`, `list`.
        doing: &'static str,
        /// Which file.
        file: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

fn busy(lock: &Path, owner: Option<&Owner>) -> String {
    let folder = lock.parent().and_then(Path::parent).unwrap_or(lock).display();
    match owner {
        Some(Owner { process, doing, since }) => {
            format!("another crawler works in {folder}: process {process} ({doing}), since {since}")
        }
        None => format!("another crawler works in {folder}"),
    }
}

impl CrawlError {
    /// What to do about it, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Registry(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::NeedsCredentials { .. } => Some(
                "give an account in FOREBEAR_USERNAME and FOREBEAR_PASSWORD, or log in with docker login; see the job's 'auth'",
            ),
            Self::Busy { .. } => Some(
                "'forebear-crawl status' shows what it does; queries go on meanwhile; another --data has its own crawler",
            ),
            Self::State { .. } => Some("the data folder must be writable and have room; --data DIR names another"),
            _ => None,
        }
    }

    /// An error of a file beside the store.
    pub(crate) fn state(doing: &'static str, file: &Path, error: std::io::Error) -> Self {
        Self::State { doing, file: file.to_owned(), error }
    }
}
