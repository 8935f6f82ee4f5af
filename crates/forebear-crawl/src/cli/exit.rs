//! Exit codes.

use std::process::ExitCode;

use forebear_crawl::operate::state::Phase;

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
    /// Stopped: on a registry's limit, since it does not answer any more, or since
    /// its time is up. The next run goes on.
    Limited = 4,
    /// Interrupted; the next run goes on.
    Interrupted = 130,
}

impl Exit {
    /// The one that several runs end with: an interruption, then what could
    /// not run, then a limit, then failed items.
    pub(super) fn worst(ends: &[Self]) -> Self {
        let order = [Self::Interrupted, Self::Error, Self::Limited, Self::SomeFailed];
        order.into_iter().find(|exit| ends.contains(exit)).unwrap_or(Self::Done)
    }
}

impl From<Phase> for Exit {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Done | Phase::Waiting | Phase::Crawling | Phase::Publishing => Self::Done,
            Phase::SomeFailed => Self::SomeFailed,
            Phase::Limited | Phase::Unreachable | Phase::OutOfTime => Self::Limited,
            Phase::Interrupted => Self::Interrupted,
            Phase::Failed => Self::Error,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
