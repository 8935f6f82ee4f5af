//! The one place that writes: data to stdout, remarks to stderr.

use std::io::Write as _;

use forebear_ask::{AskError, Note};
use forebear_image::escape::for_terminal;

/// Prints text as it is. A reader that went away is no error.
pub(crate) fn text(text: &str) {
    let mut stdout = std::io::stdout().lock();
    _ = stdout.write_all(text.as_bytes());
    if !text.is_empty() && !text.ends_with('\n') {
        _ = stdout.write_all(b"\n");
    }
}

/// A remark about how the answer came about.
pub(crate) fn note(note: &Note) {
    let message = note.to_string();
    _ = writeln!(std::io::stderr().lock(), "note: {}", for_terminal(&message, false));
}

/// An error, and what to do about it.
pub(crate) fn error(error: &anyhow::Error) {
    let message = format!("{error:#}");
    let mut stderr = std::io::stderr().lock();
    _ = writeln!(stderr, "error: {}", for_terminal(&message, true));
    if let Some(hint) = error.downcast_ref().and_then(AskError::hint) {
        _ = writeln!(stderr, "hint: {hint}");
    }
}
