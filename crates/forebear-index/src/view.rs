//! What everything is asked of: an index, as it is or as it was on another day.

use forebear_image::Timestamp;

use crate::format::{Meta, Section};
use crate::index::Index;

/// An index that answers, from all it holds or from what had been observed by
/// some time (see `as_of.rs`). Cheap to clone, as [`Index`] is.
#[derive(Clone, Debug)]
pub struct View {
    index: Index,
    pub(crate) as_of: Option<Timestamp>,
}

impl Index {
    /// The index as it is.
    #[must_use]
    pub fn view(&self) -> View {
        View { index: self.clone(), as_of: None }
    }

    /// The index as it was: answers from what had been observed by `time`.
    #[must_use]
    pub fn view_as_of(&self, time: Timestamp) -> View {
        View { index: self.clone(), as_of: Some(time) }
    }
}

impl View {
    /// The handle on the file.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The time it answers as of; `None` for all that is known.
    #[must_use]
    pub fn as_of(&self) -> Option<Timestamp> {
        self.as_of
    }

    /// Start of the last run that it knows of, or the time it answers as of where that is
    /// earlier; `None` of an index in which no tag was ever seen.
    #[must_use]
    pub fn observed_until(&self) -> Option<Timestamp> {
        let known = self.meta().observed_until?;
        Some(self.as_of.map_or(known, |as_of| known.min(as_of)))
    }

    /// What the index says of itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        self.index.meta()
    }

    /// The bytes of a section.
    pub(crate) fn section(&self, section: Section) -> &[u8] {
        self.index.section(section)
    }
}
