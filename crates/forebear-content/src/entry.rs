//! One entry of a layer (image-spec `layer.md`).

use serde::Serialize;
use tar_core::EntryType;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Another name of a file of the same layer or below.
    HardLink,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
    /// A named pipe.
    Fifo,
    /// `.wh.NAME`: what lies below at this path is deleted.
    Whiteout,
    /// `.wh..wh..opq`: all that lies below in this directory is deleted.
    OpaqueWhiteout,
    /// A type that image-spec does not know.
    Other,
}

impl Kind {
    pub(crate) fn of(kind: EntryType) -> Self {
        match kind {
            EntryType::Regular | EntryType::Continuous | EntryType::GnuSparse => Self::File,
            EntryType::Directory => Self::Directory,
            EntryType::Symlink => Self::Symlink,
            EntryType::Link => Self::HardLink,
            EntryType::Char => Self::CharDevice,
            EntryType::Block => Self::BlockDevice,
            EntryType::Fifo => Self::Fifo,
            _ => Self::Other,
        }
    }

    /// Whether entries of this kind have no content, whatever size their
    /// header states. As Go's `archive/tar`, which unpacks layers for Docker:
    /// `isHeaderOnlyType` in `format.go`.
    pub(crate) fn is_header_only(self) -> bool {
        !matches!(self, Self::File | Self::Other)
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path inside the image, without a slash at its beginning; for whiteouts
    /// the path that they delete. Directories end in a slash; the root itself
    /// is `./`. Bytes that are no UTF-8 are replaced.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Bytes of a file; of a sparse file, holes included.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u64,
    /// Group.
    pub gid: u64,
    /// Where a link leads, as it is written.
    pub link: Option<String>,
    /// Whether its path leads out of the image: an engine refuses it.
    pub outside: bool,
}
