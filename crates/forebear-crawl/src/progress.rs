//! How the engine tells where it is.

use forebear_image::Timestamp;
use forebear_registry::Quota;
use serde::{Deserialize, Serialize};

/// Where a run is. All counts are of the run, whichever process did what of it,
/// as far as the last process left them where they could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// Start of the run: the time of its observations.
    pub run: Option<Timestamp>,
    /// Repositories found.
    pub repositories: u64,
    /// Repositories whose tags are listed.
    pub repositories_done: u64,
    /// Whether more repositories may be found: a list of them is not at its end.
    pub listing: bool,
    /// Tags found.
    pub tags: u64,
    /// Tags resolved to a digest.
    pub tags_done: u64,
    /// Images fetched.
    pub images_new: u64,
    /// Images met that were stored before.
    pub images_known: u64,
    /// Items that failed.
    pub failures: u64,
    /// Requests sent.
    pub requests: u64,
    /// Tasks known and not done.
    pub open: u64,
    /// Until when nothing is sent, while a registry's limit is waited for.
    #[serde(skip)]
    pub held_until: Option<Timestamp>,
    /// Pulls that the registry allows, as it told last.
    #[serde(skip)]
    pub quota: Option<PullsLeft>,
}

/// Pulls that a registry allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PullsLeft {
    /// What is left.
    pub remaining: u64,
    /// What a window allows.
    pub limit: Option<u64>,
    /// When there are more, at the latest, in seconds since 1970.
    pub more_at: Option<u64>,
}

/// What is left of a run, as far as can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Requests.
    pub requests: u64,
    /// Whether it may be more by any amount: not all repositories are known.
    pub at_least: bool,
}

impl Snapshot {
    /// Whether the tags of all repositories are listed.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        !self.listing && self.repositories_done >= self.repositories
    }

    /// The requests that are left. What a tag costs is what those before it did;
    /// repositories that are not listed yet have as many tags as those that are.
    #[must_use]
    pub fn left(&self) -> Left {
        let (listed, found) = (self.repositories_done, self.repositories.max(self.repositories_done));
        let tags = match listed {
            0 => self.tags,
            listed => u64::try_from(u128::from(self.tags) * u128::from(found) / u128::from(listed)).unwrap_or(u64::MAX),
        };
        let tags_left = tags.max(self.tags).saturating_sub(self.tags_done);
        let a_tag = self.requests as f64 / self.tags_done.max(1) as f64;
        let requests = (tags_left as f64 * a_tag).ceil() as u64;
        Left { requests: requests.max(self.open), at_least: self.listing || (listed == 0 && found > 0) }
    }
}

impl PullsLeft {
    pub(crate) fn of(quota: &Quota) -> Self {
        let more = quota.more_within().map(|within| quota.told_at.saturating_add(within.as_secs()));
        Self { remaining: quota.remaining, limit: quota.limit, more_at: more }
    }
}

/// Receives progress; called often, so it should return at once.
pub trait Progress: Send + Sync {
    /// The run is here now.
    fn update(&self, snapshot: &Snapshot);
    /// An item failed, and the run goes on.
    fn failed(&self, subject: &str, message: &str);
    /// Something is left out, by the selection's own rules.
    fn warned(&self, subject: &str, message: &str) {
        _ = (subject, message);
    }
    /// Something about the whole run that whoever began it should know: as whom is
    /// asked, and what is not safe about it.
    fn told(&self, line: &str) {
        _ = line;
    }
    /// The run was told to end, and waits for this many requests that are under way,
    /// for so many seconds at most.
    fn stopping(&self, in_flight: usize, seconds: u64) {
        _ = (in_flight, seconds);
    }
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn update(&self, _snapshot: &Snapshot) {}
    fn failed(&self, _subject: &str, _message: &str) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left is told from what there is, not from what has been found so far.
    #[test]
    fn p576_what_is_left() {
        #[track_caller]
        fn check(
            (listing, listed, found): (bool, u64, u64),
            (done, tags): (u64, u64),
            open: u64,
            expected: (u64, bool),
        ) {
            let snapshot = Snapshot {
                listing,
                repositories: found,
                repositories_done: listed,
                tags,
                tags_done: done,
                requests: 4 * done,
                open,
                ..Snapshot::default()
            };
            let left = snapshot.left();
            assert_eq!((left.requests, left.at_least), expected);
        }
        // A quarter is listed, so there are four times the tags.
        check((false, 25, 100), (100, 250), 30, (900 * 4, false));
        check((true, 25, 100), (100, 250), 30, (900 * 4, true));
        check((false, 100, 100), (900, 1_000), 30, (400, false));
        // Known tasks are left in any case.
        check((false, 100, 100), (1_000, 1_000), 7, (7, false));
        check((false, 0, 100), (0, 0), 100, (100, true));
        check((false, 0, 0), (0, 0), 0, (0, false));
        check((false, 1, u64::MAX), (1, u64::MAX), 1, (u64::MAX, false));
    }
}
