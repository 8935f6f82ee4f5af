//! Other people's readers of what is written for them: Python libraries in an environment that
//! `make test-setup` makes.

use std::path::{Path, PathBuf};
use std::process::Command;

use forebear_testkit::real::skipped;
use serde_json::Value;

use crate::run;

/// A program of the environment; `None`, after saying so, where there is none.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let program = target.join("python/pages/bin").join(name);
    if program.exists() {
        return Some(program);
    }
    skipped(&format!("{} is not there; make test-setup makes it", program.display()));
    None
}

/// What a library reads in a file; `None` where there is no library.
///
/// # Panics
/// When the library refuses the file.
#[must_use]
#[track_caller]
pub fn read(kind: &str, file: &Path) -> Option<Value> {
    let python = program("python")?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/read_documents.py");
    let ran = run(Command::new(python).arg("-B").arg(script).arg(kind).arg(file), "");
    assert_eq!(ran.code, 0, "{kind}: {}", ran.stderr);
    Some(ran.json())
}
