//! How far the log reached when it was last known to be whole, kept beside it.
//!
//! It is written after the log was synced, never before: what ends short of it is
//! damage, what is torn beyond it is what a crash leaves.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::position::Position;
use super::start::Start;
use crate::disk::{Disk, replace};
use crate::run::RunId;

/// Its longest form, in bytes.
const MAX: u64 = 1 << 20;

/// A place in the log, and what is known to be missing before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The segment that was written to.
    pub(crate) segment: u32,
    /// Its length, in bytes.
    pub(crate) offset: u64,
    /// The number of the last record.
    pub(crate) sequence: u64,
    /// The last run of that time.
    pub(crate) run: RunId,
    /// Where the log begins.
    #[serde(default, skip_serializing_if = "Start::is_first")]
    pub(crate) begin: Start,
    /// Where a copy begins that is to take the log's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) compacting: Option<Start>,
    /// Records that are lost and were given up.
    pub(crate) lost: Vec<Lost>,
    /// Records that were found to be lost, and were not given up.
    pub(crate) damaged: Vec<Lost>,
}

/// Records that are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lost {
    /// Number of the first.
    pub first: u64,
    /// Number of the last.
    pub last: u64,
    /// The segment they were in, as far as that is known.
    pub segment: u32,
    /// About where, in bytes.
    pub offset: u64,
}

impl Lost {
    /// Whether all of it is among these.
    pub(crate) fn is_among(&self, known: &[Self]) -> bool {
        known.iter().any(|known| known.first <= self.first && self.last <= known.last)
    }

    /// How many.
    #[must_use]
    pub fn records(&self) -> u64 {
        (self.last + 1).saturating_sub(self.first)
    }
}

impl Mark {
    /// Reads the mark; `None` where none was ever written.
    pub(crate) fn read(disk: &dyn Disk, path: &Path) -> io::Result<Option<Self>> {
        let file = match disk.open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut bytes = vec![0; usize::try_from(file.len()?.min(MAX)).unwrap_or_default()];
        let read = file.read_at(&mut bytes, 0)?;
        bytes.truncate(read);
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "it is damaged");
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
        let (json, sum) = text.trim_end().rsplit_once('\n').ok_or_else(damaged)?;
        if sum != checksum(json) {
            return Err(damaged());
        }
        serde_json::from_str(json).map(Some).map_err(|_| damaged())
    }

    /// Puts it in the place of the one before, synced.
    pub(crate) fn write(&self, disk: &dyn Disk, path: &Path) -> io::Result<()> {
        let json = serde_json::to_string(self).map_err(io::Error::other)?;
        let text = format!("{json}\n{}\n", checksum(&json));
        replace(disk, path, text.as_bytes())
    }

    /// Moves it to where the log was synced up to.
    pub(crate) fn reach(&mut self, position: Position) {
        let Position { segment, offset, sequence, .. } = position;
        (self.segment, self.offset, self.sequence) = (segment, offset, sequence);
    }
}

fn checksum(text: &str) -> String {
    format!("xxh3:{:016x}", xxh3_64(text.as_bytes()))
}
