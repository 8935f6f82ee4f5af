//! Bars on stderr while layers are read: one for each that is under way.

use std::io::{IsTerminal as _, Read};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

const KNOWN: &str = "  {msg:24} {bar:30} {bytes:>10} of {total_bytes:>10}  {bytes_per_sec}";
const UNKNOWN: &str = "  {msg:24} {spinner} {bytes:>10}  {bytes_per_sec}";

/// The bars of one command. Where stderr is no terminal there are none.
#[derive(Debug)]
pub(crate) struct Bars(MultiProgress);

impl Bars {
    pub(crate) fn new() -> Self {
        let target = match std::io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr_with_hz(8),
            false => ProgressDrawTarget::hidden(),
        };
        Self(MultiProgress::with_draw_target(target))
    }

    /// A bar that moves as `stream` is read; it goes when the reader does.
    pub(crate) fn follow<'a>(&self, stream: Box<dyn Read + 'a>, size: Option<u64>, name: String) -> Followed<'a> {
        let bar = self.0.add(size.map_or_else(ProgressBar::no_length, ProgressBar::new));
        let style = ProgressStyle::with_template(if size.is_some() { KNOWN } else { UNKNOWN });
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name);
        Followed { stream, bar }
    }
}

/// A stream with a bar.
pub(crate) struct Followed<'a> {
    stream: Box<dyn Read + 'a>,
    bar: ProgressBar,
}

impl Read for Followed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

impl Drop for Followed<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
