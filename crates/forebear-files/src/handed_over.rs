//! What a shell hands over.

use std::path::Path;

/// Whether a path names what this process was handed by its caller, by a pipe or
/// `<(…)`, and that is no file. Waiting for it is the caller's wish; a FIFO that
/// somebody put elsewhere is not.
#[must_use]
pub fn is_handed_over(path: &Path) -> bool {
    let handed_over =
        path == Path::new("/dev/stdin") || path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd");
    handed_over && !path.metadata().is_ok_and(|kind| kind.is_file() || kind.is_dir())
}
