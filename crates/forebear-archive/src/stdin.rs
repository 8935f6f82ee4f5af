//! The path that stands for standard input.

use std::path::Path;

/// As in containers-transports(5): `docker-archive:-`.
pub(crate) const STDIN: &str = "-";

/// Whether a path means standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN) || path == Path::new("/dev/stdin")
}
