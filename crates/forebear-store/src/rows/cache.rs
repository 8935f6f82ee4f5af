//! The rows of everything that was stored.

use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use forebear_image::{ConfigFacts, Digest, ManifestFacts};

use super::buffer::Buffer;
use super::compact;
use super::covered::Covered;
use super::file::RowFile;
use super::folder::Folder;
use super::snapshot::Snapshot;
use super::spill;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::log::LogPoint;

/// Files of one level that are merged into one of the next. There are at most
/// so many less one of each level, and a row is written anew once a level: with
/// rows of a million images twice.
const MERGED: usize = 8;

/// Rows derived from what the log holds: sorted files, and a buffer of what is
/// in none of them yet.
///
/// It may be deleted at any time: rows are made again from the log. Adding takes no
/// reading.
#[derive(Debug)]
pub struct RowCache {
    pub(super) folder: Folder,
    spill_at: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// The oldest first; each goes on where the one before it ends.
    pub(super) files: Vec<Arc<RowFile>>,
    pub(super) buffer: Buffer,
    /// Up to where files and buffer together reflect the log.
    pub(super) reflects: LogPoint,
    /// Made when somebody reads, and forgotten with the next row.
    pub(super) snapshot: Option<Arc<Snapshot>>,
    /// A file cannot be read. It is gone with the next opening; until then nothing
    /// is merged.
    pub(super) is_damaged: bool,
}

impl State {
    pub(super) fn covers(&self) -> LogPoint {
        self.files.last().map_or(LogPoint::START, |file| file.covered().to)
    }

    /// Forgets what is in no file.
    fn forget(&mut self) {
        let files = std::mem::take(&mut self.files);
        *self = Self { files, ..Self::default() };
        self.reflects = self.covers();
    }
}

impl RowCache {
    /// Buffered bytes above which a file is written, where nothing else is asked for.
    pub const SPILL_AT: usize = 32 << 20;

    /// Opens a folder, which need not exist, and removes files that are damaged,
    /// of another version or were never finished. A file is written whenever
    /// `spill_at` bytes of memory are taken by rows.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a folder that cannot be read.
    pub fn open(disk: Arc<dyn Disk>, folder: &Path, spill_at: usize) -> Result<Self, StoreError> {
        let (folder, files) = Folder::open(disk, folder)?;
        let mut state = State { files, ..State::default() };
        state.reflects = state.covers();
        Ok(Self { folder, spill_at, state: Mutex::new(state) })
    }

    /// Sequence number of the last record of the log that its files reflect; 0
    /// where they reflect none. What is only buffered does not count.
    #[must_use]
    pub fn covers(&self) -> u64 {
        self.state().covers().sequence
    }

    /// Bytes of its files.
    #[must_use]
    pub fn size_on_disk(&self) -> u64 {
        self.state().files.iter().map(|file| file.len()).sum()
    }

    /// How many files there are.
    #[must_use]
    pub fn file_count(&self) -> usize {
        self.state().files.len()
    }

    /// Adds the row of a manifest, and what a schema 1 manifest says of a config.
    /// It takes the place of an older row of the same digest.
    ///
    /// # Errors
    /// [`StoreError::Row`] where there are too many texts to be numbered.
    pub fn manifest(&self, digest: &Digest, facts: &ManifestFacts) -> Result<(), StoreError> {
        self.changing().buffer.manifest(digest, facts)
    }

    /// Adds the row of a config.
    ///
    /// # Errors
    /// As [`RowCache::manifest`].
    pub fn config(&self, digest: &Digest, facts: &ConfigFacts) -> Result<(), StoreError> {
        self.changing().buffer.config(digest, facts)
    }

    /// Keeps a digest that was observed, where it is not SHA-256.
    pub fn other_digest(&self, digest: &Digest) {
        if !matches!(digest, Digest::Sha256(_)) {
            self.changing().buffer.identity(digest);
        }
    }

    /// Says that all rows so far reflect the log up to this record, and writes a
    /// file if there are enough. To be called after each commit.
    ///
    /// # Errors
    /// As [`RowCache::spill`].
    pub fn reflects(&self, point: LogPoint) -> Result<(), StoreError> {
        let mut state = self.state();
        if point.sequence > state.reflects.sequence {
            state.reflects = point;
        }
        if state.buffer.size() < self.spill_at { Ok(()) } else { self.spill_state(&mut state) }
    }

