//! Before a run: nothing is sent until holds of earlier processes are over,
//! then the registry is asked whether it is there at all.

use std::time::{Duration, Instant};

use forebear_registry::{ErrorKind, Ping, Registry};

use crate::error::CrawlError;
use crate::on_limit::OnLimit;
use crate::progress::{Progress, Snapshot};
use crate::report::Stop;
use crate::signal::Signal;

use super::holds::{Holds, SHORT, parks};

/// Returns when the registry may be asked, or why the run is not to begin.
pub(super) async fn ready(
    registry: &Registry,
    holds: &Holds<'_>,
    on_limit: OnLimit,
    progress: &dyn Progress,
    (signal, ends): (&mut Signal, Option<Instant>),
) -> Result<Option<Stop>, CrawlError> {
    loop {
        let probed = tokio::select! {
            probed = registry.probe_hold() => probed,
            stop = until(signal, ends) => return Ok(Some(stop)),
        };
        probed?;
        let (pause, stop) = match holds.left() {
            Some(left) => left,
            None => {
                // A registry that stalls would take minutes.
                let answer = tokio::select! {
                    answer = ping(registry) => answer,
                    stop = until(signal, ends) => return Ok(Some(stop)),
                };
                match answer {
                    Ok(()) => return Ok(None),
                    Err(CrawlError::Registry(error)) => match error.kind() {
                        ErrorKind::RateLimited { retry_after, .. } => {
                            let stop = holds.met(*retry_after, error.to_string())?;
                            (holds.pause(*retry_after), stop)
                        }
                        _ => return Err(error.into()),
                    },
                    Err(error) => return Err(error),
                }
            }
        };
        let told = match &stop {
            Stop::Limit { wait, .. } => wait.map(Duration::from_secs),
            Stop::Unreachable { .. } | Stop::TimeUp | Stop::Interrupted => None,
        };
        if parks(on_limit, told) && told.is_none_or(|wait| wait > SHORT) {
            return Ok(Some(stop));
        }
        if let Stop::Limit { until, .. } = &stop {
            progress.update(&Snapshot { held_until: *until, ..Snapshot::default() });
        }
        let over = far(Instant::now().checked_add(pause));
        tokio::select! {
            () = tokio::time::sleep_until(over.into()) => {}
            stop = until(signal, ends) => return Ok(Some(stop)),
        }
    }
}

/// Returns when the run is to end, with the reason.
async fn until(signal: &mut Signal, ends: Option<Instant>) -> Stop {
    tokio::select! {
        () = signal.told() => Stop::Interrupted,
        () = tokio::time::sleep_until(far(ends).into()) => Stop::TimeUp,
    }
}

/// Asks whether the registry lets anybody in.
async fn ping(registry: &Registry) -> Result<(), CrawlError> {
    match registry.ping().await? {
        Ping::NeedsCredentials { shown, .. } => {
            Err(CrawlError::NotLetIn { host: registry.asked_name().to_string(), shown })
        }
        Ping::Registry => Ok(()),
    }
}

/// A deadline, or one so far off that it never comes.
pub(super) fn far(deadline: Option<Instant>) -> Instant {
    deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(365 * 24 * 3_600))
}
