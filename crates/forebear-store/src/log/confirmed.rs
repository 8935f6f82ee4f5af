//! A night on which nothing changed, in one entry a repository.
//!
//! Most of what a run sees is what the run before saw. The tags that lead where
//! they led are not written one by one: an entry says of a repository that all its
//! open observations were seen again, or all but these, or only these, whichever
//! is shorter. It holds a print of what it confirms, so that where an earlier
//! record was lost nothing is confirmed that was not seen.

use forebear_facts::TagObservation;
use forebear_image::{RepositoryName, Timestamp};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

/// Open observations of one repository that were seen again by a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Confirmed {
    /// Which repository.
    pub(crate) repository: RepositoryName,
    /// The run's start.
    pub(crate) at: Timestamp,
    /// Which tags.
    pub(crate) tags: Tags,
    /// What they lead to, all together.
    pub(crate) print: Print,
}

/// Tags of a repository, those with an open observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Tags {
    /// All but these, in order.
    AllBut(Vec<String>),
    /// These, in order.
    Only(Vec<String>),
}

impl Tags {
    /// Whether a tag is among them.
    pub(crate) fn contains(&self, tag: &str) -> bool {
        let is_listed = |tags: &[String]| tags.binary_search_by(|other| other.as_str().cmp(tag)).is_ok();
        match self {
            Self::AllBut(tags) => !is_listed(tags),
            Self::Only(tags) => is_listed(tags),
        }
    }
}

/// A sum over observations, in whatever order: what they are, not when they were
/// last seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Print {
    count: u64,
    sum: u128,
}

impl Print {
    /// Adds an observation.
    pub(crate) fn add(&mut self, observation: &TagObservation) {
        let TagObservation { tag, first_seen, digest, .. } = observation;
        let text = format!("{tag}\0{}\0{}\0{digest}", first_seen.seconds, first_seen.nanos);
        self.count = self.count.wrapping_add(1);
        self.sum = self.sum.wrapping_add(xxh3_128(text.as_bytes()));
    }
}
