//! A registry's holds, which outlive the process: kept in the store as times,
//! obeyed before anything is sent.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use forebear_image::Timestamp;
use forebear_registry::HostState;
use forebear_store::{Batch, Hold, Store};

use crate::clock::wall_clock;
use crate::error::CrawlError;
use crate::report::Stop;

/// What becomes of a run that meets a registry's limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLimit {
    /// It ends, and a later one goes on.
    #[default]
    Park,
    /// It waits until the registry takes requests again.
    Wait,
}

/// The wait after a limit whose end the registry did not tell; it doubles each
/// time that nothing came of it.
const UNTOLD: Duration = Duration::from_secs(60);
/// And is never longer than this.
const UNTOLD_MOST: Duration = Duration::from_secs(3_600);

/// A hold that is no longer than this is waited for in any case, as the client
/// does within a run.
pub(super) const SHORT: Duration = Duration::from_secs(60);

/// Holds of one registry.
pub(super) struct Holds<'a> {
    pub store: &'a dyn Store,
    /// Registry as it is asked.
    pub registry: String,
    /// Waits in a row whose end was not told.
    untold: u32,
}

impl<'a> Holds<'a> {
    pub(super) fn new(store: &'a dyn Store, registry: &str) -> Self {
        Self { store, registry: registry.to_owned(), untold: 0 }
    }

    /// What is left of a hold that an earlier process met.
    pub(super) fn left(&self) -> Result<Option<(Duration, Stop)>, CrawlError> {
        let now = wall_clock();
        let Some(hold) = self.store.hold(&self.registry)? else { return Ok(None) };
        let Some(left) = hold.left(now) else { return Ok(None) };
        let hold = hold.as_of(now);
        let stop = Stop::Limit { wait: Some(left.as_secs()), until: Some(hold.until), reason: hold.reason.clone() };
        if hold.since == now {
            // The clock was set back: the hold goes by what it reads now.
            self.keep(hold)?;
        }
        Ok(Some((left, stop)))
    }

    /// Keeps a hold that the registry asked for, as the reason to stop. Where
    /// it told no end, the next run may try.
    pub(super) fn met(&self, wait: Option<Duration>, message: String) -> Result<Stop, CrawlError> {
        let now = wall_clock();
        // Rounded up: a hold is never shortened.
        let wait = wait.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        let until = wait.map(|wait| {
            let wait = i64::try_from(wait).unwrap_or(i64::MAX);
            Timestamp { seconds: now.seconds.saturating_add(wait), nanos: 0 }
        });
        if let Some(until) = until {
            let known = self.store.hold(&self.registry)?.filter(|hold| hold.until > until && hold.since <= now);
            if let Some(hold) = known {
                let wait = hold.left(now).map(|left| left.as_secs());
                return Ok(Stop::Limit { wait, until: Some(hold.until), reason: hold.reason });
            }
            let (registry, reason) = (self.registry.clone(), message.clone());
            self.keep(Hold { registry, since: now, until, reason })?;
        }
        Ok(Stop::Limit { wait, until, reason: message })
    }

    /// Keeps a hold that the client was sleeping through when its run ended. It
    /// is a short one; longer ones end a request, and are kept where they are
    /// met, if the registry told them.
    pub(super) fn keep_short(&self, host: &HostState) -> Result<(), CrawlError> {
        let Some((time, limit)) = host.held_until_time() else { return Ok(()) };
        let left = time.duration_since(SystemTime::now()).unwrap_or_default();
        if left.is_zero() || left > SHORT {
            return Ok(());
        }
        // The end is a time already, so that only the whole second is rounded up.
        let until = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = until.as_secs() + u64::from(until.subsec_nanos() > 0);
        let until = Timestamp { seconds: i64::try_from(seconds).unwrap_or(i64::MAX), nanos: 0 };
        let now = wall_clock();
        if !self.store.hold(&self.registry)?.is_some_and(|hold| hold.until >= until && hold.since <= now) {
            let reason = format!("{limit}, met at the end of an earlier run");
            self.keep(Hold { registry: self.registry.clone(), since: now, until, reason })?;
        }
        Ok(())
    }

    /// How long to wait for a limit of which this much was told: by the
    /// registry, not what its client chose where nothing was.
    pub(super) fn pause(&mut self, wait: Option<Duration>) -> Duration {
        match wait {
            Some(wait) => wait,
            None => {
                let pause = UNTOLD.saturating_mul(1 << self.untold.min(6)).min(UNTOLD_MOST);
                self.untold += 1;
                pause
            }
        }
    }

    /// An answer came through.
    pub(super) fn over(&mut self) {
        self.untold = 0;
    }

    fn keep(&self, hold: Hold) -> Result<(), CrawlError> {
        self.store.apply(Batch { holds: vec![hold], ..Batch::default() })?;
        Ok(self.store.flush()?)
    }
}
