//! A registry's holds as a run sees them. They are the registry client's own,
//! which keeps them in the store: nothing is sent before their end.

use std::sync::Arc;
use std::time::Duration;

use forebear_registry::{DOUBTED_ABOVE, HostState, Registry};
use forebear_store::Store;
use tokio::time::Instant;

use crate::error::CrawlError;
use crate::on_limit::OnLimit;
use crate::report::Stop;

use super::hold_keeper::StoreKeeper;

/// The pause after a limit for which nothing is held: no pulls are left, as far
/// as a quota without a window tells.
const UNTOLD: Duration = Duration::from_secs(60);

/// A hold that is no longer than this is waited for in any case, as the client
/// does within a run.
pub(super) const SHORT: Duration = Duration::from_secs(60);

/// Whether a run ends for a limit of which this much is told, rather than waits:
/// as the job says, and in any case where nobody would wait for so long. The next
/// run asks whether such a hold still stands.
pub(super) fn parks(on_limit: OnLimit, wait: Option<Duration>) -> bool {
    on_limit == OnLimit::Park || wait.is_some_and(|wait| wait > DOUBTED_ABOVE)
}

/// Holds of one registry, and of the mirrors that are asked for it.
#[derive(Clone, Debug)]
pub(super) struct Holds<'a> {
    host: &'a HostState,
    /// All that are asked, and who keeps theirs.
    kept: Vec<(&'a HostState, Arc<StoreKeeper>)>,
}

impl<'a> Holds<'a> {
    /// Has them kept in the store. One that an earlier process met is obeyed
    /// from now on, or ended if the owner says so.
    pub(super) fn new(store: &Arc<dyn Store>, registry: &'a Registry, ignore: bool) -> Result<Self, CrawlError> {
        let own = (registry.base_url(), registry.host());
        let kept = [own].into_iter().chain(registry.elsewhere()).map(|(address, host)| {
            let keeper = Arc::new(StoreKeeper::new(Arc::clone(store), address));
            host.keep_holds(Arc::clone(&keeper) as _);
            if ignore {
                host.end_hold();
            }
            (host, keeper)
        });
        let holds = Self { host: registry.host(), kept: kept.collect() };
        holds.check()?;
        Ok(holds)
    }

    /// Whether the store has done all it was to.
    fn check(&self) -> Result<(), CrawlError> {
        Ok(self.kept.iter().try_for_each(|(_, keeper)| keeper.check())?)
    }

    /// What is left of a hold that is kept, and the reason to stop that it is.
    pub(super) fn left(&self) -> Option<(Duration, Stop)> {
        let (hold, left) = self.host.kept_hold().filter(|(_, left)| !left.is_zero())?;
        let wait = Some(left.as_secs());
        Some((left, Stop::Limit { wait, until: Some(hold.until), reason: hold.reason }))
    }

    /// The reason to stop that a limit is. One that the registry told the end of
    /// is kept by now, or a longer one. Where it told none, the next run may try.
    pub(super) fn met(&self, wait: Option<Duration>, message: String) -> Result<Stop, CrawlError> {
        self.check()?;
        Ok(match wait.and_then(|_| self.host.kept_hold()) {
            Some((hold, left)) => {
                // Rounded up: a hold is never shortened.
                let wait = left.as_secs() + u64::from(left.subsec_nanos() > 0);
                Stop::Limit { wait: Some(wait), until: Some(hold.until), reason: hold.reason }
            }
            None => Stop::Limit { wait: None, until: None, reason: message },
        })
    }

    /// Keeps holds that the client was sleeping through when its run ended.
    pub(super) fn keep_short(&self) -> Result<(), CrawlError> {
        self.kept.iter().for_each(|(host, _)| host.keep_hold_in_force());
        self.check()
    }

    /// How long to wait for a limit of which this much was told: where nothing
    /// was, for as long as the client has chosen to.
    pub(super) fn pause(&self, wait: Option<Duration>) -> Duration {
        let chosen = || Some(self.host.held_until()?.saturating_duration_since(Instant::now()));
        wait.or_else(chosen).unwrap_or(UNTOLD)
    }
}
