//! JSON: the answer as it is.

use serde::Serialize;

/// One document.
pub(super) fn document<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<String> {
    Ok(forebear_print::json::document(value)?)
}

/// One document on one line.
pub(crate) fn line<T: Serialize>(value: &T) -> anyhow::Result<String> {
    Ok(forebear_print::json::line(value)?)
}
