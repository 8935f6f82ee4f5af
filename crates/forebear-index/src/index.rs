//! An index that is open for reading: a handle on its file.
//!
//! Opening checks the header and every section bound. Ids inside the tables
//! are checked where they are followed: a damaged file gives missing answers
//! or an error, never a crash.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::IndexError;
use crate::format::{Layout, Meta, Section};
use crate::map::Bytes;

/// A published index, open for reading. Cheap to open whatever its size, and
/// cheap to clone: clones share the mapping, which ends with the last of them.
/// What concerns the file is asked here, everything else of a
/// [`View`](crate::View).
#[derive(Clone, Debug)]
pub struct Index(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    bytes: Bytes,
    layout: Layout,
    file: PathBuf,
    meta: Meta,
}

impl Index {
    /// Opens a file; O(1).
    ///
    /// # Errors
    /// [`IndexError`] when it is missing, foreign, of another version, or its
    /// header is damaged.
    pub fn open(file: &Path) -> Result<Self, IndexError> {
        let bytes = Bytes::map(file).map_err(|source| match source.is_missing() {
            true => IndexError::Missing(file.to_owned()),
            false => IndexError::Unread { file: file.to_owned(), source },
        })?;
        Self::from_bytes(bytes, file)
    }

    /// Reads an index from bytes that are already here; `file` is for errors.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn from_bytes(bytes: Bytes, file: &Path) -> Result<Self, IndexError> {
        let layout = Layout::read(&bytes, file)?;
        let meta = bytes.get(layout.range(Section::Meta)).unwrap_or_default();
        let meta = serde_json::from_slice(meta).map_err(|error| IndexError::Damaged {
            file: file.to_owned(),
            reason: format!("its description is unreadable: {error}"),
        })?;
        Ok(Self(Arc::new(Opened { bytes, layout, file: file.to_owned(), meta })))
    }

    /// An index whose sections lie as `layout` says: one that is being written.
    pub(crate) fn unfinished((bytes, layout): (Bytes, Layout), meta: Meta) -> Self {
        Self(Arc::new(Opened { bytes, layout, file: PathBuf::new(), meta }))
    }

    /// The file it came from.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.0.file
    }

    /// All bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The version of the file's format.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.layout.version()
    }

    /// The checksum that stands for all of the file: of its header, which holds
    /// the checksums of all sections.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.0.layout.checksum()
    }

    /// Reads every byte and compares the checksums.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] naming the sections that are not intact.
    pub fn verify(&self) -> Result<(), IndexError> {
        let broken = self.0.layout.broken_sections(&self.0.bytes);
        let reason = if !broken.is_empty() {
            let names: Vec<String> =
                broken.iter().map(|section| format!("section {section:?}: checksum mismatch")).collect();
            names.join(", ")
        } else if !self.0.layout.gaps_are_intact(&self.0.bytes) {
            "there is something between its sections".to_owned()
        } else {
            return Ok(());
        };
        Err(IndexError::Damaged { file: self.file().to_owned(), reason })
    }

    /// Size in bytes of a section.
    #[must_use]
    pub fn section_size(&self, section: Section) -> usize {
        self.0.layout.range(section).len()
    }

    /// What the index says of itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.0.meta
    }

    /// The bytes of a section.
    pub(crate) fn section(&self, section: Section) -> &[u8] {
        let opened: &Opened = &self.0;
        opened.bytes.get(opened.layout.range(section)).unwrap_or_default()
    }
}
