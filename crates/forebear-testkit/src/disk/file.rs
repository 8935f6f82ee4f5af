//! One file of the disk.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use forebear_store::disk::DiskFile;

use super::calls::Calls;

/// What is in a file: as it is seen, and as it would be after a power cut.
#[derive(Default)]
pub(super) struct Content {
    current: Vec<u8>,
    synced: Vec<u8>,
    unsynced: Vec<Change>,
}

/// A change that was not synced.
#[derive(Clone)]
pub(super) enum Change {
    Written { offset: usize, bytes: Vec<u8> },
    Cut(usize),
}

impl Content {
    pub(super) fn synced(bytes: Vec<u8>) -> Self {
        Self { current: bytes.clone(), synced: bytes, unsynced: Vec::new() }
    }

    pub(super) fn current(&self) -> &[u8] {
        &self.current
    }

    pub(super) fn change(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        change(&mut self.current);
        self.sync();
    }

    fn sync(&mut self) {
        self.synced.clone_from(&self.current);
        self.unsynced.clear();
    }

    fn apply(&mut self, change: Change) {
        apply(&mut self.current, &change);
        self.unsynced.push(change);
    }

    /// What a power cut leaves: of each change that was not synced, what `fate`
    /// says.
    pub(super) fn cut_power(&mut self, mut fate: impl FnMut(&Change) -> Option<Change>) {
        for change in std::mem::take(&mut self.unsynced) {
            if let Some(kept) = fate(&change) {
                apply(&mut self.synced, &kept);
            }
        }
        self.current.clone_from(&self.synced);
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Cut(len) => bytes.resize(*len, 0),
        Change::Written { offset, bytes: written } => {
            let end = offset + written.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            if let Some(place) = bytes.get_mut(*offset..end) {
                place.copy_from_slice(written);
            }
        }
    }
}

/// An open file.
pub(super) struct SimFile {
    pub(super) calls: Calls,
    pub(super) content: Arc<Mutex<Content>>,
    /// Counted by the disk.
    pub(super) _open: Arc<()>,
}

impl SimFile {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

impl DiskFile for SimFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let counted = self.calls.made();
        // A disk that fills up takes a part.
        let part = if counted.is_err() { bytes.len() / 2 } else { bytes.len() };
        let bytes = bytes.iter().copied().take(part).collect();
        self.content().apply(Change::Written { offset: place(offset), bytes });
        counted
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let content = self.content();
        let rest = content.current.get(place(offset)..).unwrap_or_default();
        bytes.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = *byte);
        Ok(rest.len().min(bytes.len()))
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.content().current.len() as u64)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.calls.made()?;
        self.content().apply(Change::Cut(place(len)));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.calls.made()?;
        self.content().sync();
        Ok(())
    }
}

impl fmt::Debug for SimFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimFile").finish_non_exhaustive()
    }
}
