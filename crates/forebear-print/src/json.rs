//! JSON that a terminal can be shown: characters that are not seen, or that
//! change how others are seen, are written as `\u` escapes, which every reader
//! takes for the characters themselves.

use std::io;

use forebear_image::escape::is_unseen;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// One document, indented.
///
/// # Errors
/// As serde_json's.
pub fn document<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut indented(&mut bytes))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// One document on one line.
///
/// # Errors
/// As serde_json's.
pub fn line<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut compact(&mut bytes))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// For a document that is written while it is made, indented.
pub fn indented<W: io::Write>(out: W) -> Serializer<W, Seen<PrettyFormatter<'static>>> {
    Serializer::with_formatter(out, Seen(PrettyFormatter::new()))
}

/// For a document that is written while it is made, on one line.
pub fn compact<W: io::Write>(out: W) -> Serializer<W, Seen<CompactFormatter>> {
    Serializer::with_formatter(out, Seen(CompactFormatter))
}

/// A way to write JSON in which every character is seen.
#[derive(Clone, Debug)]
pub struct Seen<F>(F);

impl<F: Formatter> Formatter for Seen<F> {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, unseen)) = rest.char_indices().find(|(_, c)| is_unseen(*c)) {
            let (before, after) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            for unit in unseen.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.get(unseen.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: io::Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: io::Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_unseen_is_written_and_nothing_is_lost() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(line(text).unwrap(), format!("\"{expected}\""));
            assert_eq!(serde_json::from_str::<String>(&line(text).unwrap()).unwrap(), text);
        }
        check("naïve ✓ \"q\"\n", r#"naïve ✓ \"q\"\n"#);
        check("\u{1b}[31m\u{9b}31m\u{7f}", r"\u001b[31m\u009b31m\u007f");
        check("a\u{202e}b\u{61c}\u{200b}\u{ad}", r"a\u202eb\u061c\u200b\u00ad");
        // A tag character is two units of UTF-16.
        check("\u{e0041}", r"\udb40\udc41");
        let value = json!({"a": [1, {"b": null}], "c": {}, "d": [], "e\u{9b}": "x"});
        let shown = document(&value).unwrap();
        assert_eq!(shown, serde_json::to_string_pretty(&value).unwrap().replace('\u{9b}', r"\u009b"));
        assert_eq!(line(&value).unwrap(), value.to_string().replace('\u{9b}', r"\u009b"));
    }
}
