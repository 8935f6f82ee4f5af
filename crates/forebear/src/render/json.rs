//! JSON: the answer as it is.

use std::io::{self, Write};

use serde::Serialize;

/// One document.
pub(super) fn document<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<String> {
    Ok(forebear_print::json::document(value)?)
}

/// One document on one line.
pub(crate) fn line<T: Serialize>(value: &T) -> anyhow::Result<String> {
    Ok(forebear_print::json::line(value)?)
}

/// One document, written while it is made.
pub(super) fn write<T: Serialize>(out: &mut impl Write, value: &T) -> io::Result<()> {
    value.serialize(&mut forebear_print::json::indented(&mut *out))?;
    out.write_all(b"\n")
}
