//! Real parts for tests: recorded registries, Debian's `docker-registry`, and
//! a way to skip honestly where they are missing.

mod docker_registry;
mod skip;

use std::path::{Path, PathBuf};

pub use docker_registry::{DockerRegistry, RegistryOptions};
pub use skip::skipped;

/// The folder of real data: `FOREBEAR_REAL_DATA`, else `shared/data` beside
/// the workspace.
///
/// `None`, after saying so, where it is absent.
///
/// # Panics
/// When it is absent and `FOREBEAR_TESTS=all`.
#[must_use]
pub fn real_data() -> Option<PathBuf> {
    let folder = match std::env::var_os("FOREBEAR_REAL_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    skipped(&format!("no real data at {} (set FOREBEAR_REAL_DATA)", folder.display()));
    None
}

/// One file of the real data, such as `official/hard.storage.tar.zst`.
///
/// # Panics
/// When it is absent and `FOREBEAR_TESTS=all`.
#[must_use]
pub fn real_file(name: &str) -> Option<PathBuf> {
    let file = real_data()?.join(name);
    if file.exists() {
        return Some(file);
    }
    skipped(&format!("no {}", file.display()));
    None
}

/// Whether a program is on the `PATH`.
#[must_use]
pub fn have(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
