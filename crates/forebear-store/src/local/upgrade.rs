//! From the folder's first layout, in which sled had everything: copied, read
//! again and compared, and only then left.

mod first;

use std::path::Path;

use forebear_facts::derive;
use forebear_image::{ConfigDigest, Digest, ManifestDigest};
use fs_err as fs;

use super::apply::Entries;
use super::folder::{self, FACTS, FolderLock, MARK, ROWS, SLED};
use super::options::OpenOptions;
use super::store::LocalStore;
use crate::batch::{Batch, NewConfig, NewDocument, NewManifest};
use crate::error::StoreError;
use crate::log::documents::Role;
use crate::log::entries::Entry;
use crate::sled::Changes;
use crate::store::RunStore as _;
use first::First;

/// Where the old database waits until all of it was copied.
const OLD: &str = "sled.format-1";
/// Documents and rows that are copied at once.
const AT_ONCE: usize = 500;

/// Copies all there is into a store of today's layout; may be interrupted, and
/// begins again.
pub(super) fn from_sled_alone(
    folder: &Path,
    options: &OpenOptions,
    lock: FolderLock,
) -> Result<LocalStore, StoreError> {
    let old = folder.join(OLD);
    if !old.exists() {
        // That version's process has its lock in there.
        drop(First::open(&folder.join(SLED), options.cache)?);
        fs::rename(folder.join(SLED), &old)?;
    }
    for part in [FACTS, ROWS, SLED] {
        let part = folder.join(part);
        if part.exists() {
            fs::remove_dir_all(part)?;
        }
    }
    options.disk.remove(&folder.join(MARK))?;
    let old = First::open(&old, options.cache)?;
    let store = LocalStore::open_parts(folder, options, lock)?;
    // An attestation is read with its statement, which therefore lies before it.
    for role in [Role::Statement, Role::Config, Role::Manifest] {
        copy_documents(&old, &store, role)?;
    }
    copy_entries(&old, &store)?;
    store.checkpoint()?;
    compare(&old, &store)?;
    folder::claim(folder)?;
    drop(old);
    fs::remove_dir_all(folder.join(OLD))?;
    Ok(store)
}

fn copy_documents(old: &First, store: &LocalStore, role: Role) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    let mut waiting = 0;
    old.each_document(&mut |digest, document| {
        if old.role(digest)? != role {
            return Ok(());
        }
        add(old, &mut batch, role, *digest, document)?;
        waiting += 1;
        if waiting >= AT_ONCE {
            waiting = 0;
            store.apply_batch(std::mem::take(&mut batch))?;
        }
        Ok(())
    })?;
    store.apply_batch(batch)
}

fn add(old: &First, batch: &mut Batch, role: Role, digest: Digest, document: Vec<u8>) -> Result<(), StoreError> {
    match role {
        Role::Config => match derive::config(&document) {
            Ok(facts) => batch.configs.push(NewConfig { digest: ConfigDigest(digest), document, facts }),
            // Its bytes are kept, and it counts as never fetched.
            Err(_) => batch.documents.push(NewDocument { digest, document }),
        },
        Role::Manifest | Role::Attestation => match old.manifest_facts(&digest, &document) {
            Ok(facts) => batch.manifests.push(NewManifest { digest: ManifestDigest(digest), document, facts }),
            Err(StoreError::Document(_)) => batch.documents.push(NewDocument { digest, document }),
            Err(error) => return Err(error),
        },
        Role::Statement => batch.documents.push(NewDocument { digest, document }),
    }
    Ok(())
}

fn copy_entries(old: &First, store: &LocalStore) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    old.each_observation(&mut |observation| {
        batch.observations.push(observation);
        if batch.observations.len() >= AT_ONCE { store.apply_batch(std::mem::take(&mut batch)) } else { Ok(()) }
    })?;
    old.each_repository(&mut |repository| {
        batch.repositories.push(repository);
        Ok(())
    })?;
    store.apply_batch(batch)?;
    let (mut entries, mut changes) = (Entries { log: &store.log, block: Vec::new() }, Changes::default());
    for failure in old.failures()? {
        changes.failure(&failure)?;
        entries.add(&Entry::Failure(failure))?;
    }
    for hold in old.holds()? {
        changes.hold(&hold)?;
        entries.add(&Entry::Hold(hold))?;
    }
    for run in old.runs()? {
        changes.run(&run)?;
        if !run.finished {
            changes.seeded(run.id);
        }
        entries.add(&Entry::Run(run))?;
    }
    entries.finish()?;
    store.show(changes)?;
    old.each_of_frontier(AT_ONCE, &mut |changes| store.index.apply(changes))
}

/// Reads all of it again.
fn compare(old: &First, store: &LocalStore) -> Result<(), StoreError> {
    let differs = |what: String| StoreError::Row { what: "copy", reason: format!("{what} is not as it was") };
    old.each_document(&mut |digest, document| {
        let same = store.kept(digest)?.is_some_and(|copy| copy == document);
        if same { Ok(()) } else { Err(differs(digest.to_string())) }
    })?;
    old.each_observation(&mut |observation| {
        let same = store.index.observation_like(&observation)?.is_some_and(|copy| copy == observation);
        if same { Ok(()) } else { Err(differs(format!("{}:{}", observation.repository, observation.tag))) }
    })?;
    old.each_repository(&mut |repository| {
        let same = store.index.repository(&repository.name)?.is_some_and(|copy| copy == repository);
        if same { Ok(()) } else { Err(differs(repository.name.to_string())) }
    })?;
    let same = old.failures()? == store.index.failures(usize::MAX)? && old.runs()? == store.index.runs()?;
    if same { Ok(()) } else { Err(differs("a failure or a run".to_owned())) }
}
