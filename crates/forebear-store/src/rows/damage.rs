//! What can be wrong with a file of rows.

use std::io;

use super::format::Section;

/// Why a file of rows is of no use. Nothing is lost by it: rows can always be
/// made again from what was stored.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// Something else lies in its place.
    #[error("it is no file of rows")]
    Foreign,
    /// Written by another version.
    #[error("it has format {found}, this forebear-crawl reads {known}")]
    Format {
        /// Its format.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// Its rows were made by other rules.
    #[error("its rows are of version {found}, today's are of version {known}")]
    Rows {
        /// Its version of the rows.
        found: u32,
        /// Ours, [`forebear_facts::rows::VERSION`].
        known: u32,
    },
    /// It is shorter, or longer, than it was written.
    #[error("it has {found} bytes, and its end is not where it was written")]
    Length {
        /// Its length in bytes.
        found: u64,
    },
    /// The header is not as it was written.
    #[error("its header is damaged")]
    Header,
    /// The section table is not as it was written.
    #[error("the table at its end is damaged")]
    Trailer,
    /// A block is not as it was written.
    #[error("the block at byte {offset} is damaged")]
    Block {
        /// Where it begins, in bytes.
        offset: u64,
    },
    /// Blocks are missing or stand for others.
    #[error("its {section} are not those that were written")]
    Section {
        /// Which.
        section: Section,
    },
    /// A row has another form, refers to a text that is not there, or is out of
    /// order.
    #[error("one of its {section} is not understood")]
    Row {
        /// Which.
        section: Section,
    },
    /// The file system refuses to read it.
    #[error("it cannot be read")]
    Unreadable(#[source] io::Error),
}
