//! Lines of input, of bounded length.

use std::io::{self, BufRead as _, BufReader, ErrorKind, Read};

/// Bytes that are read at a time.
const BUFFER: usize = 64 * 1024;
/// Of a line that is not taken, as much is kept to know it by, in characters.
const SHOWN: usize = 60;

/// One line of input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Its text, without the line's end.
    Text(String),
    /// A longer one than is taken, and how it begins. It was read to its end.
    TooLong(String),
    /// One that is no UTF-8, and how it begins.
    NotText(String),
}

/// Lines of input. Of one that is longer than `limit` bytes no more is kept.
#[derive(Debug)]
pub struct Lines<R> {
    input: BufReader<R>,
    limit: usize,
}

impl<R: Read> Lines<R> {
    /// Reads lines of at most `limit` bytes.
    pub fn new(input: R, limit: usize) -> Self {
        Self { input: BufReader::with_capacity(BUFFER, input), limit }
    }

    /// Whether a line can be had without waiting for more.
    #[must_use]
    pub fn has_line(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }

    /// Whether something of what was read has not been taken.
    #[must_use]
    pub fn has_some(&self) -> bool {
        !self.input.buffer().is_empty()
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        let (mut line, mut is_whole, mut is_any) = (Vec::new(), true, false);
        loop {
            let piece = match self.input.fill_buf() {
                Ok(piece) => piece,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if piece.is_empty() {
                break;
            }
            is_any = true;
            let end = piece.iter().position(|byte| *byte == b'\n');
            let (content, length) = (piece.get(..end.unwrap_or(piece.len())).unwrap_or_default(), piece.len());
            let kept = content.get(..content.len().min(self.limit - line.len())).unwrap_or_default();
            is_whole &= kept.len() == content.len();
            line.extend_from_slice(kept);
            self.input.consume(end.map_or(length, |end| end + 1));
            if end.is_some() {
                break;
            }
        }
        let shown = |line: &[u8]| String::from_utf8_lossy(line).chars().take(SHOWN).chain(['…']).collect();
        Ok(match (is_any, is_whole) {
            (false, _) => None,
            (true, false) => Some(Line::TooLong(shown(&line))),
            (true, true) => match String::from_utf8(line) {
                Ok(text) => Some(Line::Text(text)),
                Err(error) => Some(Line::NotText(shown(error.as_bytes()))),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8], limit: usize) -> Vec<Line> {
        let mut lines = Lines::new(input, limit);
        std::iter::from_fn(|| lines.next_line().unwrap()).collect()
    }

    fn text(text: &str) -> Line {
        Line::Text(text.to_owned())
    }

    #[test]
    fn lines_end_at_their_limit_and_the_next_go_on() {
        assert_eq!(lines(b"", 4), []);
        assert_eq!(lines(b"a\n\nabcd\nb", 4), [text("a"), text(""), text("abcd"), text("b")]);
        assert_eq!(lines(b"abcde\nb\n", 4), [Line::TooLong("abcd…".to_owned()), text("b")]);
        assert_eq!(lines(b"a\xff\nb", 4), [Line::NotText("a\u{fffd}…".to_owned()), text("b")]);
        // Longer than what is read at a time, and cut within a character.
        let long = format!("{}\nb\n", "é".repeat(BUFFER));
        let [Line::TooLong(begins), second] = &*lines(long.as_bytes(), 4095) else { panic!("not two lines") };
        assert_eq!((begins.as_str(), second), (format!("{}…", "é".repeat(SHOWN)).as_str(), &text("b")));
    }
}
