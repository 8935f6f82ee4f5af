//! What can go wrong with an index file.

use std::fmt;
use std::path::PathBuf;

/// Versions of the format that are read, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The oldest.
    pub oldest: u32,
    /// The newest.
    pub newest: u32,
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.oldest == self.newest {
            true => write!(f, "format {}", self.newest),
            false => write!(f, "formats {} to {}", self.oldest, self.newest),
        }
    }
}

/// Why an index cannot be built, published or read. Every variant says which
/// file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The file system refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A new index could not be written.
    #[error("the index in {} could not be written; the one in force, if there is one, stays", folder.display())]
    Unwritten {
        /// Where it was to be.
        folder: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// A file that cannot be read, or is none.
    #[error("{}", file.display())]
    Unread {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: forebear_files::Unread,
    },
    /// There is no index at this place.
    #[error(
        "no index in {0}: run 'forebear-crawl run' or 'forebear-crawl publish' first, or point --data or --index at one"
    )]
    Missing(PathBuf),
    /// Not an index file at all.
    #[error("{file} is not a forebear index: {reason}")]
    Foreign {
        /// Which file.
        file: PathBuf,
        /// What is missing.
        reason: &'static str,
    },
    /// Written by a newer version.
    #[error(
        "{file} has index format {found}; this forebear reads {known}. Use a newer forebear, or publish again with this one"
    )]
    Newer {
        /// Which file.
        file: PathBuf,
        /// Its version.
        found: u32,
        /// What this code reads.
        known: Versions,
    },
    /// Written by an older version.
    #[error(
        "{file} has index format {found}; this forebear reads {known}. Run 'forebear-crawl publish' to make it anew from the stored facts"
    )]
    Older {
        /// Which file.
        file: PathBuf,
        /// Its version.
        found: u32,
        /// What this code reads.
        known: Versions,
    },
    /// An index file whose parts do not fit together.
    #[error("{file} is damaged ({reason}). Run 'forebear-crawl publish' to make it anew from the stored facts")]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// Where it does not fit.
        reason: String,
    },
    /// The facts could not be read.
    #[error("the index cannot be built")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// More of something than 32 bits can count.
    #[error("the index cannot be built: more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The most the format holds.
        limit: u64,
    },
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::IndexError;

    /// A message does not repeat what the error behind it says.
    #[test]
    fn each_error_is_told_once() {
        let error = IndexError::Source("the disk is gone".into());
        let mut told = Vec::new();
        let mut next: Option<&dyn Error> = Some(&error);
        while let Some(error) = next {
            told.push(error.to_string());
            next = error.source();
        }
        assert_eq!(told.join(": "), "the index cannot be built: the disk is gone");
    }
}
