//! Files of a layer, and what they come to.

use forebear_content::{Change, Compression, Entry, Kind};
use serde::Serialize;

/// One file of a layer.
#[derive(Debug, Serialize)]
pub struct FileAnswer<'a> {
    /// Its path in the image, without a slash before it.
    pub path: &'a str,
    /// What the layer does to it.
    pub change: Change,
    /// What it is.
    pub kind: Kind,
    /// Bytes; of a sparse file, holes included.
    pub size: u64,
    /// Permission bits in octal.
    pub mode: String,
    /// Owner.
    pub uid: u64,
    /// Group.
    pub gid: u64,
    /// Where a link leads.
    pub link: Option<&'a str>,
}

/// What a layer's files come to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ContentsAnswer {
    /// Files that are new.
    pub added: u64,
    /// Files that were there below.
    pub modified: u64,
    /// Files that are gone with it.
    pub removed: u64,
    /// Added or modified, which is not known.
    pub written: u64,
    /// Paths that lead out of the image.
    pub outside: u64,
    /// Bytes of all files.
    pub file_bytes: u64,
    /// How its blob is compressed.
    pub compression: Option<Compression>,
    /// Bytes of the uncompressed tar.
    pub unpacked: Option<u64>,
    /// Whether the layer's bytes are those that its digest names.
    pub intact: Option<bool>,
    /// Why the list is not whole.
    pub error: Option<String>,
    /// Whether that is because the layer is not there.
    #[serde(skip)]
    pub missing: bool,
}

impl ContentsAnswer {
    pub(super) fn count(&mut self, change: Change, size: u64) {
        let counter = match change {
            Change::Added => &mut self.added,
            Change::Modified => &mut self.modified,
            Change::Removed => &mut self.removed,
            Change::Written => &mut self.written,
            Change::Outside => &mut self.outside,
        };
        *counter += 1;
        self.file_bytes = self.file_bytes.saturating_add(size);
    }
}

impl<'a> FileAnswer<'a> {
    pub(super) fn of(entry: &'a Entry, change: Change) -> Self {
        Self {
            path: &entry.path,
            change,
            kind: entry.kind,
            size: entry.size,
            mode: format!("{:04o}", entry.mode),
            uid: entry.uid,
            gid: entry.gid,
            link: entry.link.as_deref(),
        }
    }
}
