//! Other people's readers of graphs and SBOMs: Python libraries, and Syft.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::python::Python;

/// Made once, however many tests ask for it side by side.
fn environment() -> Option<&'static Python> {
    static MADE: OnceLock<Option<Python>> = OnceLock::new();
    MADE.get_or_init(|| Python::with("pages", "tests/tools/pages.txt")).as_ref()
}

/// A program that came with the libraries; `None`, after saying so, where they are not to be had.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    Some(environment()?.beside(name))
}

/// What a library reads in a file; `None` where there is no library.
///
/// # Panics
/// When the library refuses the file.
#[must_use]
#[track_caller]
pub fn read(kind: &str, file: &Path) -> Option<Value> {
    let ran = environment()?.run("tests/tools/read_documents.py", &[Path::new(kind), file]);
    assert_eq!(ran.code, 0, "{kind}: {}", ran.stderr);
    Some(ran.json())
}
