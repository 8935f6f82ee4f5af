//! When each job is run next. Pure: the clock is a number.

use std::collections::BTreeMap;

use forebear_image::Timestamp;
use serde::{Deserialize, Serialize};

use crate::operate::jobs::{JobName, Schedule};

/// A time in the memory that is further ahead than this was not written by a
/// clock that was right.
const DISTRUSTED: i64 = 26 * 3600;

/// What a scheduler remembers of its jobs from one process to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Memory {
    jobs: BTreeMap<JobName, Remembered>,
}

/// What is remembered of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    /// When it was last begun because it was due; before that, when it was
    /// first seen.
    since: Timestamp,
    /// When to resume a run that stopped before its end.
    #[serde(default)]
    resume_at: Option<Timestamp>,
}

impl Memory {
    /// When a job is due: at the first time of its schedule after it was last
    /// begun. However many times were missed, that is one time, in the past: a
    /// job catches up once. A run that stopped on a limit is due when the
    /// limit ends.
    ///
    /// A job that was never seen is due at its next time, not at once.
    pub fn due(&mut self, job: &JobName, schedule: &Schedule, now: Timestamp) -> Option<Timestamp> {
        let fresh = Remembered { since: now, resume_at: None };
        let remembered = self.jobs.entry(job.clone()).or_insert(fresh);
        // The clock was ahead then, or jumped back since.
        let trusted = |time: Timestamp| time.seconds <= now.seconds.saturating_add(DISTRUSTED);
        if !trusted(remembered.since) {
            *remembered = fresh;
        }
        let next = schedule.next_after(remembered.since);
        match remembered.resume_at {
            // The registry's own word may lie days ahead, and still holds.
            Some(resume) => Some(resume),
            None => next,
        }
    }

    /// Notes that a job is begun.
    pub fn begun(&mut self, job: &JobName, now: Timestamp) {
        self.jobs.insert(job.clone(), Remembered { since: now, resume_at: None });
    }

    /// Notes that a job's run ended: times that came meanwhile are ignored.
    /// `resume_at`: it stopped before its end and is to go on then.
    pub fn ended(&mut self, job: &JobName, now: Timestamp, resume_at: Option<Timestamp>) {
        self.jobs.insert(job.clone(), Remembered { since: now, resume_at });
    }

    /// Forgets jobs that are no more.
    pub fn keep_only(&mut self, wanted: impl Fn(&JobName) -> bool) {
        self.jobs.retain(|job, _| wanted(job));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(&format!("2026-03-{text}Z")).unwrap()
    }

    fn nightly() -> (JobName, Schedule) {
        (JobName::new("nightly").unwrap(), Schedule::parse("0 3 * * *", "UTC").unwrap())
    }

    #[test]
    fn a_new_job_waits_for_its_time() {
        let (job, schedule) = nightly();
        let mut memory = Memory::default();
        assert_eq!(memory.due(&job, &schedule, time("01T12:00:00")), Some(time("02T03:00:00")));
        // And is not put off by being asked again.
        assert_eq!(memory.due(&job, &schedule, time("02T04:00:00")), Some(time("02T03:00:00")));
    }

    #[test]
    fn missed_times_are_caught_up_once() {
        let (job, schedule) = nightly();
        let mut memory = Memory::default();
        memory.begun(&job, time("01T03:00:00"));
        memory.ended(&job, time("01T03:20:00"), None);
        let stored = serde_json::to_string(&memory).unwrap();
        let mut later: Memory = serde_json::from_str(&stored).unwrap();
        let now = time("09T12:00:00");
        assert_eq!(later.due(&job, &schedule, now), Some(time("02T03:00:00")));
        later.begun(&job, now);
        later.ended(&job, time("09T12:10:00"), None);
        assert_eq!(later.due(&job, &schedule, time("09T12:10:00")), Some(time("10T03:00:00")));
    }

    #[test]
    fn a_run_longer_than_its_interval_does_not_follow_itself() {
        let (job, schedule) = nightly();
        let mut memory = Memory::default();
        memory.begun(&job, time("01T03:00:00"));
        memory.ended(&job, time("03T04:00:00"), None);
        assert_eq!(memory.due(&job, &schedule, time("03T04:00:00")), Some(time("04T03:00:00")));
    }

    #[test]
    fn a_run_that_was_killed_is_not_begun_again_at_once() {
        let (job, schedule) = nightly();
        let mut memory = Memory::default();
        memory.begun(&job, time("01T03:00:00"));
        assert_eq!(memory.due(&job, &schedule, time("01T03:05:00")), Some(time("02T03:00:00")));
    }

    #[test]
    fn a_limited_run_goes_on_when_the_limit_ends() {
        let (job, schedule) = nightly();
        let mut memory = Memory::default();
        memory.begun(&job, time("01T03:00:00"));
        memory.ended(&job, time("01T03:30:00"), Some(time("01T09:00:00")));
        assert_eq!(memory.due(&job, &schedule, time("01T03:30:00")), Some(time("01T09:00:00")));
        // A night that comes during the limit does not break it.
        memory.ended(&job, time("01T03:30:00"), Some(time("04T09:00:00")));
        assert_eq!(memory.due(&job, &schedule, time("02T03:00:00")), Some(time("04T09:00:00")));
    }

    #[test]
    fn a_clock_that_jumped_back_does_not_stop_a_job() {
        let (job, schedule) = nightly();
        let mut memory = Memory::default();
        memory.begun(&job, time("20T03:00:00"));
        memory.ended(&job, time("20T03:30:00"), None);
        assert_eq!(memory.due(&job, &schedule, time("10T12:00:00")), Some(time("11T03:00:00")));
        // An hour back is not a reason to run the night again.
        memory.ended(&job, time("20T03:30:00"), None);
        assert_eq!(memory.due(&job, &schedule, time("20T02:30:00")), Some(time("21T03:00:00")));
    }

    #[test]
    fn jobs_that_are_gone_are_forgotten() {
        let (job, schedule) = nightly();
        let mut memory = Memory::default();
        memory.begun(&job, time("01T03:00:00"));
        memory.keep_only(|_| false);
        assert_eq!(memory.due(&job, &schedule, time("05T12:00:00")), Some(time("06T03:00:00")));
    }
}
