//! Errors in one line.

use std::error::Error;

/// An error and what caused it, each told once: `can't do this: because: of that`.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        told.push_str(": ");
        told.push_str(&cause.to_string());
        next = cause.source();
    }
    told
}
