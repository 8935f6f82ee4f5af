//! Logs on stderr.

use forebear_print::logs;

/// Writes what `FOREBEAR_LOG` or `RUST_LOG` asks for; else warnings, or errors
/// only.
pub(super) fn begin(quiet: bool) {
    logs::begin(&["FOREBEAR_LOG", "RUST_LOG"], if quiet { "error" } else { "warn" });
}
