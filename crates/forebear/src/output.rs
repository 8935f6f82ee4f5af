//! Remarks and errors on stderr; data goes to stdout through `forebear-print`.

use std::io::Write as _;

use forebear_ask::{AskError, Note};
use forebear_image::chain::chain;
use forebear_image::escape::for_terminal;
use forebear_print::{OutputError, is_coloured, print};

use crate::exit::Exit;
use crate::fit::fitted;

/// A remark about how the answer came about.
pub(crate) fn note(note: &Note) {
    let message = note.to_string();
    _ = writeln!(std::io::stderr().lock(), "note: {}", for_terminal(&message, false));
}

/// How far something is that takes long.
pub(crate) fn progress(message: &str) {
    _ = writeln!(std::io::stderr().lock(), "{message}");
}

/// Something that is not safe about what was asked for.
pub(crate) fn warning(message: &str) {
    _ = writeln!(std::io::stderr().lock(), "warning: {message}");
}

/// An error, and what to do about it.
pub(crate) fn error(error: &anyhow::Error) {
    let message = chain(error.as_ref());
    let mut stderr = std::io::stderr().lock();
    _ = writeln!(stderr, "error: {}", for_terminal(&message, true));
    if let Some(hint) = error.downcast_ref().and_then(AskError::hint) {
        _ = writeln!(stderr, "hint: {}", for_terminal(hint, false));
    }
}

/// Prints what is not a question: help and version, or what is wrong with the
/// arguments, which may hold anything.
///
/// # Errors
/// When help could not be written.
pub(crate) fn usage(usage: &clap::Error) -> Result<Exit, OutputError> {
    let text = usage.render();
    if usage.use_stderr() {
        _ = write!(std::io::stderr().lock(), "{}", for_terminal(&text.to_string(), true));
        return Ok(Exit::Error);
    }
    let coloured = is_coloured(&std::io::stdout());
    let text = if coloured { text.ansi().to_string() } else { text.to_string() };
    let columns = terminal_size::terminal_size_of(std::io::stdout()).map_or(usize::MAX, |(width, _)| width.0.into());
    // clap breaks all lines but this one; examples stay as they are typed.
    let usage = |line: &str| if line.contains("Usage:") { fitted(line, columns) } else { line.to_owned() };
    print(&text.split_inclusive('\n').map(usage).collect::<String>())?;
    Ok(Exit::Found)
}
