//! The one place that writes: data to stdout, remarks to stderr.

use std::io::Write as _;

use serde::Serialize;

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Prints text as it is. A reader that went away is no error.
pub(crate) fn text(text: &str) {
    let mut stdout = std::io::stdout().lock();
    _ = stdout.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        _ = stdout.write_all(b"\n");
    }
}

/// Prints one JSON document.
pub(crate) fn json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    text(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Prints one JSON document on one line.
pub(crate) fn json_line<T: Serialize>(value: &T) -> anyhow::Result<()> {
    text(&serde_json::to_string(value)?);
    Ok(())
}

/// A remark about how the answer came about.
pub(crate) fn remark(message: &str) {
    let message = forebear_image::escape::for_terminal(message, false).into_owned();
    _ = writeln!(std::io::stderr().lock(), "note: {message}");
}

/// An error, and what to do about it.
pub(crate) fn error(error: &anyhow::Error) {
    let message = forebear_image::escape::for_terminal(&format!("{error:#}"), true).into_owned();
    let mut stderr = std::io::stderr().lock();
    _ = writeln!(stderr, "error: {message}");
    let hint = error.chain().find_map(|e| e.downcast_ref::<forebear_registry::RegistryError>()?.hint());
    if let Some(hint) = hint {
        _ = writeln!(stderr, "hint: {hint}");
    }
}
