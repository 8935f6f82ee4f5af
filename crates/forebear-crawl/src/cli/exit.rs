//! Exit codes.

use std::process::ExitCode;

/// How `forebear-crawl` ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    /// All done.
    Done = 0,
    /// Nothing could be done.
    Error = 2,
    /// Finished, but some items failed.
    SomeFailed = 3,
    /// Stopped on a registry's limit; the next run goes on.
    Limited = 4,
    /// Interrupted; the next run goes on.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
