//! The end of the log, where records are appended.

use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::sync::Arc;

use super::fingerprint::Fingerprint;
use super::frame::{Frame, HEADER, Kind};
use super::header::{BEGIN, Header};
use super::position::Position;
use super::segment::{self, Segment};
use crate::disk::{Disk, DiskFile};
use crate::error::StoreError;

/// Appends records, a segment after the other.
#[derive(Debug)]
pub(super) struct Writer {
    /// The segment that is written to.
    pub(super) current: Option<Current>,
    /// Number of the last record.
    pub(super) sequence: u64,
    /// Of the log up to it.
    pub(super) fingerprint: Fingerprint,
    /// The seal of the segment before, where the next is to be begun.
    pub(super) sealed: (u32, [u8; 32]),
    /// A segment is sealed beyond this length, in bytes.
    pub(super) segment_size: u64,
    /// Set when the disk has lost what it had taken, or may have.
    pub(super) refused: bool,
}

#[derive(Debug)]
pub(super) struct Current {
    pub(super) segment: Segment,
    pub(super) offset: u64,
    pub(super) records: u64,
    /// Of the log up to the offset.
    pub(super) fingerprint: Fingerprint,
    /// Whether a part of a record stands behind the offset.
    pub(super) is_torn: bool,
}

impl Writer {
    pub(super) fn position(&self) -> Position {
        let (segment, offset) = match &self.current {
            Some(current) => (current.segment.header.number, current.offset),
            None => (self.sealed.0, 0),
        };
        Position { segment, offset, sequence: self.sequence, fingerprint: self.fingerprint }
    }

    /// Appends a record; returns its segment, where it begins and its number.
    pub(super) fn append(
        &mut self,
        disk: &dyn Disk,
        folder: &Path,
        kind: Kind,
        payload: &[u8],
    ) -> Result<(Segment, u64), StoreError> {
        if self.refused {
            return Err(refused(folder));
        }
        if self.current.as_ref().is_some_and(|current| current.offset >= self.segment_size) {
            self.seal(folder)?;
        }
        if self.current.is_none() {
            self.begin(disk, folder)?;
        }
        let offset = self.write(folder, kind, payload)?;
        let segment = self.current.as_ref().map(|current| current.segment.clone());
        segment.map(|segment| (segment, offset)).ok_or_else(|| refused(folder))
    }

    /// Writes a record behind the last one.
    fn write(&mut self, folder: &Path, kind: Kind, payload: &[u8]) -> Result<u64, StoreError> {
        let Some(current) = &mut self.current else { return Err(refused(folder)) };
        let Segment { header, file } = &current.segment;
        let record = Frame::write(kind, self.sequence + 1, payload, header.salt, current.offset);
        let record =
            record.ok_or_else(|| StoreError::Row { what: "record of the log", reason: "it is too long".to_owned() })?;
        if current.is_torn {
            file.truncate(current.offset).map_err(|error| StoreError::log_refused(folder, "repaired", error))?;
            current.is_torn = false;
        }
        if let Err(error) = file.write_at(&record, current.offset) {
            // A part of it would stand in the way of the next.
            current.is_torn = file.truncate(current.offset).is_err();
            return Err(StoreError::log_refused(folder, "written to", error));
        }
        let offset = current.offset;
        current.offset += record.len() as u64;
        current.records += 1;
        current.fingerprint = current.fingerprint.and(record.get(..HEADER).unwrap_or_default());
        self.sequence += 1;
        self.fingerprint = current.fingerprint;
        Ok(offset)
    }

    /// Finishes the segment: it is never touched again.
    pub(super) fn seal(&mut self, folder: &Path) -> Result<(), StoreError> {
        let Some(current) = &self.current else { return Ok(()) };
        let (number, file) = (current.segment.header.number, Arc::clone(&current.segment.file));
        let hash = current.segment.hash(current.offset)?;
        self.write(folder, Kind::Seal, &segment::seal(current.records, hash))?;
        self.synced(folder, &*file)?;
        (self.current, self.sealed) = (None, (number, hash));
        Ok(())
    }

    /// Begins the next segment.
    fn begin(&mut self, disk: &dyn Disk, folder: &Path) -> Result<(), StoreError> {
        let (before, predecessor) = self.sealed;
        let number = before + 1;
        // Nobody outside can know it: what a document holds is never a record.
        let salt = RandomState::new().hash_one(number);
        let header = Header { number, salt, first: self.sequence + 1, predecessor };
        let path = segment::path(folder, number);
        let refused = |error| StoreError::log_refused(folder, "written to", error);
        // What a process left that ended here holds nothing.
        disk.remove(&path).map_err(refused)?;
        let file: Arc<dyn DiskFile> = disk.create(&path).map_err(refused)?.into();
        let begun =
            file.write_at(&header.to_bytes(), 0).and_then(|()| file.sync()).and_then(|()| disk.sync_folder(folder));
        if let Err(error) = begun {
            _ = disk.remove(&path);
            return Err(refused(error));
        }
        self.current = Some(Current {
            segment: Segment { header, file },
            offset: BEGIN,
            records: 0,
            fingerprint: Fingerprint::of_segment(header),
            is_torn: false,
        });
        Ok(())
    }

    /// Syncs a file; what the disk does not take then is never taken for written.
    pub(super) fn synced(&mut self, folder: &Path, file: &dyn DiskFile) -> Result<(), StoreError> {
        file.sync().map_err(|error| {
            self.refused = true;
            StoreError::log_refused(folder, "flushed", error)
        })
    }
}

fn refused(folder: &Path) -> StoreError {
    let error = std::io::Error::other("an earlier write failed");
    StoreError::log_refused(folder, "written to", error)
}
