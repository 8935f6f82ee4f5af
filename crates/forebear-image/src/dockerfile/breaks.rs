//! The line breaks of a long RUN.
//!
//! Docker's parser takes `\` and the end of a line away and leaves the blanks
//! that the next line begins with. A command so comes into the history as one
//! line, in which runs of blanks show where it was broken: `set -eux; ` and
//! `\t&& make` are `set -eux; \t&& make`. Broken there again, it is read as the
//! very same text. Source: buildkit `frontend/dockerfile/parser/parser.go`,
//! `trimContinuationCharacter`.

use super::fold;

/// Commands of so many characters, or fewer, are left on one line unless a tab
/// says that they were not.
const SHORT: usize = 80;

/// A RUN instruction with its old line breaks; any other line as it is.
pub(super) fn broken(line: &str) -> String {
    let is_command = line.strip_prefix("RUN ").is_some_and(|rest| !rest.trim_start().starts_with('['));
    if !is_command || line.contains('\n') || !fold::fits(line) {
        return line.to_owned();
    }
    let places = places(line);
    let mut out = String::with_capacity(line.len() + 2 * places.len());
    let mut rest = line;
    let mut taken = 0;
    for at in places {
        let Some((head, tail)) = rest.split_at_checked(at - taken) else { break };
        out.push_str(head);
        out.push_str("\\\n");
        (rest, taken) = (tail, at);
    }
    out.push_str(rest);
    out
}

/// A run of blanks between two words.
struct Gap<'a> {
    /// The byte at which it begins.
    start: usize,
    blanks: &'a str,
    before: &'a str,
    after: &'a str,
    is_quoted: bool,
}

/// The bytes at which the line can be broken, in order.
fn places(line: &str) -> Vec<usize> {
    let gaps = gaps(line);
    let is_long = line.chars().count() > SHORT;
    let has_tabs = gaps.iter().any(|gap| gap.blanks.starts_with(" \t"));
    if !is_long && !has_tabs {
        return Vec::new();
    }
    gaps.iter().filter(|gap| gap.was_broken()).filter_map(Gap::place).collect()
}

impl Gap<'_> {
    /// Whether a line ended here, as far as blanks can tell.
    fn was_broken(&self) -> bool {
        let operator = ["&&", "||", "|", ";", ";;", "{", "(", "do", "then", "else"];
        let between = operator.iter().any(|sign| self.before.ends_with(sign))
            || ["&&", "||", "|", ";"].iter().any(|sign| self.after.starts_with(sign));
        match self.blanks.len() {
            0 | 1 => self.blanks == "\t" && between && !self.is_quoted,
            2 => self.blanks == " \t" || (between && !self.is_quoted),
            _ => true,
        }
    }

    /// Where to put the break so that nothing changes: behind the blank that
    /// stood before the backslash, or before a tab that stood alone. Never behind
    /// a backslash, and never so that a line begins with `#`, which would be a
    /// comment.
    fn place(&self) -> Option<usize> {
        if self.after.starts_with('#') || self.after.is_empty() {
            return None;
        }
        match self.blanks.strip_prefix(' ') {
            Some(_) => Some(self.start + 1),
            None if self.before.ends_with('\\') => None,
            None => Some(self.start),
        }
    }
}

/// The runs of blanks behind the first word of the command.
fn gaps(line: &str) -> Vec<Gap<'_>> {
    let is_blank = |c: char| c == ' ' || c == '\t';
    let command = "RUN".len();
    let begins = line.get(command..).and_then(|rest| rest.find(|c| !is_blank(c))).map_or(line.len(), |at| command + at);
    let mut gaps = Vec::new();
    let mut quotes = Quotes::default();
    let mut at = begins;
    while let Some(found) = line.get(at..).and_then(|rest| rest.find(is_blank)) {
        let start = at + found;
        let (before, rest) = (line.get(at..start).unwrap_or_default(), line.get(start..).unwrap_or_default());
        let length = rest.find(|c| !is_blank(c)).unwrap_or(rest.len());
        let (blanks, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        quotes.read(before);
        gaps.push(Gap { start, blanks, before, after, is_quoted: quotes.open.is_some() });
        at = start + length;
    }
    gaps
}

/// Which quote is open, as a shell reads it.
#[derive(Default)]
struct Quotes {
    open: Option<char>,
}

impl Quotes {
    fn read(&mut self, word: &str) {
        let mut chars = word.chars();
        while let Some(c) = chars.next() {
            match (c, self.open) {
                ('\\', None | Some('"')) => _ = chars.next(),
                (c, Some(open)) if c == open => self.open = None,
                ('"' | '\'', None) => self.open = Some(c),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What Docker's parser makes of several lines.
    fn joined(text: &str) -> String {
        let mut out = String::new();
        for (at, line) in text.split('\n').enumerate() {
            // It skips comments and empty lines on the way.
            assert!(at == 0 || !line.trim_start().starts_with('#') && !line.trim().is_empty(), "{text}");
            match line.strip_suffix('\\') {
                Some(line) => {
                    assert!(!line.ends_with('\\'), "{text}");
                    out.push_str(line);
                }
                None => out.push_str(line),
            }
        }
        out
    }

    #[test]
    fn p556_where_lines_were_broken() {
        #[track_caller]
        fn check(line: &str, expected: &str) {
            assert_eq!(broken(line), expected);
            assert_eq!(joined(expected), line);
        }
        check("RUN set -eux; \tmkdir -p /x; \tcd /x", "RUN set -eux; \\\n\tmkdir -p /x; \\\n\tcd /x");
        check(
            "RUN set -eux; \tif [ -f /x ]; then \t\tcat /x; \tfi",
            "RUN set -eux; \\\n\tif [ -f /x ]; then \\\n\t\tcat /x; \\\n\tfi",
        );
        let long = "x".repeat(80);
        check(
            &format!("RUN apt-get update     && apt-get install -y         curl         git     && echo {long}"),
            &format!(
                "RUN apt-get update \\\n    && apt-get install -y \\\n        curl \\\n        git \\\n    && echo {long}"
            ),
        );
        check(&format!("RUN a  && b  && {long}"), &format!("RUN a \\\n && b \\\n && {long}"));
        check(&format!("RUN a;\tb {long} \tc"), &format!("RUN a;\\\n\tb {long} \\\n\tc"));
        // Nothing shows a break, or it would change what is read.
        for line in [
            "RUN apk add --no-cache curl",
            "RUN echo   three   spaces",
            "RUN echo \"tab\tinside\"",
            &format!("RUN echo 'a  b' {long}"),
            &format!("RUN echo a \t# no comment {long}"),
            &format!("RUN [\"/bin/sh\", \"-c\", \"a     && b {long}\"]"),
            &format!("COPY a     b{long}"),
            &format!("RUN a {long}    "),
        ] {
            check(line, line);
        }
        let heredoc = format!("RUN cat <<EOF \t{long}\nEOF");
        assert_eq!(broken(&heredoc), heredoc);
    }

    proptest! {
        #[test]
        fn it_is_read_as_the_same_text(command in "[a-z&|;#'\"\\\\ \t]{0,200}") {
            let line = format!("RUN {command}");
            prop_assume!(!line.trim_end().ends_with('\\'));
            prop_assert_eq!(joined(&broken(&line)), line);
        }
    }
}
