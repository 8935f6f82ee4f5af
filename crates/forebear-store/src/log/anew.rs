//! A log that comes to begin later: what lies before was copied.

use std::sync::atomic::Ordering;

use super::start::Start;
use super::{Log, segment};
use crate::error::StoreError;

impl Log {
    /// Ends the segment that is written to. The next one names no predecessor: the log
    /// may come to begin with it.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the disk does not take it.
    pub(crate) fn start_anew(&self) -> Result<Start, StoreError> {
        let mut writer = self.writer();
        writer.seal(&self.folder)?;
        writer.sealed.1 = [0; 32];
        Ok(Start { segment: writer.sealed.0 + 1, sequence: writer.sequence + 1 })
    }

    /// Removes what lies before, which the mark says by now.
    ///
    /// # Errors
    /// [`StoreError::Refused`]; what is left then is removed when the log is opened.
    pub(crate) fn begin_at(&self, start: Start) -> Result<(), StoreError> {
        let refused = |error| StoreError::log_refused(&self.folder, "cleared up", error);
        self.begin.store(start.sequence, Ordering::SeqCst);
        self.blocks.clear();
        for number in self.segments.forget_before(start.segment) {
            self.disk.remove(&segment::path(&self.folder, number)).map_err(refused)?;
        }
        self.disk.sync_folder(&self.folder).map_err(refused)
    }

    /// How many records it has, seals too.
    pub(crate) fn records(&self) -> u64 {
        (self.position().sequence + 1).saturating_sub(self.begin.load(Ordering::SeqCst))
    }

    /// Bytes of all its segments.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn bytes(&self) -> Result<u64, StoreError> {
        let mut bytes = 0;
        for header in self.segments.headers() {
            if let Some(segment) = self.segments.get(header.number)? {
                bytes += segment.file.len()?;
            }
        }
        Ok(bytes)
    }
}