    /// Writes what is buffered into a file of its own, and merges files where
    /// there are many. Rows that no record of the log stands for yet stay
    /// buffered until one does.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the disk refuses: files and buffer are then
    /// as before, and it may be tried again. That files cannot be merged is none:
    /// all rows lie on disk.
    pub fn spill(&self) -> Result<(), StoreError> {
        self.spill_state(&mut self.state())
    }

    fn spill_state(&self, state: &mut State) -> Result<(), StoreError> {
        let covered = Covered { after: state.covers(), to: state.reflects, level: 0 };
        if covered.to.sequence < covered.from() {
            return Ok(());
        }
        // Without rows too: the next opening need not read that part of the log.
        let buffer = &state.buffer;
        let file = self.folder.place(covered, |file| Ok(spill::write(buffer, covered, file)?))?;
        state.files.push(file);
        state.buffer.clear();
        state.snapshot = None;
        while let Some(many) = many_of_a_level(&state.files).filter(|_| !state.is_damaged) {
            let kept = state.files.len() - many.len();
            match self.merged(many.to_vec()) {
                Ok(merged) => {
                    state.files.drain(kept..).for_each(|file| self.folder.remove(file.path()));
                    state.files.push(merged);
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn Error, "files of rows are not merged for now");
                    state.is_damaged = self.forget_damaged(&error);
                    break;
                }
            }
        }
        Ok(())
    }

    /// Files that follow one another as one.
    fn merged(&self, files: Vec<Arc<RowFile>>) -> Result<Arc<RowFile>, StoreError> {
        let covered = files.iter().map(|file| file.covered()).reduce(|all, next| Covered { to: next.to, ..all });
        let Some(mut covered) = covered else { return Err(StoreError::Io(ErrorKind::InvalidInput.into())) };
        covered.level = covered.level.saturating_add(1);
        let rows = Snapshot::of(files)?;
        self.folder.place(covered, |file| compact::write(&rows, covered, file))
    }

    /// Removes a file that turned out to be damaged, so that the next opening finds
    /// the chain to end before it. Says whether the error is about one.
    pub(super) fn forget_damaged(&self, error: &StoreError) -> bool {
        let StoreError::Rows { file, .. } = error else { return false };
        self.folder.remove(file);
        true
    }

    /// Gives up a file that reading has found to be damaged, all that came after it and
    /// what is buffered. Less is covered then, and the rest is to be added again;
    /// nobody may read, or say what rows reflect, before it was.
    pub fn give_up(&self, file: &Path) {
        let mut state = self.state();
        let Some(kept) = state.files.iter().position(|own| own.path() == file) else { return };
        state.files.drain(kept..).for_each(|file| self.folder.remove(file.path()));
        state.forget();
    }

    /// Drops what does not reflect the log that is there: `stands` says whether what
    /// does so up to a point may stay, and is asked of the last file first. Nothing is
    /// asked of what lies before one that stays, as files of one log hang together.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where a file cannot be removed, and those of `stands`.
    pub fn cut(&self, mut stands: impl FnMut(LogPoint) -> Result<bool, StoreError>) -> Result<(), StoreError> {
        let mut state = self.state();
        let mut kept = state.files.len();
        while let Some(last) = kept.checked_sub(1).and_then(|last| state.files.get(last))
            && !stands(last.covered().to)?
        {
            kept -= 1;
        }
        if kept == state.files.len() {
            return Ok(());
        }
        self.folder.remove_for_good(state.files.get(kept..).unwrap_or_default())?;
        state.files.truncate(kept);
        state.forget();
        Ok(())
    }

    /// Drops everything, so that all rows can be made again.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where a file cannot be removed.
    pub fn clear(&self) -> Result<(), StoreError> {
        let mut state = self.state();
        *state = State::default();
        self.folder.clear()
    }

    fn changing(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.snapshot = None;
        state
    }

    /// Files and buffer, for one at a time.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The newest files, where enough of them are of one level.
fn many_of_a_level(files: &[Arc<RowFile>]) -> Option<&[Arc<RowFile>]> {
    let level = files.last()?.covered().level;
    let of_level = files.iter().rev().take_while(|file| file.covered().level == level).count();
    (of_level >= MERGED).then(|| files.get(files.len() - of_level..)).flatten()
}
