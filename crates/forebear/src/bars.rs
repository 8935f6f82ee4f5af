//! Bars on stderr while layers are read: one for each that is under way.

use std::io::IsTerminal as _;

use forebear_ask::{Bar, Progress};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar's line on a terminal of `columns`: what a narrow one has no room for is left out.
fn template(columns: usize, is_size_known: bool) -> &'static str {
    match (columns, is_size_known) {
        (90.., true) => "  {msg:24} {wide_bar} {bytes:>10} of {total_bytes:>10}  {bytes_per_sec:13}",
        (60.., true) => "  {msg:16} {wide_bar} {bytes:>10} of {total_bytes:>10}",
        (_, true) => "  {wide_msg} {percent:>3} %",
        (60.., false) => "  {msg:24} {spinner} {bytes:>10}  {bytes_per_sec}",
        (_, false) => "  {wide_msg} {bytes:>10}",
    }
}

/// The bars of one command. Where stderr is no terminal, or nobody
/// wants them, there are none.
#[derive(Debug)]
pub(crate) struct Bars(MultiProgress);

impl Bars {
    pub(crate) fn new(is_quiet: bool) -> Self {
        let target = match std::io::stderr().is_terminal() && !is_quiet {
            true => ProgressDrawTarget::stderr_with_hz(8),
            false => ProgressDrawTarget::hidden(),
        };
        Self(MultiProgress::with_draw_target(target))
    }
}

impl Progress for Bars {
    fn begin(&self, name: &str, size: Option<u64>) -> Box<dyn Bar> {
        let bar = self.0.add(size.map_or_else(ProgressBar::no_length, ProgressBar::new));
        let columns = terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
        let style = ProgressStyle::with_template(template(columns, size.is_some()));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name.to_owned());
        Box::new(LayerBar(bar))
    }
}

/// The bar of one layer; it goes when the layer has been read.
struct LayerBar(ProgressBar);

impl Bar for LayerBar {
    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}

impl Drop for LayerBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
