//! Reading all of a store, and making anew what is derived.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::folder::ROWS;
use super::options::OpenOptions;
use super::store::LocalStore;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::log::documents;
use crate::log::entries;
use crate::log::{Kind, Log, Lost, Opened};
use crate::sled::to_be_rebuilt;

/// What is in the log of a store, after all of it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Checked {
    /// Whole records.
    pub records: u64,
    /// Documents in them.
    pub documents: u64,
    /// Other facts in them.
    pub entries: u64,
    /// Bytes of documents and facts, not compressed.
    pub bytes: u64,
    /// Records that are lost, and not given up.
    pub lost: Vec<Lost>,
    /// Records that were lost and given up.
    pub given_up: Vec<Lost>,
    /// Whether a file of derived rows was damaged; it was made again.
    pub rows_made_again: bool,
}

/// What was made anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    /// Number of the last record that it was made from.
    pub records: u64,
}

impl LocalStore {
    /// Reads every record of the log, and each document and fact in it.
    ///
    /// # Errors
    /// [`StoreError`] when the file system refuses. What is damaged is part of the
    /// answer, and remembered.
    pub fn check(&self) -> Result<Checked, StoreError> {
        let _nobody_writes = self.writing();
        let mut checked = read_all(&self.log)?;
        let found = std::mem::take(&mut checked.lost);
        self.write_mark(|mark| {
            let known = [&mark.lost[..], &mark.damaged].concat();
            mark.damaged.extend(found.into_iter().filter(|lost| !lost.is_among(&known)));
        })?;
        let mark = self.mark.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (checked.lost, checked.given_up) = (mark.damaged.clone(), mark.lost.clone());
        drop(mark);
        self.forget_unreadable(&checked.lost)?;
        checked.rows_made_again = self.check_rows()?;
        Ok(checked)
    }

    /// Reads all derived rows; makes those again that are damaged. Whoever calls writes.
    fn check_rows(&self) -> Result<bool, StoreError> {
        match self.rows.check() {
            Ok(()) => Ok(false),
            Err(StoreError::Rows { file, .. }) => {
                self.is_behind.store(true, Ordering::SeqCst);
                self.rows.give_up(&file);
                self.catch_up()?;
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// Opens a store with index and rows made anew from the log.
    ///
    /// # Errors
    /// As [`LocalStore::open_with`].
    pub fn rebuild(folder: &Path, options: &OpenOptions) -> Result<(Self, Rebuilt), StoreError> {
        let store = Self::open_after(folder, options, || {
            to_be_rebuilt(folder)?;
            let (disk, rows) = (&options.disk, folder.join(ROWS));
            Ok(disk.list(&rows)?.iter().try_for_each(|name| disk.remove(&rows.join(name)))?)
        })?;
        let records = store.log.position().sequence;
        Ok((store, Rebuilt { records }))
    }
}

/// Reads the segments of a folder, a copy of a store's `facts/`, without anything
/// beside them. A torn end is cut off.
///
/// # Errors
/// [`StoreError`] when the file system refuses, and for what a later version wrote.
pub fn check_log(disk: &Arc<dyn Disk>, folder: &Path) -> Result<Checked, StoreError> {
    let Opened { log, lost, gaps, .. } = Log::open(disk, folder, None, u64::MAX)?;
    let mut checked = read_all(&log)?;
    checked.lost.extend(lost.into_iter().chain(gaps));
    checked.lost.sort_unstable();
    checked.lost.dedup();
    Ok(checked)
}

fn read_all(log: &Log) -> Result<Checked, StoreError> {
    let mut checked = Checked::default();
    checked.lost = log.replay(0, &mut |block| {
        checked.records += 1;
        checked.bytes += block.bytes.len() as u64;
        match block.kind {
            Kind::Documents => documents::all(block.bytes).try_for_each(|document| {
                checked.documents += 1;
                document.map(drop)
            }),
            Kind::Entries => entries::all(block.bytes).try_for_each(|entry| {
                checked.entries += 1;
                entry.map(drop)
            }),
            Kind::Seal | Kind::Other(_) => Ok(()),
        }
    })?;
    Ok(checked)
}
