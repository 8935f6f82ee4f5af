//! Reading the log: one document, or all records from a number on.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::documents::{self, Document};
use super::fingerprint::Fingerprint;
use super::frame::{Frame, HEADER, Kind};
use super::mark::Lost;
use super::point::LogPoint;
use super::segment::Segment;
use super::{Log, Place, block};
use crate::error::StoreError;

/// A record's content, with where it lies.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub(crate) kind: Kind,
    pub(crate) sequence: u64,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) place: Place,
    pub(crate) bytes: &'a [u8],
}

impl Block<'_> {
    /// This record, for what reflects it.
    pub(crate) fn point(&self) -> LogPoint {
        LogPoint { sequence: self.sequence, fingerprint: self.fingerprint }
    }
}

impl Log {
    /// Gives a document to `read`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where its record does not stand.
    pub(crate) fn document<T>(
        &self,
        place: Place,
        at: u32,
        read: impl FnOnce(Document<'_>) -> T,
    ) -> Result<T, StoreError> {
        let block = match self.blocks.get(place) {
            Some(block) => block,
            None => {
                let block = Arc::new(self.read(place)?);
                self.blocks.put(place, &block);
                block
            }
        };
        documents::at(&block, at).map(read).ok_or_else(|| self.damaged(place))
    }

    /// Whether a segment is there.
    pub(crate) fn has_segment(&self, number: u32) -> bool {
        self.segments.contains(number)
    }

    fn read(&self, place: Place) -> Result<Vec<u8>, StoreError> {
        let Segment { header, file } = self.segments.get(place.segment)?.ok_or_else(|| self.damaged(place))?;
        let offset = u64::from(place.offset);
        let mut bytes = vec![0; HEADER];
        file.read_at(&mut bytes, offset)?;
        let frame = Frame::read(&bytes, header.salt, offset).ok_or_else(|| self.damaged(place))?;
        bytes.resize(frame.length, 0);
        file.read_at(&mut bytes, offset + HEADER as u64)?;
        if !frame.is_of(&bytes, header.salt, offset) || frame.kind != Kind::Documents {
            return Err(self.damaged(place));
        }
        block::unpack(&bytes)
    }

    fn damaged(&self, place: Place) -> StoreError {
        StoreError::Damaged { file: super::segment::path(&self.folder, place.segment), offset: place.offset.into() }
    }

    /// Tells of all records whose number is greater than `after`, in order, and
    /// returns the numbers that are missing there.
    ///
    /// # Errors
    /// [`StoreError`] of `each`, and where a segment cannot be read at all.
    pub(crate) fn replay(
        &self,
        after: u64,
        each: &mut dyn FnMut(&Block<'_>) -> Result<(), StoreError>,
    ) -> Result<Vec<Lost>, StoreError> {
        self.replay_between(after, u32::MAX, each)
    }

    /// Tells of all records of the segments before `segment`, likewise.
    ///
    /// # Errors
    /// As [`Log::replay`].
    pub(crate) fn replay_before(
        &self,
        segment: u32,
        each: &mut dyn FnMut(&Block<'_>) -> Result<(), StoreError>,
    ) -> Result<Vec<Lost>, StoreError> {
        self.replay_between(0, segment, each)
    }

    fn replay_between(
        &self,
        after: u64,
        before: u32,
        each: &mut dyn FnMut(&Block<'_>) -> Result<(), StoreError>,
    ) -> Result<Vec<Lost>, StoreError> {
        let (mut lost, mut last) = (Vec::new(), self.begin.load(Ordering::SeqCst).saturating_sub(1));
        let headers = self.segments.headers();
        for (position, header) in headers.iter().enumerate().filter(|(_, header)| header.number < before) {
            if let Some(next) = headers.get(position + 1).filter(|next| next.first <= after + 1) {
                last = next.first.saturating_sub(1);
                continue;
            }
            let number = header.number;
            let Some(segment) = self.segments.get(number)? else { continue };
            if last + 1 < header.first {
                lost.push(Lost { first: last + 1, last: header.first - 1, segment: number, offset: 0 });
            }
            let found = segment.each(&mut |record| {
                if record.sequence <= after || record.kind == Kind::Seal {
                    return Ok(());
                }
                let offset = u32::try_from(record.offset).unwrap_or(u32::MAX);
                let bytes = block::unpack(record.payload)?;
                each(&Block {
                    kind: record.kind,
                    sequence: record.sequence,
                    fingerprint: record.fingerprint,
                    place: Place { segment: number, offset },
                    bytes: &bytes,
                })
            })?;
            lost.extend(found.lost);
            last = found.last;
        }
        lost.retain(|lost| lost.last > after);
        Ok(lost)
    }
}
