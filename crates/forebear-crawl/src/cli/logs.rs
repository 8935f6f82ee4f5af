//! Logs on stderr.

use forebear_image::escape::for_terminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format::debug_fn;

/// Writes what `FOREBEAR_LOG` asks for; else warnings, or errors only. Coloured
/// on a terminal only, and foreign text in it is escaped.
pub(super) fn begin(quiet: bool) {
    let filter = EnvFilter::try_from_env("FOREBEAR_LOG")
        .unwrap_or_else(|_| EnvFilter::new(if quiet { "error" } else { "warn" }));
    let fields = debug_fn(|out, field, value| {
        let value = format!("{value:?}");
        let value = for_terminal(&value, false);
        if field.name() == "message" { write!(out, "{value}") } else { write!(out, "{field}={value}") }
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(forebear_print::is_coloured(&std::io::stderr()))
        .fmt_fields(fields.delimited(" "))
        .without_time()
        .init();
}
