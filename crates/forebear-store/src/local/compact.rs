//! The log without what later records have made void.
//!
//! What still counts is appended once more, documents in the order in which they
//! came and then all other facts, and the log begins there from then on: what lies
//! before is removed when all of it was read again. Until that moment the copy is
//! nothing but more of the log, so it may be interrupted anywhere, and goes on where
//! it was, even after a crawl in between. The frontier, of which the log knows
//! nothing, stays.

use std::sync::PoisonError;

use forebear_image::Digest;

use super::apply::Blocks;
use super::store::LocalStore;
use crate::error::StoreError;
use crate::location::Location;
use crate::log::documents::{self, Document};
use crate::log::entries::{self, Entry};
use crate::log::{Block, Kind, Level, Start};
use crate::sled::{Changes, Sum};
use crate::store::{FactStore as _, RunStore as _};

/// Records after which the copy is on the disk: what an interruption costs, and what
/// sled keeps in memory.
const SYNCED_AFTER: u64 = 256;

/// What came of compacting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Compacted {
    /// Bytes of the log before.
    pub bytes_before: u64,
    /// Bytes of the log after.
    pub bytes_after: u64,
    /// Records of the log before.
    pub records_before: u64,
    /// Records of the log after.
    pub records_after: u64,
    /// Documents in it, as many as before.
    pub documents: u64,
}

impl LocalStore {
    /// Writes what still counts of the log anew, reads it again, and removes the rest.
    /// Indexes that are published after are the same. Needs as much room again as
    /// the log takes, until it is done.
    ///
    /// # Errors
    /// [`StoreError::Incomplete`] while anything is lost, [`StoreError`] when the disk
    /// refuses. The store is then as good as before, and the next call goes on.
    pub fn compact(&self) -> Result<Compacted, StoreError> {
        if !self.lost().is_empty() {
            return Err(StoreError::Incomplete { folder: self.folder.clone() });
        }
        self.checkpoint()?;
        let (bytes_before, records_before) = (self.log.bytes()?, self.log.records());
        let start = self.copy_start()?;
        self.write(|| self.copy_documents(start))?;
        let facts = self.write(|| {
            let after = self.log.position().sequence;
            self.append_what_is_known()?;
            Ok(after)
        })?;
        // Where documents lie has to be on the disk before what they lay in is gone.
        let position = self.log.sync()?;
        self.index.flush()?;
        let documents = self.verify(start, facts)?;
        self.write(|| {
            self.write_mark(|mark| {
                mark.begin = start;
                mark.compacting = None;
                mark.reach(position);
            })?;
            self.log.begin_at(start)
        })?;
        let (bytes_after, records_after) = (self.log.bytes()?, self.log.records());
        Ok(Compacted { bytes_before, bytes_after, records_before, records_after, documents })
    }

    /// Where the copy begins: where an interrupted one has, else with a segment of its
    /// own.
    fn copy_start(&self) -> Result<Start, StoreError> {
        let begun = self.mark.lock().unwrap_or_else(PoisonError::into_inner).compacting;
        if let Some(start) = begun {
            return Ok(start);
        }
        self.write(|| {
            let start = self.log.start_anew()?;
            self.write_mark(|mark| mark.compacting = Some(start))?;
            Ok(start)
        })
    }

    /// Appends all documents that lie before `start` and are in use.
    fn copy_documents(&self, start: Start) -> Result<(), StoreError> {
        let mut blocks = Blocks::of(self, Level::Tight);
        let mut since = 0;
        let lost = self.log.replay_before(start.segment, &mut |block| {
            if block.kind != Kind::Documents {
                return Ok(());
            }
            for document in documents::all(block.bytes) {
                let Document { role, digest, bytes, at, .. } = document?;
                // Another record may have it by now.
                if let Some(Location { role: shown, .. }) = self.located(block, &digest, at)? {
                    blocks.add_shown(role, shown, &digest, bytes)?;
                }
            }
            since += 1;
            if since == SYNCED_AFTER {
                since = 0;
                self.show(Changes::default())?;
                self.log.sync()?;
                self.index.flush()?;
            }
            Ok(())
        })?;
        blocks.finish()?;
        self.show(Changes::default())?;
        // What was given up before is known.
        let known = self.given_up();
        match lost.iter().all(|lost| lost.is_among(&known)) {
            true => Ok(()),
            false => Err(StoreError::Incomplete { folder: self.folder.clone() }),
        }
    }

    /// Reads the copy: all documents of the index lie in it and are what their digests
    /// say, and all other facts, which are those behind record `facts`, are as the index
    /// has them. Says how many documents there are.
    fn verify(&self, start: Start, facts: u64) -> Result<u64, StoreError> {
        let (mut documents, mut expected) = (0, 0);
        let (mut copied, mut known) = (Sum::default(), Sum::default());
        let lost = self.log.replay(start.sequence.saturating_sub(1), &mut |block| {
            match block.kind {
                Kind::Documents => {
                    for document in documents::all(block.bytes) {
                        let Document { digest, bytes, at, .. } = document?;
                        let is_used = self.located(block, &digest, at)?.is_some();
                        if is_used && !digest.matches(bytes) {
                            return Err(differs(&digest.to_string()));
                        }
                        documents += u64::from(is_used);
                    }
                }
                Kind::Entries if block.sequence > facts => {
                    for entry in entries::all(block.bytes) {
                        add(&mut copied, &entry?)?;
                    }
                }
                Kind::Entries | Kind::Seal | Kind::Other(_) => {}
            }
            Ok(())
        })?;
        self.rows.each_place(&mut |_, _| {
            expected += 1;
            Ok(())
        })?;
        self.each_known(&mut |entry| add(&mut known, &entry))?;
        if !lost.is_empty() || documents != expected {
            return Err(differs(&format!("{documents} of {expected} documents")));
        }
        if copied == known { Ok(documents) } else { Err(differs("what was seen of tags, runs and failures")) }
    }

    /// Where a document lies, if that is here.
    fn located(&self, block: &Block<'_>, digest: &Digest, at: u32) -> Result<Option<Location>, StoreError> {
        Ok(self.location(digest)?.filter(|location| (location.block, location.at) == (block.place, at)))
    }
}

fn add(sum: &mut Sum, entry: &Entry) -> Result<(), StoreError> {
    let mut bytes = Vec::new();
    entry.add(&mut bytes)?;
    sum.add(&bytes);
    Ok(())
}

fn differs(what: &str) -> StoreError {
    let reason =
        format!("{what}: not as in the log. Nothing was removed; 'forebear-crawl store check' says what is damaged");
    StoreError::Row { what: "copy", reason }
}
