//! JSON: the answer as it is.

use std::io::{self, Write};

use serde::Serialize;

use crate::view::View;

/// One document, on one line where it is one of several.
pub(super) fn one<T: Serialize + ?Sized>(value: &T, view: View) -> anyhow::Result<String> {
    if view.json_lines { line(value) } else { document(value) }
}

/// One document.
pub(super) fn document<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<String> {
    Ok(forebear_print::json::document(value)?)
}

/// One document on one line.
pub(crate) fn line<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<String> {
    Ok(forebear_print::json::line(value)?)
}

/// One document, written while it is made.
pub(super) fn write<T: Serialize>(out: &mut impl Write, value: &T) -> io::Result<()> {
    value.serialize(&mut forebear_print::json::indented(&mut *out))?;
    out.write_all(b"\n")
}
