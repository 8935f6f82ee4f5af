//! Foreign text in errors.

use forebear_image::escape::for_terminal;

/// The longest piece, in characters.
const LONGEST: usize = 160;

/// Foreign text for an error: escaped, on one line, cut.
pub(crate) fn quoted(text: &str) -> String {
    let text = text.trim();
    let cut: String = text.chars().take(LONGEST).collect();
    let ellipsis = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{ellipsis}", for_terminal(&cut, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_tamed() {
        assert_eq!(quoted(" a\u{1b}[31m\nb "), "a\\u{1b}[31m\\nb");
        let long = quoted(&"x".repeat(500));
        assert_eq!(long.chars().count(), LONGEST + 1);
    }
}
