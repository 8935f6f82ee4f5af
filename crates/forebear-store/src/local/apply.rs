//! A batch: what of it is a fact goes to the log, what is derived to the rows, and
//! all of it to the index, in one write.

use std::collections::{HashMap, HashSet};

use forebear_facts::{RepositorySeen, TagObservation};
use forebear_image::{Digest, ManifestFacts, RepositoryName, Timestamp};

use super::store::LocalStore;
use crate::batch::Batch;
use crate::error::StoreError;
use crate::location::Location;
use crate::log::documents::{self, BLOCK, Role};
use crate::log::entries::Entry;
use crate::log::{Kind, Level, Log};
use crate::sled::Changes;

/// Entries of one record, in bytes.
const ENTRIES: usize = 256 << 10;

impl LocalStore {
    /// Applies a batch, all of it or nothing.
    pub(super) fn apply_batch(&self, batch: Batch) -> Result<(), StoreError> {
        self.write(|| self.append_and_show(batch))
    }

    fn append_and_show(&self, batch: Batch) -> Result<(), StoreError> {
        let mut changes = Changes::default();
        self.documents(&batch)?;
        let mut entries = Entries { log: &self.log, block: Vec::new() };
        self.observations(&batch, &mut entries, &mut changes)?;
        for repository in &batch.repositories {
            entries.add(&Entry::Repository(repository.clone()))?;
            changes.repository(repository)?;
        }
        self.seen(&batch.seen, &mut entries, &mut changes)?;
        for subject in batch.recovered {
            if self.index.failure(&subject)?.is_some() {
                changes.recovered(&subject);
                entries.add(&Entry::Recovered(subject))?;
            }
        }
        for failure in batch.failures {
            let before = self.index.failure(&failure.subject)?;
            let failure = failure.after(before.as_ref());
            changes.failure(&failure)?;
            entries.add(&Entry::Failure(failure))?;
        }
        for task in batch.tasks.iter().chain(&batch.claimed) {
            changes.task(batch.run, task)?;
        }
        for task in &batch.done {
            changes.done(batch.run, task);
        }
        for walked in &batch.walked {
            changes.walked(batch.run, walked)?;
        }
        for absent in &batch.absent {
            changes.absent(batch.run, absent)?;
        }
        entries.finish()?;
        // Before anybody else can see them.
        if let Some(worker) = batch.worker {
            self.claims.add(batch.run, worker, &batch.claimed);
        }
        self.show(changes)?;
        self.claims.done(batch.run, &batch.done);
        Ok(())
    }

    /// Shows what the log holds by now.
    pub(super) fn show(&self, mut changes: Changes) -> Result<(), StoreError> {
        let point = self.log.position().point();
        changes.reflects(point);
        self.index.apply(changes)?;
        self.rows.reflects(point)
    }

    /// Documents that are not stored as what they are now fetched as.
    fn documents(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut blocks = Blocks::of(self, Level::Fast);
        let mut new = HashSet::new();
        let mut is_new = |digest: &Digest, role: Role| {
            let stored = self.location(digest)?.and_then(|location| location.role);
            Ok::<_, StoreError>(stored != Some(role) && new.insert((*digest, role)))
        };
        // Statements first: an attestation is read with them at hand.
        for document in &batch.documents {
            if is_new(&document.digest, Role::Statement)? {
                blocks.add(Role::Statement, &document.digest, &document.document)?;
            }
        }
        for config in &batch.configs {
            if is_new(&config.digest.0, Role::Config)? {
                blocks.add(Role::Config, &config.digest.0, &config.document)?;
                self.rows.config(&config.digest.0, &config.facts)?;
            }
        }
        for manifest in &batch.manifests {
            let role = match manifest.facts {
                ManifestFacts::Attestation { .. } => Role::Attestation,
                ManifestFacts::Image(_)
                | ManifestFacts::Index { .. }
                | ManifestFacts::Schema1 { .. }
                | ManifestFacts::Artifact { .. } => Role::Manifest,
            };
            if is_new(&manifest.digest.0, role)? {
                blocks.add(role, &manifest.digest.0, &manifest.document)?;
                self.rows.manifest(&manifest.digest.0, &manifest.facts)?;
            }
        }
        blocks.finish()
    }

