//! Logs on stderr.

use forebear_image::escape::for_terminal;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// What is asked for by environment variables; the first that is set counts.
const VARIABLES: [&str; 2] = ["FOREBEAR_LOG", "RUST_LOG"];

/// Writes what `FOREBEAR_LOG` or `RUST_LOG` asks for, else what `-q` and so many `-v` do: warnings, what
/// is done, every request that was sent again. Foreign text in it is escaped.
pub fn begin(verbose: u8, quiet: bool) {
    let level = match (quiet, verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "info",
        (false, 2) => "debug",
        (false, _) => "trace",
    };
    // What the libraries below have to say is for who names them in RUST_LOG.
    let level = format!("error,forebear={level}");
    let asked = VARIABLES.iter().find_map(|name| EnvFilter::try_from_env(name).ok());
    let fields = debug_fn(|out, field, value| {
        let value = format!("{value:?}");
        let value = for_terminal(&value, false);
        if field.name() == "message" { write!(out, "{value}") } else { write!(out, "{field}={value}") }
    });
    tracing_subscriber::fmt()
        .with_env_filter(asked.unwrap_or_else(|| EnvFilter::new(level)))
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .fmt_fields(fields.delimited(" "))
        .event_format(Lines)
        .init();
}

/// `warning: the sentence, what it is about`: as everything else that is said; from
/// `info` on with the module that says it, for whoever looks for a fault.
struct Lines;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> std::fmt::Result {
        let metadata = event.metadata();
        match *metadata.level() {
            Level::ERROR => write!(out, "error: ")?,
            Level::WARN => write!(out, "warning: ")?,
            Level::INFO => write!(out, "info: {}: ", metadata.target())?,
            Level::DEBUG => write!(out, "debug: {}: ", metadata.target())?,
            Level::TRACE => write!(out, "trace: {}: ", metadata.target())?,
        }
        context.field_format().format_fields(out.by_ref(), event)?;
        writeln!(out)
    }
}
