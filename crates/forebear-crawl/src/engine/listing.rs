//! A list of tags on its way to the frontier, piece by piece.

use forebear_facts::{RepositoryFacts, RepositorySeen};

use crate::selection::TagList;

use super::frontier::CAPACITY;

/// Tags of a list that are put on the frontier at once: half of what it holds
/// in memory.
pub(super) const FED_AT_ONCE: usize = CAPACITY / 2;

/// A list of tags on its way to the frontier. Millions of tasks in the store
/// would take longer to write than the first of them to carry out.
#[derive(Debug)]
pub(super) struct Listing {
    /// What is known of the repository once all its tags are on the frontier.
    pub facts: RepositoryFacts,
    /// What its list says of it, written with them.
    pub seen: RepositorySeen,
    pub tags: TagList,
    /// How many of them are walked.
    pub walked: u64,
    pub step: Step,
    /// Positions of the tags that are not on the frontier yet.
    pub left: std::vec::IntoIter<u32>,
}

/// What is to be done next with a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Tags that are on record and not on the list end: those after this one.
    End { after: Option<String> },
    /// Tags of the list are put on the frontier.
    Feed,
}

impl Listing {
    /// The next tags that are put on the frontier.
    pub(super) fn next(&self) -> impl Iterator<Item = &str> {
        self.left.as_slice().iter().take(FED_AT_ONCE).map(|position| self.tags.at(*position))
    }

    /// Those that [`Listing::next`] gave are on the frontier. Whether all are.
    pub(super) fn fed(&mut self) -> bool {
        self.left.by_ref().take(FED_AT_ONCE).for_each(drop);
        self.left.len() == 0
    }
}
