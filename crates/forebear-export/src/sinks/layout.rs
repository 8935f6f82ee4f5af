//! What a file of a table is made of.

use crate::column::Column;

/// What a file of a table is made of.
pub(crate) struct Layout<'a> {
    pub(crate) columns: &'a [Column],
    pub(crate) sorted_by: usize,
    /// What the footer says, where a format has one.
    pub(crate) about: &'a [(String, String)],
}
