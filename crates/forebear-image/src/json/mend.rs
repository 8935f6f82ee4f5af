//! What is no text becomes U+FFFD.
//!
//! Configs with bytes that are no UTF-8 exist (a `RUN` of such bytes is
//! enough), and Go, which Docker and most registries are written in, replaces
//! each by U+FFFD without a word. An image is not refused for that. The bytes
//! as they came are what digests are of; nothing here is ever written back.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use super::turn::turn;

/// Reads a JSON document. Bytes that are no UTF-8 and halves of surrogate
/// pairs become U+FFFD, as many as Go makes of them, so that a history that Go
/// has copied still equals its original. A byte order mark is skipped, and
/// with one UTF-16 is read too: `docker image inspect > file` writes it in a
/// PowerShell. A document over [`crate::limits::LARGE`] waits until no other of
/// that kind is read in this process.
///
/// # Errors
/// Where it is no JSON, or JSON of another shape. Nesting beyond 128 is an error.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    let _turn = turn(bytes.len());
    serde_json::from_slice(bytes).or_else(|error| match mended(bytes) {
        Some(mended) => serde_json::from_str(&mended),
        None => Err(error),
    })
}

/// The document as a strict parser reads it.
pub(super) fn readable(bytes: &[u8]) -> Cow<'_, [u8]> {
    mended(bytes).map_or(Cow::Borrowed(bytes), |text| Cow::Owned(text.into_bytes()))
}

/// Longest piece of a parser's message that is kept, in characters.
const SHOWN: usize = 200;

/// A parser's message for an error of ours: what it did not expect it quotes
/// whole, which may be the whole document, so the quotation is cut. Where it
/// stands is kept. Not escaped beyond what the parser escapes.
#[must_use]
pub fn shown(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    match whole.char_indices().nth(SHOWN).and_then(|(end, _)| whole.get(..end)) {
        Some(cut) => format!("{cut}… at line {} column {}", error.line(), error.column()),
        None => whole,
    }
}

/// The document as text that a strict parser reads; `None` where there was
/// nothing to mend.
fn mended(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        all => utf8(all),
    };
    let text = without_lone_surrogates(text);
    (text.as_bytes() != bytes).then_some(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>().copied().map(unit));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// One U+FFFD for every byte that is part of no character.
fn utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

/// Replaces `\\ud800` and its like where it stands without its other half.
fn without_lone_surrogates(text: String) -> String {
    if !text.contains("\\u") {
        return text;
    }
    let mut mended = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let length = match (surrogate(escape), escape.get(6..).and_then(surrogate)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(_), _) => {
                mended.push(char::REPLACEMENT_CHARACTER);
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            // The backslash and whatever it escapes.
            (None, _) => escape.chars().take(2).map(char::len_utf8).sum(),
        };
        let (escape, after) = escape.split_at(length.min(escape.len()));
        mended.push_str(escape);
        rest = after;
    }
    mended.push_str(rest);
    mended
}

/// The surrogate that a text begins with, escaped.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok().filter(|unit| (0xd800..=0xdfff).contains(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_as_go_reads_it() {
        #[track_caller]
        fn check(bytes: &[u8], expected: &str) {
            let read: String = from_slice(bytes).unwrap();
            assert_eq!(read, expected, "{}", bytes.escape_ascii());
        }
        check(br#""\u00e9 \\ud800 \"a\\""#, "\u{e9} \\ud800 \"a\\");
        // Go's encoding/json: one for each byte, cut-off characters included.
        check(b"\"a\xffb\"", "a\u{fffd}b");
        check(b"\"\xe2\x82b\"", "\u{fffd}\u{fffd}b");
        check(b"\"\xed\xa0\x80\"", "\u{fffd}\u{fffd}\u{fffd}");
        check(b"\"\xc0\x80\xf0\x9f\x98\x80\"", "\u{fffd}\u{fffd}\u{1f600}");
        check(br#""\ud800""#, "\u{fffd}");
        check(br#""\ud800x\udc00""#, "\u{fffd}x\u{fffd}");
        check(br#""\ud800\ud83d\ude00""#, "\u{fffd}\u{1f600}");
        check(br#""\ud800\n\u0000""#, "\u{fffd}\n\0");
        check(b"\xef\xbb\xbf\"a\"", "a");
        check(b"\xff\xfe\"\0a\0\"\0", "a");
        check(b"\xfe\xff\0\"\0a\0\"", "a");
    }

    #[test]
    fn messages_do_not_repeat_the_document() {
        #[track_caller]
        fn check(document: &str, expected: &str) {
            let error = from_slice::<Vec<u8>>(document.as_bytes()).unwrap_err();
            assert_eq!(shown(&error), expected);
        }
        check("\"a\"", "invalid type: string \"a\", expected a sequence at line 1 column 3");
        let start = "invalid type: string \"";
        for letter in ["A", "é"] {
            let cut = letter.repeat(SHOWN - start.len());
            let document = format!("\n\"{}\"", letter.repeat(100_000));
            let column = document.len() - 1;
            check(&document, &format!("{start}{cut}… at line 2 column {column}"));
        }
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for bytes in [b"\"a" as &[u8], b"\"\xff", b"\"\\ud800", b"\"\\u12\"", b"\"\\", b"\xff\xfe\"", b"\"\0\"", b""] {
            assert!(from_slice::<String>(bytes).is_err(), "{}", bytes.escape_ascii());
        }
    }
}
