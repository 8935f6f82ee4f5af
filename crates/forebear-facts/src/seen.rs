//! When a repository was seen, and what its registry told of it beside its tags.

use forebear_image::{RepositoryName, Timestamp};
use serde::{Deserialize, Serialize};

/// What runs have seen of a repository as a whole. Times are the starts of runs, so
/// that an interrupted run that is resumed gives the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositorySeen {
    /// Its name.
    pub name: RepositoryName,
    /// First run to which the registry said that it is there.
    pub first_seen: Option<Timestamp>,
    /// Last run to which it did.
    pub last_seen: Option<Timestamp>,
    /// Last run that had its list of tags, all of it or narrowed, or the answer that
    /// it is not there.
    pub listed_at: Option<Timestamp>,
    /// Whether the answer then was that the registry knows no such repository.
    pub gone: bool,
    /// What the registry told of it last.
    pub told: Option<Told>,
}

/// What a listing of repositories says of one beside its name: only some registries
/// do, and it changes without a push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Start of the run that it was told to.
    pub at: Timestamp,
    /// How often images of it were pulled.
    pub pulls: Option<u64>,
    /// How many accounts have starred it.
    pub stars: Option<u64>,
    /// When it was made.
    pub registered: Option<Timestamp>,
    /// When it was last changed, by a push or otherwise.
    pub updated: Option<Timestamp>,
}

impl RepositorySeen {
    /// The registry gave a list of its tags.
    #[must_use]
    pub fn listed(name: RepositoryName, now: Timestamp) -> Self {
        Self { listed_at: Some(now), ..Self::at(name, now) }
    }

    /// The registry answered that there is no such repository.
    #[must_use]
    pub fn gone(name: RepositoryName, now: Timestamp) -> Self {
        Self { name, first_seen: None, last_seen: None, listed_at: Some(now), gone: true, told: None }
    }

    /// A listing told of it.
    #[must_use]
    pub fn told(name: RepositoryName, told: Told) -> Self {
        let at = told.at;
        Self { told: Some(told), ..Self::at(name, at) }
    }

    fn at(name: RepositoryName, now: Timestamp) -> Self {
        Self { name, first_seen: Some(now), last_seen: Some(now), listed_at: None, gone: false, told: None }
    }

    /// Both together, whichever came first: where two are of one time, `later` counts.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        let first = |a: Option<Timestamp>, b: Option<Timestamp>| a.into_iter().chain(b).min();
        let is_newer = later.listed_at.is_some() && later.listed_at >= self.listed_at;
        let told_at = |told: &Option<Told>| told.as_ref().map(|told| told.at);
        let is_told = later.told.is_some() && told_at(&later.told) >= told_at(&self.told);
        Self {
            first_seen: first(self.first_seen, later.first_seen),
            last_seen: self.last_seen.max(later.last_seen),
            listed_at: self.listed_at.max(later.listed_at),
            gone: if is_newer { later.gone } else { self.gone },
            told: if is_told { later.told } else { self.told },
            name: self.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> RepositoryName {
        RepositoryName::new(&"docker.io".parse().unwrap(), "acme/app").unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    #[test]
    fn p640_what_is_seen_of_a_repository_adds_up() {
        /// What runs saw, in their order → first, last, listed, gone, pulls.
        #[track_caller]
        fn check(seen: &[RepositorySeen], expected: (Option<i64>, Option<i64>, Option<i64>, bool, Option<u64>)) {
            let all = seen.iter().cloned().reduce(RepositorySeen::and).unwrap();
            let seconds = |time: Option<Timestamp>| time.map(|time| time.seconds);
            let pulls = all.told.and_then(|told| told.pulls);
            let found = (seconds(all.first_seen), seconds(all.last_seen), seconds(all.listed_at), all.gone, pulls);
            assert_eq!(found, expected, "{seen:?}");
        }
        let listed = |time| RepositorySeen::listed(name(), at(time));
        let gone = |time| RepositorySeen::gone(name(), at(time));
        let told = |time, pulls| {
            let told = Told { at: at(time), pulls: Some(pulls), stars: None, registered: None, updated: None };
            RepositorySeen::told(name(), told)
        };
        check(&[listed(1)], (Some(1), Some(1), Some(1), false, None));
        check(&[told(1, 7)], (Some(1), Some(1), None, false, Some(7)));
        check(&[told(1, 7), listed(1), told(2, 9)], (Some(1), Some(2), Some(1), false, Some(9)));
        check(&[listed(1), gone(2)], (Some(1), Some(1), Some(2), true, None));
        check(&[gone(1)], (None, None, Some(1), true, None));
        check(&[listed(1), gone(2), listed(3)], (Some(1), Some(3), Some(3), false, None));
        // A clock that was set back makes nothing older than it is.
        check(&[told(5, 9), listed(5), gone(2), told(2, 7)], (Some(2), Some(5), Some(5), false, Some(9)));
        // A run that is resumed and told twice.
        check(&[told(1, 7), told(1, 8)], (Some(1), Some(1), None, false, Some(8)));
    }
}
