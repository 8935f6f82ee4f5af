//! What can go wrong beside store and index.

use std::path::{Path, PathBuf};

use super::owner::Owner;

/// Why the data folder cannot be worked in.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another crawler works in the data folder.
    #[error("{}", busy(lock, owner.as_ref()))]
    Busy {
        /// Its lock.
        lock: PathBuf,
        /// Who has it, if that could be read.
        owner: Option<Owner>,
    },
    /// A file of the data folder, beside store and index, could not be used.
    #[error("can't {doing} {}", file.display())]
    File {
        /// `write`, `list`.
        doing: &'static str,
        /// Which file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that a crawler left for others to read, and that is not read.
    #[error("{}", file.display())]
    Unread {
        /// Which file.
        file: PathBuf,
        /// Why not.
        source: forebear_files::Unread,
    },
    /// One that is not what a crawler left there.
    #[error("{} is damaged", file.display())]
    Broken {
        /// Which file.
        file: PathBuf,
        /// Where.
        source: serde_json::Error,
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

impl StateError {
    pub(crate) fn file(doing: &'static str, file: &Path, source: std::io::Error) -> Self {
        Self::File { doing, file: file.to_owned(), source }
    }

    /// Whether the disk has no room.
    pub(super) fn is_full(&self) -> bool {
        matches!(self, Self::File { source, .. } if source.kind() == std::io::ErrorKind::StorageFull)
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Busy { .. } => Some(
                "'forebear-crawl status' shows what it does; queries go on meanwhile; another --data has its own crawler",
            ),
            Self::Unread { .. } | Self::Broken { .. } => Some("remove it; the next run of its job writes it anew"),
            Self::File { .. } => Some("the data folder must be writable and have room; --data DIR names another"),
        }
    }
}
