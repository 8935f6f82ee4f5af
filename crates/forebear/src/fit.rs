//! Text that fits a terminal: the one place where lines that are too wide for it are broken.
//! What a pipe reads is not: a row stays one line there.

use unicode_width::UnicodeWidthChar as _;

/// The least that a line which goes on is indented by.
const LEAST: usize = 2;

/// The text in lines of at most `width` columns. A line that is wider goes on below, where its second
/// column stands, or further left where there is too little room. It is broken at blanks only: a reference,
/// a digest or a path that is wider than the terminal stays whole, so that it can be copied.
pub(crate) fn fitted(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        if columns(line) <= width {
            out.push_str(line);
        } else {
            broken(&mut out, line, width);
        }
        out.push_str(end);
    }
    out
}

/// A word, and the blanks before it.
struct Word<'a> {
    gap: usize,
    text: &'a str,
    columns: usize,
}

fn words(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut gap = 0;
    for text in line.split(' ') {
        if text.is_empty() {
            gap += 1;
            continue;
        }
        words.push(Word { gap, text, columns: columns(text) });
        gap = 1;
    }
    words
}

fn broken(out: &mut String, line: &str, width: usize) {
    let words = words(line);
    let Some(first) = words.first() else { return };
    let indent = hanging(&words, width);
    let begins = first.gap.min(width.saturating_sub(first.columns).max(LEAST.min(first.gap)));
    let mut column = 0;
    for (at, word) in words.iter().enumerate() {
        let gap = if at == 0 { begins } else { word.gap };
        let gap = if at > 0 && column + gap + word.columns > width {
            out.push('\n');
            column = 0;
            indent
        } else {
            gap
        };
        out.extend(std::iter::repeat_n(' ', gap));
        out.push_str(word.text);
        column += gap + word.columns;
    }
}

/// Where a line goes on: at its second column, where that leaves half of the width; else a little to the
/// right of its beginning; never so far right that a word does not fit which would fit further left.
fn hanging(words: &[Word<'_>], width: usize) -> usize {
    let lead = words.first().map_or(0, |word| word.gap);
    let mut column = 0;
    let mut second = None;
    for (at, word) in words.iter().enumerate() {
        column += word.gap;
        if at > 0 && word.gap > 1 {
            second = Some(column);
            break;
        }
        column += word.columns;
    }
    let wished = second.filter(|column| *column <= width / 2).unwrap_or(lead + LEAST);
    let longest = words.iter().skip(1).map(|word| word.columns).filter(|columns| columns + LEAST <= width).max();
    wished.min(width.saturating_sub(longest.unwrap_or(0))).max(LEAST)
}

/// The columns that text takes: colours take none, characters of East Asia two.
pub(crate) fn columns(text: &str) -> usize {
    let mut count = 0;
    let mut is_escape = false;
    for character in text.chars() {
        match (is_escape, character) {
            (true, 'm') => is_escape = false,
            (true, _) => {}
            (false, '\u{1b}') => is_escape = true,
            (false, other) => count += other.width().unwrap_or(0),
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width: usize, expected: &str) {
        assert_eq!(fitted(text, width), expected);
    }

    #[test]
    fn p731_lines_are_broken_at_blanks_only() {
        check("short\n", 10, "short\n");
        check("one two three four\n", 10, "one two\n  three\n  four\n");
        // At the second column, where it leaves room.
        check(
            "approved      on a base that was rebuilt\n",
            30,
            "approved      on a base that\n              was rebuilt\n",
        );
        check("  docker.io/library/nginx   12 tags\n", 30, "  docker.io/library/nginx   12\n    tags\n");
        // What is copied stays whole, and is moved left where that lets it fit.
        check("        a docker.io/library/nginx\n", 26, "        a\n   docker.io/library/nginx\n");
        check("a 0123456789abcdef b\n", 10, "a\n  0123456789abcdef\n  b\n");
        check("              0123456789\n", 20, "          0123456789\n");
        // Colours have no width; a colour may go on below.
        check("\u{1b}[1mone two\u{1b}[0m\n", 7, "\u{1b}[1mone two\u{1b}[0m\n");
        check("\u{1b}[1mone two\u{1b}[0m three", 9, "\u{1b}[1mone two\u{1b}[0m\n  three");
        check("層層 層層 層", 10, "層層 層層\n  層");
        check("one two three four five six\n", usize::MAX, "one two three four five six\n");
    }
}
