//! Text of foreign origin.

use std::fmt;

use forebear_image::escape::for_terminal;

/// A text of which every character is seen: controls, marks of direction and what has no width
/// are written as `\u{…}`. Templates escape it for HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(String);

impl Text {
    /// One line.
    #[must_use]
    pub fn line(text: &str) -> Self {
        Self(for_terminal(text, false).into_owned())
    }

    /// One line of at most this many characters.
    pub(crate) fn short(text: &str, most: usize) -> Self {
        if text.chars().count() <= most {
            return Self::line(text);
        }
        let begins: String = text.chars().take(most.saturating_sub(1)).collect();
        Self::line(&format!("{begins}…"))
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
