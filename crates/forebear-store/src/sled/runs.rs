//! Where a run begins and ends.

use forebear_image::Timestamp;

use super::codec::{decode, encode};
use super::database::SledStore;
use super::error::failed;
use super::keys::{self, Kind};
use crate::error::StoreError;
use crate::run::Run;
use crate::task::Task;

/// Rows removed in one batch.
const FORGOTTEN_AT_ONCE: usize = 10_000;

impl SledStore {
    /// The run's row with its first tasks.
    pub(super) fn write_first(&self, selection: String, started: Timestamp, first: &[Task]) -> Result<Run, StoreError> {
        let _one_at_a_time = self.runs_lock();
        let last = self.database.scan_prefix(keys::prefix(Kind::Run, &[])).values().next_back();
        let last: Option<Run> = match last {
            Some(row) => Some(decode("run", &row.map_err(failed)?)?),
            None => None,
        };
        let run = Run { id: last.map_or(1, |last| last.id + 1), selection, started, finished: false };
        let mut writes = sled::Batch::default();
        for task in first {
            writes.insert(keys::task(run.id, task), encode("task", task)?);
        }
        writes.insert(keys::run(run.id), encode("run", &run)?);
        self.apply_batch(writes)?;
        Ok(run)
    }

    /// That a run is finished; what it alone needed is removed first, so that a
    /// crash between the two leaves nothing behind for ever.
    pub(super) fn write_last(&self, run: &Run) -> Result<(), StoreError> {
        let of = |prefix: Vec<u8>| self.database.scan_prefix(prefix).keys();
        let walk = of(keys::walked(run.id, None)).chain(of(keys::absent_tags(run.id)));
        let mut keys = of(keys::tasks(run.id, None)).chain(walk).peekable();
        while keys.peek().is_some() {
            let mut removed = sled::Batch::default();
            for key in keys.by_ref().take(FORGOTTEN_AT_ONCE) {
                removed.remove(key.map_err(failed)?);
            }
            self.apply_batch(removed)?;
        }
        let mut writes = sled::Batch::default();
        writes.insert(keys::run(run.id), encode("run", &Run { finished: true, ..run.clone() })?);
        self.apply_batch(writes)
    }
}
