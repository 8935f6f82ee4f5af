//! How answers are shown.

use forebear_print::Paint;

use crate::format::Format;

/// How an answer is to be shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// As what.
    pub(crate) format: Format,
    /// How many columns a line of text may have, about; `usize::MAX` where nothing
    /// is to be cut.
    pub(crate) width: usize,
    /// Columns of the terminal, which no line is wider than; `usize::MAX` where none reads:
    /// what does, finds a row on one line.
    pub(crate) wrap_at: usize,
    /// Whether JSON takes one line: it is one answer of several.
    pub(crate) json_lines: bool,
    /// What text is coloured with, if at all.
    pub(crate) paint: Paint,
    /// Whether text shows the sections of the index file too.
    pub(crate) sections: bool,
}
