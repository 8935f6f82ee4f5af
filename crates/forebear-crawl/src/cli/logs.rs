//! Logs on stderr.

use forebear_print::logs;

use super::common::Common;

/// Writes what `FOREBEAR_LOG` or `RUST_LOG` asks for; else what the options do.
pub(super) fn begin(common: &Common) {
    let level = match (common.quiet, common.verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "info",
        (false, 2) => "debug",
        (false, _) => "trace",
    };
    // What the libraries below have to say is for who names them in RUST_LOG.
    logs::begin(&["FOREBEAR_LOG", "RUST_LOG"], &format!("error,forebear={level}"));
}
