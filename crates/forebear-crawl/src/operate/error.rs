//! What ends a run of a job.

use std::borrow::Cow;
use std::fmt;

use forebear_image::human::plural;
use forebear_index::IndexError;
use forebear_registry::RegistryError;
use forebear_store::{Lost, StoreError};

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
    /// Something that was once committed is lost; the index in force stays.
    #[error("{0}")]
    Damaged(Damage),
    /// It was told to end before it had sent anything.
    #[error("interrupted before anything was sent")]
    Stopped,
}

impl RunError {
    /// What to do about it, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'_, str>> {
        let hint = match self {
            Self::Crawl(error) => return error.hint(),
            Self::State(error) => error.hint(),
            Self::Damaged(damage) => Some(damage.hint()),
            Self::Index(IndexError::Unwritten { .. }) => {
                Some("make room there, or let it be written, then run 'forebear-crawl publish'")
            }
            Self::Index(_) | Self::Selection(_) | Self::Job(_) | Self::Stopped => None,
        };
        hint.map(Cow::Borrowed)
    }

    /// Whether the store failed: then it refuses everything after.
    #[must_use]
    pub fn is_of_the_store(&self) -> bool {
        matches!(self, Self::Crawl(CrawlError::Store(_)))
    }
}

/// What a store has lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    records: u64,
    first: Lost,
    given_up: bool,
}

impl Damage {
    /// What is lost, if anything is.
    #[must_use]
    pub fn of(lost: Vec<Lost>) -> Option<Self> {
        let first = *lost.first()?;
        Some(Self { records: lost.iter().map(Lost::records).sum(), first, given_up: false })
    }

    /// The same, after it was given up.
    #[must_use]
    pub fn given_up(self) -> Self {
        Self { given_up: true, ..self }
    }

    fn hint(&self) -> &'static str {
        if self.given_up {
            return "'forebear-crawl publish', or the next run, publishes what there is";
        }
        "crawl again, which fetches what can be fetched; 'forebear-crawl store check' says what is lost, and \
         'forebear-crawl store accept-loss' gives it up"
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lost { segment, offset, .. } = self.first;
        let records = plural(self.records, "record");
        write!(f, "damaged: {records} lost (segment {segment}, offset {offset}); the index in force stays")?;
        if self.given_up {
            f.write_str(". What could be fetched again was fetched, and the loss is recorded")?;
        }
        Ok(())
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
