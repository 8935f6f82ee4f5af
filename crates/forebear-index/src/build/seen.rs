//! When repositories were seen, and what is unread: sections that an index of what
//! earlier versions crawled does not have.

use forebear_facts::RepositorySeen;
use forebear_facts::rows::{FactSource, UnreadRow};
use forebear_image::Timestamp;
use zerocopy::little_endian::{I64, U32, U64};

use crate::error::IndexError;
use crate::format::records::{self, Id, never};

/// What goes into these sections. It is read first: the file's section table has to
/// have room for them.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By full name, ascending.
    pub(super) repositories: Vec<(String, RepositorySeen)>,
    /// By name, then by what and why.
    pub(super) unread: Vec<UnreadRow>,
}

impl Seen {
    pub(super) fn read(source: &impl FactSource) -> Result<Self, IndexError> {
        let mut repositories = Vec::new();
        source.seen(&mut |seen| repositories.push((seen.name.to_string(), seen))).map_err(IndexError::Source)?;
        repositories.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut unread = source.unread().map_err(IndexError::Source)?;
        unread.sort_unstable();
        Ok(Self { repositories, unread })
    }

    /// How many sections it fills.
    pub(super) fn sections(&self) -> usize {
        usize::from(!self.repositories.is_empty()) + usize::from(!self.unread.is_empty())
    }

    /// Of a repository.
    pub(super) fn of(&self, name: &str) -> Option<&RepositorySeen> {
        let at = self.repositories.binary_search_by(|(other, _)| other.as_str().cmp(name)).ok()?;
        self.repositories.get(at).map(|(_, seen)| seen)
    }
}

/// As it stands in the file.
pub(super) fn seen(seen: Option<&RepositorySeen>) -> records::Seen {
    let seconds = |time: Option<Timestamp>| I64::new(time.map_or(never::TIME, |time| time.seconds));
    let micros = |time: Option<Timestamp>| I64::new(time.and_then(Timestamp::micros).unwrap_or(never::TIME));
    let count = |count: Option<u64>| U64::new(count.unwrap_or(never::COUNT));
    let told = seen.and_then(|seen| seen.told.as_ref());
    records::Seen {
        first_seconds: seconds(seen.and_then(|seen| seen.first_seen)),
        last_seconds: seconds(seen.and_then(|seen| seen.last_seen)),
        listed_seconds: seconds(seen.and_then(|seen| seen.listed_at)),
        told_seconds: seconds(told.map(|told| told.at)),
        registered_micros: micros(told.and_then(|told| told.registered)),
        updated_micros: micros(told.and_then(|told| told.updated)),
        pulls: count(told.and_then(|told| told.pulls)),
        stars: count(told.and_then(|told| told.stars)),
        flags: U32::new(if seen.is_some_and(|seen| seen.gone) { records::Seen::GONE } else { 0 }),
    }
}

/// As they stand in the file; `of` gives the id of a name.
pub(super) fn unread(rows: &[UnreadRow], of: impl Fn(&str) -> Id) -> Vec<records::Unread> {
    let record = |row: &UnreadRow| records::Unread {
        of: of(&row.of),
        what: of(&row.what),
        why: of(&row.why),
        count: U64::new(row.count),
    };
    rows.iter().map(record).collect()
}
