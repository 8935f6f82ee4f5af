//! Calls that change something, counted, and which of them fail.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Which calls fail.
#[derive(Clone, Copy, Debug)]
pub struct Fails {
    /// The first that fails, counted from 1 over calls that change something.
    pub at: u64,
    /// How many fail from there on.
    pub times: u64,
    /// With what.
    pub kind: io::ErrorKind,
}

/// The calls of a disk; clones count together.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls(Arc<Mutex<Counted>>);

#[derive(Debug, Default)]
struct Counted {
    calls: u64,
    fails: Option<Fails>,
    failed: u64,
}

impl Calls {
    pub(super) fn fail(&self, fails: Fails) {
        *self.counted() = Counted { fails: Some(fails), ..Counted::default() };
    }

    pub(super) fn heal(&self) -> u64 {
        let mut counted = self.counted();
        counted.fails = None;
        std::mem::take(&mut counted.failed)
    }

    pub(super) fn count(&self) -> u64 {
        self.counted().calls
    }

    /// Counts one.
    pub(super) fn made(&self) -> io::Result<()> {
        let mut counted = self.counted();
        counted.calls += 1;
        match counted.fails {
            Some(Fails { at, times, kind }) if (at..at.saturating_add(times)).contains(&counted.calls) => {
                counted.failed += 1;
                Err(io::Error::new(kind, "the disk was made to fail"))
            }
            _ => Ok(()),
        }
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
