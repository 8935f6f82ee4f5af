//! Making foreign text safe for a terminal.

use std::borrow::Cow;

/// Replaces control characters (ANSI escapes among them), other line breaks
/// and bidirectional overrides by visible escapes. Keeps tabs; keeps newlines
/// only if `multiline`.
#[must_use]
pub fn for_terminal(text: &str, multiline: bool) -> Cow<'_, str> {
    let harmless = |c: char| c == '\t' || (c == '\n' && multiline) || !is_dangerous(c);
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if harmless(c) {
            out.push(c);
        } else {
            out.extend(c.escape_default());
        }
    }
    Cow::Owned(out)
}

fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(for_terminal(text, false), expected);
        }
        check("RUN a\tb", "RUN a\tb");
        check("naïve ✓", "naïve ✓");
        check("\u{1b}[31mred", "\\u{1b}[31mred");
        check("a\nb\rc", "a\\nb\\rc");
        check("\u{202e}gnp", "\\u{202e}gnp");
        assert_eq!(for_terminal("a\nb\u{7}", true), "a\nb\\u{7}");
    }
}
