//! A file that never reaches a disk.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::disk::DiskFile;

/// Bytes that can be written and read as a file: what is still in the buffer is
/// read through the same code as what lies on disk.
#[derive(Debug, Default)]
pub(super) struct MemoryFile(Mutex<Vec<u8>>);

impl MemoryFile {
    /// A file of these bytes.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self(Mutex::new(bytes))
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DiskFile for MemoryFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut all = self.bytes();
        if all.len() as u64 != offset {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        all.extend_from_slice(bytes);
        Ok(())
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let all = self.bytes();
        let rest = usize::try_from(offset).ok().and_then(|offset| all.get(offset..)).unwrap_or_default();
        let found = rest.iter().zip(bytes.iter_mut()).map(|(from, to)| *to = *from);
        Ok(found.count())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes().len() as u64)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.bytes().truncate(usize::try_from(len).unwrap_or(usize::MAX));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
