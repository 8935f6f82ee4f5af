//! Logs on stderr.

use forebear_image::escape::for_terminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format::debug_fn;

use crate::colour::is_coloured;

/// Writes what the first of these environment variables asks for that is set,
/// else everything of `level` and above. Coloured on a terminal only, and
/// foreign text in it is escaped.
pub fn begin(variables: &[&str], level: &str) {
    let asked = variables.iter().find_map(|name| EnvFilter::try_from_env(name).ok());
    let fields = debug_fn(|out, field, value| {
        let value = format!("{value:?}");
        let value = for_terminal(&value, false);
        if field.name() == "message" { write!(out, "{value}") } else { write!(out, "{field}={value}") }
    });
    tracing_subscriber::fmt()
        .with_env_filter(asked.unwrap_or_else(|| EnvFilter::new(level)))
        .with_writer(std::io::stderr)
        .with_ansi(is_coloured(&std::io::stderr()))
        .fmt_fields(fields.delimited(" "))
        .without_time()
        .init();
}
