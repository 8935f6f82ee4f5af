//! Lines that are no wider than they should be.

use forebear_print::Paint;

use super::words::padded;

/// Columns of the labels that blocks begin with: `parent   `.
pub(super) const LABEL: usize = 9;

/// Text in lines of at most `width` columns, broken at blanks; all but the first
/// indented.
pub(super) fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > indent && column.saturating_add(1 + length) > width {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// A line that begins with a label, or with the room of one, and goes on as
/// [`wrapped`].
pub(super) fn labelled(label: &str, text: &str, width: usize, paint: Paint) -> String {
    let label = if label.is_empty() { " ".repeat(LABEL) } else { paint.title(padded(label, LABEL)) };
    format!("{label}{}\n", wrapped(text, LABEL, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_their_width() {
        assert_eq!(wrapped("a bb ccc dddd", 2, 8), "a bb\n  ccc\n  dddd");
        assert_eq!(wrapped("a bb", 2, usize::MAX), "a bb");
        assert_eq!(wrapped("longer-than-that a", 0, 4), "longer-than-that\na");
        assert_eq!(labelled("same as", "a b", 80, Paint::new(false)), "same as  a b\n");
        assert_eq!(labelled("", "a b", 10, Paint::new(false)), "         a\n         b\n");
    }
}
