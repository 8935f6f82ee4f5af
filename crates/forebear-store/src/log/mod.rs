//! The log: what cannot be fetched again, in segments that are only appended to.
//!
//! It is the truth of the store; all else is derived from it and may be deleted.
//! `docs/store-format.md` has it byte by byte.

mod agreement;
mod anew;
mod block;
mod blocks;
pub(crate) mod confirmed;
pub(crate) mod documents;
pub(crate) mod entries;
mod fingerprint;
mod frame;
mod header;
mod mark;
mod open;
mod place;
mod point;
mod position;
mod reader;
mod scan;
mod segment;
mod segments;
mod start;
mod writer;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::Disk;
use crate::error::StoreError;

use blocks::Blocks;
use segments::Segments;
use writer::Writer;

pub(crate) use agreement::Agreement;
pub(crate) use block::Level;
pub use fingerprint::Fingerprint;
pub(crate) use frame::Kind;
pub(crate) use header::VERSION;
pub use mark::Lost;
pub(crate) use mark::Mark;
pub(crate) use open::Opened;
pub(crate) use place::Place;
pub use point::LogPoint;
pub(crate) use position::Position;
pub(crate) use reader::Block;
pub(crate) use start::Start;

/// The segments of one folder.
#[derive(Debug)]
pub(crate) struct Log {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    segments: Segments,
    writer: Mutex<Writer>,
    blocks: Blocks,
    /// Number of the first record that there should be.
    begin: AtomicU64,
}

impl Log {
    /// Appends a block; it is in the file when this returns, and on the disk after
    /// [`Log::sync`].
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the disk does not take it; nothing of it is then
    /// in the log.
    pub(crate) fn append(&self, kind: Kind, block: &[u8], level: Level) -> Result<Place, StoreError> {
        let payload = block::pack(block, level)?;
        let mut writer = self.writer();
        let (segment, offset) = writer.append(&*self.disk, &self.folder, kind, &payload)?;
        let number = segment.header.number;
        drop(writer);
        self.segments.add(&segment);
        let offset = u32::try_from(offset)
            .map_err(|_| StoreError::Row { what: "record of the log", reason: "its segment is too long".to_owned() })?;
        Ok(Place { segment: number, offset })
    }

    /// Returns once all that was appended before survives a power cut; says up to
    /// where.
    ///
    /// # Errors
    /// [`StoreError::Refused`]; then nothing more is appended.
    pub(crate) fn sync(&self) -> Result<Position, StoreError> {
        let (position, file) = {
            let writer = self.writer();
            (writer.position(), writer.current.as_ref().map(|current| Arc::clone(&current.segment.file)))
        };
        // Others append meanwhile.
        if let Some(file) = file
            && let Err(error) = file.sync()
        {
            self.writer().refused = true;
            return Err(StoreError::log_refused(&self.folder, "flushed", error));
        }
        Ok(position)
    }

    /// Where it ends.
    pub(crate) fn position(&self) -> Position {
        self.writer().position()
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A panic leaves it as it was before a record, or refusing.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
