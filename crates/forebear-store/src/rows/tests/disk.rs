//! A disk that refuses one call, or all from one on.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::disk::{Disk, DiskFile, RealDisk};

/// Which of the calls that change something are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Nothing,
    /// The n-th: a moment without room.
    One(usize),
    /// The n-th and all after it: a disk that is gone.
    From(usize),
}

#[derive(Debug)]
struct Plan {
    refused: Refused,
    calls: AtomicUsize,
}

impl Plan {
    fn next(&self) -> io::Result<()> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let refuse = match self.refused {
            Refused::Nothing => false,
            Refused::One(at) => call == at,
            Refused::From(at) => call >= at,
        };
        if refuse { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
    }
}

/// The machine's own, but for what is refused.
#[derive(Debug)]
pub(super) struct RefusingDisk(Arc<Plan>);

impl RefusingDisk {
    pub(super) fn new(refused: Refused) -> Arc<Self> {
        Arc::new(Self(Arc::new(Plan { refused, calls: AtomicUsize::new(0) })))
    }

    /// Calls so far that change something.
    pub(super) fn calls(&self) -> usize {
        self.0.calls.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
struct RefusingFile {
    file: Box<dyn DiskFile>,
    plan: Arc<Plan>,
}

impl DiskFile for RefusingFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let may = self.plan.next();
        // A full disk takes what it has room for.
        let written = if may.is_ok() { bytes } else { &bytes[..bytes.len() / 2] };
        self.file.write_at(written, offset)?;
        may
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(bytes, offset)
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.plan.next()?;
        self.file.truncate(len)
    }

    fn sync(&self) -> io::Result<()> {
        self.plan.next()?;
        self.file.sync()
    }
}

impl Disk for RefusingDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.0.next()?;
        Ok(Box::new(RefusingFile { file: RealDisk.create(path)?, plan: Arc::clone(&self.0) }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        RealDisk.open(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(folder)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.next()?;
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.next()?;
        RealDisk.remove(path)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        self.0.next()?;
        RealDisk.make_folder(folder)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.0.next()?;
        RealDisk.sync_folder(folder)
    }
}
