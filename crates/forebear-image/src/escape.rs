//! Making foreign text safe for a terminal.

use std::borrow::Cow;

/// Replaces what [`is_unseen`] by visible escapes. Keeps tabs; keeps newlines
/// only if `multiline`.
#[must_use]
pub fn for_terminal(text: &str, multiline: bool) -> Cow<'_, str> {
    let harmless = |c: char| c == '\t' || (c == '\n' && multiline) || !is_unseen(c);
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

/// Whether a character is not seen as one, or changes how others are seen:
/// controls (ANSI escapes, and C1's among them), line breaks of Unicode's own,
/// marks and overrides of direction, and what has no width, behind which text
/// can hide: Unicode's general categories Cc, Cf, Zl and Zp, and the letters and
/// marks that it says may be left out (`Default_Ignorable_Code_Point`), but the
/// sixteen variation selectors that choose between a sign and its emoji.
#[must_use]
#[inline]
pub fn is_unseen(c: char) -> bool {
    // Most text is ASCII, where this is two comparisons.
    c.is_control()
        || (!c.is_ascii()
            && matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}'
            | '\u{8e2}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'))
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
        check("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}");
        // Behind these text hides: an Arabic mark, a soft hyphen, no width, a tag.
        check("a\u{61c}\u{ad}\u{200b}\u{feff}\u{2060}b", "a\\u{61c}\\u{ad}\\u{200b}\\u{feff}\\u{2060}b");
        check("\u{e0041}\u{e007f}", "\\u{e0041}\\u{e007f}");
        // A sign chosen to be an emoji stays one.
        check("\u{2714}\u{fe0f}", "\u{2714}\u{fe0f}");
        assert_eq!(for_terminal("a\nb\u{7}", true), "a\nb\\u{7}");
    }
}