    /// What was seen of repositories, added to what is known.
    fn seen(
        &self,
        seen: &[RepositorySeen],
        entries: &mut Entries<'_>,
        changes: &mut Changes,
    ) -> Result<(), StoreError> {
        let mut together: HashMap<&RepositoryName, RepositorySeen> = HashMap::new();
        for new in seen {
            let before = match together.remove(&new.name) {
                Some(before) => Some(before),
                None => self.index.seen(&new.name)?,
            };
            let after = before.clone().map_or_else(|| new.clone(), |before| before.and(new.clone()));
            if before.as_ref() != Some(&after) {
                changes.seen(&after)?;
                entries.add(&Entry::Seen(after.clone()))?;
            }
            together.insert(&new.name, after);
        }
        Ok(())
    }

    fn observations(&self, batch: &Batch, entries: &mut Entries<'_>, changes: &mut Changes) -> Result<(), StoreError> {
        let mut stored: HashMap<(&RepositoryName, &str, Timestamp), Option<TagObservation>> = HashMap::new();
        let mut again: HashMap<&RepositoryName, Timestamp> = HashMap::new();
        for observation in &batch.observations {
            let TagObservation { repository, tag, first_seen, .. } = observation;
            let key = (repository, tag.as_str(), *first_seen);
            let before = match stored.get(&key) {
                Some(before) => before.clone(),
                None => self.index.observation_like(observation)?,
            };
            if before.as_ref() == Some(observation) {
                continue;
            }
            if before.as_ref().is_some_and(|before| is_seen_again(before, observation)) {
                let since = again.entry(repository).or_insert(observation.last_seen);
                *since = (*since).min(observation.last_seen);
            } else {
                self.rows.other_digest(&observation.digest.0);
                entries.add(&Entry::Observation(observation.clone()))?;
            }
            changes.observation(before.as_ref(), observation)?;
            stored.insert(key, Some(observation.clone()));
        }
        for (repository, since) in again {
            let known = self.index.unconfirmed_since(repository)?;
            if known.is_none_or(|known| since < known) {
                changes.unconfirmed(repository, since)?;
            }
        }
        Ok(())
    }
}

/// Whether an observation only goes on.
fn is_seen_again(before: &TagObservation, now: &TagObservation) -> bool {
    before.digest == now.digest && !before.ended && !now.ended && before.last_seen < now.last_seen
}

/// Documents on their way into blocks.
pub(super) struct Blocks<'a> {
    store: &'a LocalStore,
    level: Level,
    block: Vec<u8>,
    inside: Vec<(Digest, Option<Role>, u32)>,
}

impl<'a> Blocks<'a> {
    pub(super) fn of(store: &'a LocalStore, level: Level) -> Self {
        Self { store, level, block: Vec::new(), inside: Vec::new() }
    }

    /// Adds a document. Where it comes to lie is known once its block is full.
    pub(super) fn add(&mut self, role: Role, digest: &Digest, bytes: &[u8]) -> Result<(), StoreError> {
        self.add_shown(role, Some(role), digest, bytes)
    }

    /// As [`Blocks::add`], of a document that the index shows as something else: as
    /// nothing, where it is not understood any more.
    pub(super) fn add_shown(
        &mut self,
        role: Role,
        shown: Option<Role>,
        digest: &Digest,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        if self.block.len() + bytes.len() > BLOCK {
            self.finish_block()?;
        }
        let at = documents::add(&mut self.block, role, digest, bytes)?;
        self.inside.push((*digest, shown, at));
        Ok(())
    }

    fn finish_block(&mut self) -> Result<(), StoreError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let LocalStore { log, rows, .. } = self.store;
        let block = log.append(Kind::Documents, &self.block, self.level)?;
        self.block.clear();
        for (digest, role, at) in self.inside.drain(..) {
            rows.put_place(&digest.key(), Location { role, block, at }.to_bytes());
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        self.finish_block()
    }
}

/// Entries on their way into records.
pub(super) struct Entries<'a> {
    pub(super) log: &'a Log,
    pub(super) block: Vec<u8>,
}

impl Entries<'_> {
    pub(super) fn add(&mut self, entry: &Entry) -> Result<(), StoreError> {
        entry.add(&mut self.block)?;
        if self.block.len() >= ENTRIES { self.append() } else { Ok(()) }
    }

    fn append(&mut self) -> Result<(), StoreError> {
        if !self.block.is_empty() {
            self.log.append(Kind::Entries, &self.block, Level::Fast)?;
            self.block.clear();
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        self.append()
    }
}
