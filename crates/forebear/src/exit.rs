//! Exit codes.

use std::process::ExitCode;

/// How `forebear` ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Found, or equal.
    Found = 0,
    /// No known parent, nothing found, or not equal.
    NotFound = 1,
    /// No answer could be given.
    Error = 2,
    /// `check`: nothing is known to judge by.
    Unknown = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
