//! Import circles between the files of a crate: which files need each other,
//! directly or through others, and so can only be understood together.
//!
//! An import is a path, written anywhere outside `#[cfg(test)]`, that leads to
//! an item of another file of the crate: to the file that *defines* the item,
//! whatever re-exports, globs and renames lie between. A `mod` declaration is
//! none, nor is a module that only hands on what its children define.
//!
//! Paths are read, not types: a method that is called on a value is no import.

mod attributes;
mod graph;
mod imports;
mod leaves;
mod modules;
mod names;
mod sources;
mod tokens;

use std::path::{Path, PathBuf};

pub use graph::{Circle, Import};

/// What was found in a crate.
#[derive(Debug)]
pub struct Found {
    /// Its circles, by their first file.
    pub circles: Vec<Circle>,
    /// Paths that begin in the crate and lead nowhere: what was not understood.
    pub unresolved: Vec<String>,
}

/// Reads a crate: the files that its roots (`src/lib.rs`, `src/main.rs`)
/// declare as modules, each named by its path below `folder`.
///
/// # Panics
/// When a file cannot be read or parsed.
#[must_use]
pub fn find(folder: &Path, roots: &[PathBuf]) -> Found {
    let (mut all, mut unresolved) = (Vec::new(), Vec::new());
    for root in roots {
        let found = imports::of(folder, root);
        all.extend(found.imports);
        unresolved.extend(found.unresolved);
    }
    Found { circles: graph::circles(all), unresolved }
}
