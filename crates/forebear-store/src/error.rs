//! What can go wrong with a store.

use std::error::Error;
use std::path::{Path, PathBuf};

use forebear_facts::derive::DeriveError;

use crate::rows::Damage;

/// Why facts cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The folder holds something else.
    #[error("{folder} is not a forebear store: {reason}. Point --data at an empty or a new folder")]
    Foreign {
        /// Which folder.
        folder: PathBuf,
        /// What was found there.
        reason: String,
    },
    /// Another process has it open.
    #[error("{folder} is in use by another forebear-crawl; wait for it or give this one a --data folder of its own")]
    Busy {
        /// Which folder.
        folder: PathBuf,
    },
    /// Written by another version.
    #[error("{folder} has store format {found}, this forebear-crawl reads format {known}")]
    Version {
        /// Which folder.
        folder: PathBuf,
        /// Its format.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// The database failed.
    #[error("the store failed")]
    Database(#[source] Box<dyn Error + Send + Sync>),
    /// The disk refused to keep what was fetched.
    #[error("the store in {folder} cannot be {doing}; what was committed before is kept")]
    Refused {
        /// Which folder.
        folder: PathBuf,
        /// What was being done to it.
        doing: &'static str,
        /// What the database says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file of the store cannot be read or written.
    #[error("{}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the file system says.
        source: std::io::Error,
    },
    /// A record of the log does not stand.
    #[error("{} is damaged at byte {offset}", file.display())]
    Damaged {
        /// The segment.
        file: PathBuf,
        /// Where the record begins.
        offset: u64,
    },
    /// The index of the store has dropped rows.
    #[error("the index of the store in {} does not hold what it was given", folder.display())]
    IndexLost {
        /// Which folder.
        folder: PathBuf,
    },
    /// What is missing would be left out for good.
    #[error(
        "the store in {} has lost records: run its crawls again, or 'forebear-crawl store accept-loss', before it is \
         compacted", folder.display()
    )]
    Incomplete {
        /// Which folder.
        folder: PathBuf,
    },
    /// A row that cannot be understood.
    #[error("a stored {what} cannot be read: {reason}")]
    Row {
        /// Kind of row.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A file of derived rows is of no use; what it was made from is not touched.
    #[error("the rows in {} cannot be used", file.display())]
    Rows {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        #[source]
        damage: Damage,
    },
    /// A document that was kept and is not understood.
    #[error("a stored document cannot be read")]
    Document(#[from] DeriveError),
}

impl StoreError {
    pub(crate) fn file(file: &Path, source: std::io::Error) -> Self {
        Self::File { file: file.to_owned(), source }
    }

    pub(crate) fn log_refused(folder: &Path, doing: &'static str, source: std::io::Error) -> Self {
        Self::Refused { folder: folder.to_owned(), doing, source: Box::new(source) }
    }

    pub(crate) fn later(file: &Path, found: u32) -> Self {
        Self::Version { folder: file.to_owned(), found, known: crate::log::VERSION }
    }

    /// What to do about it, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Database(_) => Some("what was committed is kept; check the disk and run again"),
            Self::IndexLost { .. } => Some("run again: it is made anew from the log, which has everything"),
            Self::Refused { .. } => Some("free space there or check the disk, then run again to go on"),
            Self::Rows { .. } => Some("run again: rows are made again from the log, which has everything"),
            Self::Damaged { .. } => {
                Some("'forebear-crawl store check' says what else is; the next crawl fetches it again")
            }
            Self::Io(_)
            | Self::File { .. }
            | Self::Foreign { .. }
            | Self::Busy { .. }
            | Self::Version { .. }
            | Self::Incomplete { .. }
            | Self::Row { .. }
            | Self::Document(_) => None,
        }
    }
}
