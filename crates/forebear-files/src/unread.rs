//! Why a file is not read.

use std::fs::FileType;
use std::io;

/// Why a file is not read. Which file is for whoever asked to say: in front of
/// it, as in `/etc/approved: it is a folder`.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The system refused: it is not there, or not to be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is a folder.
    #[error("it is a folder")]
    Folder,
    /// It is a FIFO, a socket or a device, without content of its own: reading
    /// may block for ever, or never end.
    #[error("it is a pipe or a device, not a file")]
    Special,
    /// It is longer than what it is can be.
    #[error("it is larger than the {limit} bytes that are read of it")]
    TooLarge {
        /// The most bytes that are read.
        limit: u64,
    },
    /// It is no UTF-8.
    #[error("it is not UTF-8 text")]
    NotText,
}

/// For those who know no errors but the system's.
impl From<Unread> for io::Error {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Io(error) => error,
            unread @ (Unread::Folder | Unread::Special | Unread::TooLarge { .. } | Unread::NotText) => {
                Self::new(io::ErrorKind::InvalidInput, unread)
            }
        }
    }
}

impl Unread {
    /// Whether there is nothing of that name.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }

    /// Why a file of this kind is not read; `None` for one with content.
    pub(crate) fn of(kind: FileType) -> Option<Self> {
        match (kind.is_file(), kind.is_dir()) {
            (true, _) => None,
            (_, true) => Some(Self::Folder),
            _ => Some(Self::Special),
        }
    }
}
