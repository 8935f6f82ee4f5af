//! Where manifests stand once those that are only mentioned are among them.

use forebear_facts::rows::Key;
use rayon::prelude::*;

use crate::error::IndexError;
use crate::format::{NONE, id_of};
use crate::look_up::find_key;

use super::column::Column;

/// Manifests that something refers to, in the order of the references.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// Which of the manifests that were read, or `NONE`.
    found: Vec<u32>,
    /// The others: position in `found`, digest.
    missing: Vec<(usize, Key)>,
}

impl Mentions {
    /// Looks references up among the manifests that were `read`.
    pub(super) fn of(wanted: &[Key], read: &Column<Key>) -> Self {
        let find = |key: &Key| find_key(read, key, |key| *key).unwrap_or(NONE);
        let found: Vec<u32> = wanted.par_iter().map(find).collect();
        let missing = wanted.iter().zip(&found).enumerate().filter(|(_, (_, found))| **found == NONE);
        let missing = missing.map(|(at, (key, _))| (at, *key)).collect();
        Self { found, missing }
    }
}

/// One manifest of the whole table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Manifest<'a> {
    /// One that was read, by its number.
    Read(u32),
    /// One that is only mentioned.
    Mentioned(&'a Key),
}

/// All manifests, sorted by digest.
#[derive(Debug)]
pub(super) struct Places {
    /// For each manifest that was read, its place.
    read: Column<u32>,
    /// The others, sorted, with their places.
    mentioned: Vec<(Key, u32)>,
}

impl Places {
    /// Merges what was read with what is mentioned.
    pub(super) fn of(read: &Column<Key>, mentions: [&Mentions; 2]) -> Result<Self, IndexError> {
        let missing = mentions.iter().flat_map(|mentions| &mentions.missing);
        let mut mentioned: Vec<(Key, u32)> = missing.map(|(_, key)| (*key, NONE)).collect();
        mentioned.par_sort_unstable();
        mentioned.dedup();
        id_of("manifests", read.len() + mentioned.len())?;
        let mut place = 0;
        let mut others = mentioned.iter_mut().peekable();
        let mut places = Vec::with_capacity(read.len());
        for key in read.iter() {
            while let Some((_, slot)) = others.next_if(|(other, _)| other < key) {
                *slot = place;
                place += 1;
            }
            places.push(place);
            place += 1;
        }
        for (_, slot) in others {
            *slot = place;
            place += 1;
        }
        Ok(Self { read: Column::from(places), mentioned })
    }

    /// The place of a manifest that was read.
    pub(super) fn read(&self, manifest: u32) -> u32 {
        self.read.get(manifest)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.read.len() + self.mentioned.len()
    }

    /// The places of all that is mentioned, in the order of the references.
    pub(super) fn resolve(&self, mentions: Mentions) -> Vec<u32> {
        let Mentions { mut found, missing } = mentions;
        found.iter_mut().filter(|found| **found != NONE).for_each(|found| *found = self.read.get(*found));
        for (at, key) in missing {
            let place = self.mentioned.binary_search_by(|(other, _)| other.cmp(&key)).ok();
            let place = place.and_then(|at| self.mentioned.get(at)).map_or(NONE, |(_, place)| *place);
            if let Some(slot) = found.get_mut(at) {
                *slot = place;
            }
        }
        found
    }

    /// All of them, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Manifest<'_>> {
        let mut others = self.mentioned.iter().peekable();
        let mut read = self.read.entries().peekable();
        (0..).map_while(move |place: u32| match others.next_if(|(_, at)| *at == place) {
            Some((key, _)) => Some(Manifest::Mentioned(key)),
            None => read.next().map(|(id, _)| Manifest::Read(id)),
        })
    }
}
