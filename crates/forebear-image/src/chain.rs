//! Errors in one line.

use std::error::Error;

/// An error and what caused it, each told once: `can't do this: because: of that`.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut told = in_words(&error.to_string());
    let mut next = error.source();
    while let Some(cause) = next {
        let text = in_words(&cause.to_string());
        // Some libraries put their cause's words into their own.
        if !told.ends_with(&text) {
            told.push_str(": ");
            told.push_str(&text);
        }
        next = cause.source();
    }
    told
}

/// What the standard library says of an end that comes too early.
const CUT_OFF: &str = "failed to fill whole buffer";

/// What the system says, without its number and as a part of a sentence: `no such file or folder` for
/// `No such file or directory (os error 2)`.
#[must_use]
pub fn in_words(text: &str) -> String {
    const NUMBER: &str = " (os error ";
    if text == CUT_OFF {
        return "it is cut off".to_owned();
    }
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, (_, after))) =
        rest.split_once(NUMBER).and_then(|(before, number)| Some((before, number.split_once(')')?)))
    {
        let begins = before.rfind([':', '(']).map_or(0, |at| at + 1);
        let (said, system) = before.split_at(begins);
        told.push_str(said);
        told.push_str(&plainly(system));
        rest = after;
    }
    told.push_str(rest);
    told
}

/// The system's sentence, in lower case.
fn plainly(system: &str) -> String {
    let text = system.trim_start();
    let blanks = " ".repeat(system.len() - text.len());
    if text == "No such file or directory" {
        return format!("{blanks}no such file or folder");
    }
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
    format!("{blanks}{first}{}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Outer(&'static str, #[source] io::Error);

    #[test]
    fn p733_each_is_told_once_and_in_words() {
        #[track_caller]
        fn check(error: &dyn Error, expected: &str) {
            assert_eq!(chain(error), expected);
        }
        let missing = || io::Error::from_raw_os_error(2);
        check(&missing(), "no such file or folder");
        check(&Outer("/nope", missing()), "/nope: no such file or folder");
        check(&Outer("/nope: no such file or folder", missing()), "/nope: no such file or folder");
        check(&Outer("no room", io::Error::from_raw_os_error(28)), "no room: no space left on device");
        check(&io::Error::other("Busy"), "Busy");
        check(&io::Error::from(io::ErrorKind::UnexpectedEof), "unexpected end of file");
        check(&Outer("cut", io::Read::read_exact(&mut io::empty(), &mut [0]).unwrap_err()), "cut: it is cut off");
        assert_eq!(
            in_words("no connection (Connection refused (os error 111)) at"),
            "no connection (connection refused) at"
        );
        assert_eq!(
            in_words("a: Is a directory (os error 21); b: Permission denied (os error 13)"),
            "a: is a directory; b: permission denied"
        );
    }
}
