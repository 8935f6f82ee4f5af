//! How far an export is: a bar on a terminal, and a line for each table that is whole.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use forebear_export::ExportObserver;
use indicatif::{DecimalBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output;

const BAR: &str = "  {bar:30} {percent:>3} %  {eta:>4} left";

/// Tells on stderr how far it is, and the export when somebody wants it no more.
pub(crate) struct ExportProgress {
    bar: ProgressBar,
    is_quiet: bool,
    interrupted: Arc<AtomicBool>,
}

impl ExportProgress {
    pub(crate) fn new(is_quiet: bool, interrupted: Arc<AtomicBool>) -> Self {
        let target = match std::io::stderr().is_terminal() && !is_quiet {
            true => ProgressDrawTarget::stderr_with_hz(8),
            false => ProgressDrawTarget::hidden(),
        };
        let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(0), target).with_style(style);
        Self { bar, is_quiet, interrupted }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl ExportObserver for ExportProgress {
    fn planned(&self, things: u64) {
        self.bar.set_length(things);
    }

    fn advanced(&self, things: u64) {
        self.bar.inc(things);
    }

    fn finished(&self, table: &str, rows: u64, bytes: u64) {
        if self.is_quiet {
            return;
        }
        let (rows, bytes) = (HumanCount(rows).to_string(), DecimalBytes(bytes).to_string());
        self.bar.suspend(|| output::progress(&format!("  {table:14} {rows:>13} rows {bytes:>12}")));
    }

    fn is_cancelled(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}
