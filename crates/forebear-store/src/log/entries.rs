//! Entries: what was seen and what became of it, each with its kind and length,
//! so that the same ones can be read by whatever keeps them next.

use forebear_facts::{RepositoryFacts, RepositorySeen, TagObservation};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::confirmed::Confirmed;
use super::mark::Lost;
use crate::error::StoreError;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::run::Run;
use crate::subject::Subject;

/// A fact that cannot be derived from a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An observation begins, or ends; one of the same tag and first time is
    /// replaced.
    Observation(TagObservation),
    /// What is known of a repository.
    Repository(RepositoryFacts),
    /// Open observations of a repository that were seen again.
    Confirmed(Confirmed),
    /// What fails, with the delay until it is tried again.
    Failure(Failure),
    /// What no longer fails.
    Recovered(Subject),
    /// A registry's hold.
    Hold(Hold),
    /// A run began, or ended.
    Run(Run),
    /// Records that are known to be lost.
    Lost(Lost),
    /// All that was seen of a repository so far.
    Seen(RepositorySeen),
}

impl Entry {
    /// Adds it to a block.
    pub(crate) fn add(&self, block: &mut Vec<u8>) -> Result<(), StoreError> {
        match self {
            Self::Observation(value) => add(block, 1, value),
            Self::Repository(value) => add(block, 2, value),
            Self::Confirmed(value) => add(block, 3, value),
            Self::Failure(value) => add(block, 4, value),
            Self::Recovered(value) => add(block, 5, value),
            Self::Hold(value) => add(block, 6, value),
            Self::Run(value) => add(block, 7, value),
            Self::Lost(value) => add(block, 8, value),
            Self::Seen(value) => add(block, 9, value),
        }
    }

    fn read(kind: u8, bytes: &[u8]) -> Result<Self, StoreError> {
        Ok(match kind {
            1 => Self::Observation(read(bytes)?),
            2 => Self::Repository(read(bytes)?),
            3 => Self::Confirmed(read(bytes)?),
            4 => Self::Failure(read(bytes)?),
            5 => Self::Recovered(read(bytes)?),
            6 => Self::Hold(read(bytes)?),
            7 => Self::Run(read(bytes)?),
            8 => Self::Lost(read(bytes)?),
            9 => Self::Seen(read(bytes)?),
            other => return Err(bad(format!("it is of kind {other}, which a later version wrote"))),
        })
    }
}

/// The entries of a block, in order.
///
/// # Errors
/// Of each that is none; nothing comes after it.
pub(crate) fn all(block: &[u8]) -> impl Iterator<Item = Result<Entry, StoreError>> {
    let mut rest = block;
    std::iter::from_fn(move || {
        let (kind, after) = rest.split_first()?;
        let split = after
            .split_first_chunk::<4>()
            .and_then(|(length, after)| after.split_at_checked(u32::from_le_bytes(*length) as usize));
        let Some((bytes, after)) = split else {
            rest = &[];
            return Some(Err(bad("it is cut off".to_owned())));
        };
        rest = after;
        let entry = Entry::read(*kind, bytes);
        if entry.is_err() {
            rest = &[];
        }
        Some(entry)
    })
}

fn add<T: Serialize>(block: &mut Vec<u8>, kind: u8, value: &T) -> Result<(), StoreError> {
    block.push(kind);
    let length_at = block.len();
    block.extend_from_slice(&[0; 4]);
    let mut block_with = postcard::to_extend(value, std::mem::take(block)).map_err(|error| bad(error.to_string()))?;
    let length = u32::try_from(block_with.len() - length_at - 4).map_err(|_| bad("it is too long".to_owned()))?;
    if let Some(place) = block_with.get_mut(length_at..length_at + 4) {
        place.copy_from_slice(&length.to_le_bytes());
    }
    *block = block_with;
    Ok(())
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    postcard::from_bytes(bytes).map_err(|error| bad(error.to_string()))
}

fn bad(reason: String) -> StoreError {
    StoreError::Row { what: "entry of the log", reason }
}
