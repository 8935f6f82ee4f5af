//! The parts, and how they are kept together.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use forebear_facts::derive;
use forebear_image::{Digest, ManifestFacts};

use super::claims::Claims;
use super::folder::FolderLock;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::location::Location;
use crate::log::documents::Role;
use crate::log::{Log, Lost, Mark};
use crate::receipt::Receipts;
use crate::rows::RowCache;
use crate::sled::SledIndex;

/// A store in a folder of its own.
#[derive(Debug)]
pub struct LocalStore {
    pub(super) folder: PathBuf,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) log: Log,
    pub(super) index: SledIndex,
    pub(super) rows: RowCache,
    pub(super) mark: Mutex<Mark>,
    /// Documents that this process could not read, by their records.
    pub(super) unreadable: Mutex<Vec<Lost>>,
    /// What opening found, for people.
    pub(super) notes: Vec<String>,
    /// Held by whoever writes.
    pub(super) writing: Mutex<()>,
    /// Who works on what.
    pub(super) claims: Claims,
    pub(super) receipts: Receipts,
    /// Set when the log may be ahead of the index.
    pub(super) is_behind: AtomicBool,
    pub(super) _lock: FolderLock,
}

impl LocalStore {
    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was found when it was opened and mended without loss, a sentence each.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The way in for whoever writes.
    pub(super) fn writing(&self) -> MutexGuard<'_, ()> {
        // What a panic left half done is found by its position.
        self.writing.lock().unwrap_or_else(|poisoned| {
            self.is_behind.store(true, Ordering::SeqCst);
            poisoned.into_inner()
        })
    }

    /// Writes: alone, once the index reflects the log, and so that an error does not
    /// leave it behind.
    pub(super) fn write<T>(&self, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        let _one_at_a_time = self.writing();
        self.catch_up()?;
        let done = work();
        if done.is_err() {
            self.is_behind.store(true, Ordering::SeqCst);
        }
        done
    }

    /// Where a document lies.
    pub(super) fn location(&self, digest: &Digest) -> Result<Option<Location>, StoreError> {
        self.rows.place(&digest.key()).map(|place| Location::known(&place)).transpose()
    }

    /// The bytes of a document; `None` for one that was never stored, or can be read
    /// no more.
    pub(super) fn kept(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let location = self.location(digest)?;
        location.map_or(Ok(None), |location| self.kept_at(digest, location))
    }

    fn kept_at(&self, digest: &Digest, Location { block, at, .. }: Location) -> Result<Option<Vec<u8>>, StoreError> {
        let read =
            self.log.document(block, at, |document| (document.digest == *digest).then(|| document.bytes.to_vec()));
        match read {
            Ok(Some(bytes)) => Ok(Some(bytes)),
            Ok(None) | Err(StoreError::Damaged { .. }) => {
                let found = Lost { first: 0, last: 0, segment: block.segment, offset: block.offset.into() };
                self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).push(found);
                tracing::error!(%digest, segment = block.segment, offset = block.offset, "a stored document is damaged");
                self.rows.forget_place(&digest.key());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What a stored manifest says; `None` for one that is not understood any more.
    pub(super) fn kept_manifest(&self, digest: &Digest) -> Result<Option<ManifestFacts>, StoreError> {
        let Some(location) = self.location(digest)? else { return Ok(None) };
        let Some(role @ (Role::Manifest | Role::Attestation)) = location.role else { return Ok(None) };
        let Some(document) = self.kept_at(digest, location)? else { return Ok(None) };
        understood(digest, self.manifest_facts(role, &document))
    }

    /// What a manifest's document says.
    pub(super) fn manifest_facts(&self, role: Role, document: &[u8]) -> Result<ManifestFacts, StoreError> {
        let kept = |digest: &Digest| self.kept(digest);
        if role == Role::Attestation { derive::attestation(document, kept) } else { derive::manifest(document, kept) }
    }

    /// Writes down how far the log reaches, which is synced up to there.
    pub(super) fn write_mark(&self, change: impl FnOnce(&mut Mark)) -> Result<(), StoreError> {
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = mark.clone();
        change(&mut next);
        if *mark != next {
            let path = self.folder.join(super::folder::MARK);
            next.write(&*self.disk, &path)
                .map_err(|error| StoreError::log_refused(&self.folder, "written to", error))?;
            *mark = next;
        }
        Ok(())
    }
}

/// What a kept document says; `None`, and told, where it is not understood any more.
pub(super) fn understood<T>(digest: &Digest, read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Ok(facts) => Ok(Some(facts)),
        Err(StoreError::Document(error)) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(%digest, error, "a kept document is not understood");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
