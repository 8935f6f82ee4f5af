//! The loop: what is due is run, the rest waited for.

use std::path::Path;
use std::time::Duration;

use forebear_image::Timestamp;
use forebear_image::chain::chain;
use forebear_registry::DOUBTED_ABOVE;
use tokio::sync::watch;

use crate::clock::wall_clock;
use crate::operate::error::RunError;
use crate::operate::job_runner::{JobRunner, Outcome, RunRequest};
use crate::operate::jobs::{Job, JobError, Schedule};
use crate::operate::state::{JobState, Phase};
use crate::progress::Progress;
use crate::report::Stop;

use super::folder::read;
use super::observer::ScheduleObserver;
use super::plan::Memory;

/// The longest sleep: a clock that is set, or a machine that was suspended, is
/// noticed this late at most, and so is a changed job file.
const LOOK_EVERY: Duration = Duration::from_secs(20);
/// Seconds until a run goes on that a limit stopped whose end was not told, or is
/// not believed; or that lost its registry.
const UNTOLD: i64 = 3_600;
/// What is remembered between processes, in the state folder.
const MEMORY: &str = "schedule.json";

/// Runs the jobs of a folder when they are due, until `stop`. Returns whether
/// a run was interrupted by that.
///
/// # Errors
/// [`RunError`] when the folder cannot be read, a file in it is no job, or
/// none has a schedule; and when the state of the schedule cannot be written,
/// as it would be forgotten what has run.
pub async fn run(
    folder: &Path,
    runner: &JobRunner,
    mut stop: watch::Receiver<bool>,
    progress: &dyn Progress,
    observer: &mut dyn ScheduleObserver,
) -> Result<bool, RunError> {
    let mut jobs = scheduled(folder)?;
    if jobs.is_empty() {
        return Err(JobError::whole(folder, "no job in it has a schedule; write schedule = \"0 3 * * *\"").into());
    }
    let mut memory: Memory = runner.states.remembered(MEMORY).unwrap_or_default();
    let mut last_refused: Option<String> = None;
    while !*stop.borrow() {
        let now = wall_clock();
        let next = next(&jobs, &mut memory, now);
        memory.keep_only(|name| jobs.iter().any(|(job, _)| job.name == *name));
        runner.states.remember(MEMORY, &memory)?;
        announce(&jobs, &mut memory, runner, now);
        let due = next.and_then(|(at, time)| jobs.get(at).map(|(job, _)| (job, time)));
        match due {
            Some((job, time)) if time <= now => {
                memory.begun(&job.name, now);
                runner.states.remember(MEMORY, &memory)?;
                observer.begins(job);
                let request = RunRequest { now, stop: stop.clone(), retry_failed: false, ignore_hold: false };
                let outcome = runner.run(job, request, progress).await;
                observer.ended(job, &outcome);
                memory.ended(&job.name, wall_clock(), resume_at(&outcome));
                runner.states.remember(MEMORY, &memory)?;
                match outcome {
                    Ok(Outcome { phase: Phase::Interrupted, .. }) | Err(RunError::Stopped) => return Ok(true),
                    // A store that failed once refuses everything after it.
                    Err(error) if error.is_of_the_store() => return Err(error),
                    _ => {}
                }
            }
            due => {
                observer.waits(due);
                let until = due.map_or(LOOK_EVERY, |(_, time)| {
                    Duration::from_secs((time.seconds - now.seconds).unsigned_abs()).min(LOOK_EVERY)
                });
                tokio::select! {
                    () = tokio::time::sleep(until) => {}
                    changed = stop.changed() => if changed.is_err() {
                        tokio::time::sleep(until).await;
                    },
                }
            }
        }
        match scheduled(folder) {
            Ok(read) => {
                (jobs, last_refused) = (read, None);
            }
            // Said once, and not every time it is looked at.
            Err(error) if last_refused.as_ref() != Some(&chain(&error)) => {
                observer.refused(&error);
                last_refused = Some(chain(&error));
            }
            Err(_) => {}
        }
    }
    Ok(false)
}

/// The jobs of a folder that have a schedule.
fn scheduled(folder: &Path) -> Result<Vec<(Job, Schedule)>, RunError> {
    let (jobs, errors) = read(folder)?;
    if let Some(errors) = JobError::all(errors) {
        return Err(errors.into());
    }
    let jobs = jobs.into_iter().filter_map(|job| job.schedule.clone().map(|schedule| (job, schedule)));
    Ok(jobs.collect())
}

/// The job that is due first, and when. Of several that are overdue, the one
/// that has waited longest.
fn next(jobs: &[(Job, Schedule)], memory: &mut Memory, now: Timestamp) -> Option<(usize, Timestamp)> {
    let due = jobs.iter().enumerate();
    due.filter_map(|(at, (job, schedule))| Some((at, memory.due(&job.name, schedule, now)?)))
        .min_by_key(|(_, time)| *time)
}

/// Writes into each job's state when it is run next.
fn announce(jobs: &[(Job, Schedule)], memory: &mut Memory, runner: &JobRunner, now: Timestamp) {
    for (job, schedule) in jobs {
        let next = memory.due(&job.name, schedule, now);
        let known = runner.states.job(&job.name);
        if known.as_ref().is_some_and(|state| state.next == next && !state.phase.is_under_way()) {
            continue;
        }
        let state = match known {
            // A crawl of this process would be waited for, so that one is dead.
            Some(state) if state.phase.is_under_way() => JobState { phase: Phase::Interrupted, next, ..state },
            Some(state) => JobState { next, ..state },
            None => JobState { next, ..JobState::new(job, Phase::Waiting, now) },
        };
        if let Err(error) = runner.states.write(&state) {
            tracing::warn!(error = %chain(&error), "when the job is run next could not be written for 'status' to read");
        }
    }
}

/// When to resume a run that stopped before its end: after the limit; at
/// once, when there is a scheduler again, after a signal.
fn resume_at(outcome: &Result<Outcome, RunError>) -> Option<Timestamp> {
    let outcome = match outcome {
        Err(RunError::Stopped) => return Some(wall_clock()),
        Err(_) => return None,
        Ok(outcome) if outcome.phase == Phase::Interrupted => return Some(wall_clock()),
        Ok(outcome) => outcome,
    };
    let soon = Timestamp { seconds: wall_clock().seconds.saturating_add(UNTOLD), nanos: 0 };
    match outcome.report.stopped.as_ref()? {
        // One that is doubted is asked about once an hour.
        Stop::Limit { wait: Some(wait), .. } if *wait > DOUBTED_ABOVE.as_secs() => Some(soon),
        Stop::Limit { until: Some(until), .. } => Some(*until),
        Stop::Limit { until: None, .. } | Stop::Unreachable { .. } => Some(soon),
        // Its next time resumes it.
        Stop::TimeUp | Stop::Interrupted => None,
    }
}
