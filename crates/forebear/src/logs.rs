//! Logs on stderr: warnings; with `-v` what is done, with `-vv` every request
//! that was sent again.

use forebear_print::logs;

/// Writes what `RUST_LOG` asks for, else what `-v` and `-q` do.
pub(crate) fn begin(verbose: u8, quiet: bool) {
    let level = match (quiet, verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "info",
        (false, 2) => "debug",
        (false, _) => "trace",
    };
    // What the libraries below have to say is for who names them in RUST_LOG.
    logs::begin(&["FOREBEAR_LOG", "RUST_LOG"], &format!("error,forebear={level}"));
}
