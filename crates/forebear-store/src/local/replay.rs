//! The log told again, to what is behind it.

use std::sync::atomic::Ordering;

use forebear_facts::derive;

use super::pending::Pending;
use super::store::{LocalStore, understood};
use crate::error::StoreError;
use crate::location::Location;
use crate::log::documents::{self, Document, Role};
use crate::log::entries::{self, Entry};
use crate::log::{Block, Kind, Lost};
use crate::run::Run;
use crate::sled::Changes;

/// What came of telling.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Numbers that are missing.
    pub(super) lost: Vec<Lost>,
    /// Repositories whose tags are to be asked for again, as it is not known what
    /// was confirmed.
    pub(super) unconfirmed: u64,
}

impl LocalStore {
    /// Brings the index up to the log, where a write has failed in between.
    pub(super) fn catch_up(&self) -> Result<(), StoreError> {
        if self.is_behind.load(Ordering::SeqCst) {
            self.replay()?;
            self.is_behind.store(false, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Tells index and rows what they do not yet reflect.
    pub(super) fn replay(&self) -> Result<Told, StoreError> {
        let (shown, derived) = (self.index.position().sequence, self.rows.covers());
        let end = self.log.position().point();
        let mut told = Told::default();
        if shown.min(derived) >= end.sequence {
            return Ok(told);
        }
        let mut pending = Pending::of(&self.index);
        told.lost = self.log.replay(shown.min(derived), &mut |block| {
            if block.sequence > shown {
                self.tell_index(block, &mut pending, &mut told.unconfirmed)?;
                pending.changes.reflects(block.point());
                pending.apply_many()?;
            }
            if block.sequence > derived && block.kind == Kind::Documents {
                self.tell_rows(block)?;
                self.rows.reflects(block.point())?;
            }
            if block.sequence > derived && block.kind == Kind::Entries {
                for entry in entries::all(block.bytes) {
                    if let Entry::Observation(observation) = entry? {
                        self.rows.other_digest(&observation.digest.0);
                    }
                }
            }
            Ok(())
        })?;
        pending.changes.reflects(end);
        pending.apply()?;
        self.rows.reflects(end)?;
        Ok(told)
    }

    fn tell_index(
        &self,
        block: &Block<'_>,
        pending: &mut Pending<'_>,
        unconfirmed: &mut u64,
    ) -> Result<(), StoreError> {
        match block.kind {
            Kind::Entries => {
                for entry in entries::all(block.bytes) {
                    self.tell(entry?, pending, unconfirmed)?;
                    pending.apply_many()?;
                }
            }
            // Where they lie is not for the index.
            Kind::Documents | Kind::Seal => {}
            Kind::Other(kind) => {
                let reason = format!("record {} is of kind {kind}, which a later version wrote", block.sequence);
                return Err(StoreError::Row { what: "record of the log", reason });
            }
        }
        Ok(())
    }

    fn tell(&self, entry: Entry, pending: &mut Pending<'_>, unconfirmed: &mut u64) -> Result<(), StoreError> {
        let changes = &mut pending.changes;
        match entry {
            Entry::Observation(observation) => pending.observe(&observation),
            Entry::Confirmed(confirmed) => {
                // What it confirms has to be there, and then what it changes.
                pending.apply()?;
                if !self.confirmed(&confirmed, &mut pending.changes)? {
                    *unconfirmed += 1;
                }
                pending.apply()
            }
            Entry::Repository(repository) => changes.repository(&repository),
            Entry::Seen(seen) => changes.seen(&seen),
            Entry::Failure(failure) => changes.failure(&failure),
            Entry::Recovered(subject) => {
                changes.recovered(&subject);
                Ok(())
            }
            Entry::Hold(hold) => changes.hold(&hold),
            Entry::Run(run) => self.tell_run(&run, changes),
            // They stand in the mark too, which may be lost.
            Entry::Lost(lost) => changes.lost(&lost),
        }
    }

    fn tell_run(&self, run: &Run, changes: &mut Changes) -> Result<(), StoreError> {
        if run.finished {
            self.index.forget_run(run.id)?;
        }
        changes.run(run)
    }

    /// Derives rows from the documents of a record, and tells where they lie.
    fn tell_rows(&self, block: &Block<'_>) -> Result<(), StoreError> {
        for document in documents::all(block.bytes) {
            let Document { role, digest, bytes, at, .. } = document?;
            // An attestation is read with its statement, which lies before it.
            let lies = |role| Location { role, block: block.place, at }.to_bytes();
            self.rows.put_place(&digest.key(), lies(Some(role)));
            let derived = match role {
                Role::Statement => Ok(()),
                Role::Config => {
                    derive::config(bytes).map_err(StoreError::from).and_then(|facts| self.rows.config(&digest, &facts))
                }
                Role::Manifest | Role::Attestation => {
                    self.manifest_facts(role, bytes).and_then(|facts| self.rows.manifest(&digest, &facts))
                }
            };
            if understood(&digest, derived)?.is_none() {
                // It counts as never fetched: the next crawl fetches it, and reports
                // what is wrong with it.
                self.rows.put_place(&digest.key(), lies(None));
            }
        }
        Ok(())
    }
}
