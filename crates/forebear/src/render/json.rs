//! JSON: the answer as it is.

use serde::Serialize;

/// One document.
pub(super) fn document<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)?)
}

/// One document on one line.
pub(crate) fn line<T: Serialize>(value: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string(value)?)
}
