//! What was seen again, written to the log in one entry a repository.

use std::collections::BTreeMap;

use forebear_facts::TagObservation;
use forebear_image::{RepositoryName, Timestamp};

use super::apply::Entries;
use super::store::LocalStore;
use crate::error::StoreError;
use crate::log::confirmed::{Confirmed, Print, Tags};
use crate::log::entries::Entry;
use crate::sled::Changes;

/// Repositories confirmed in one write.
const AT_ONCE: usize = 500;

impl LocalStore {
    /// Confirms all observations that were seen again and of which the log does not
    /// know. Whoever calls writes.
    pub(super) fn confirm(&self) -> Result<(), StoreError> {
        loop {
            let repositories = self.index.unconfirmed(AT_ONCE)?;
            if repositories.is_empty() {
                return Ok(());
            }
            let (mut entries, mut changes) = (Entries { log: &self.log, block: Vec::new() }, Changes::default());
            for (repository, since) in repositories {
                for confirmed in self.confirmations(&repository, since)? {
                    entries.add(&Entry::Confirmed(confirmed))?;
                }
                changes.confirmed(&repository);
            }
            entries.finish()?;
            self.show(changes)?;
        }
    }

    /// What is to be said of a repository: an entry for each time that its tags
    /// were last seen at, from `since` on, the earlier first. Nearly always one.
    fn confirmations(&self, repository: &RepositoryName, since: Timestamp) -> Result<Vec<Confirmed>, StoreError> {
        let (mut total, mut times) = (0, BTreeMap::<Timestamp, usize>::new());
        self.index.each_open(repository, &mut |observation| {
            total += 1;
            if observation.last_seen >= since {
                *times.entry(observation.last_seen).or_default() += 1;
            }
        })?;
        let mut all = Vec::with_capacity(times.len());
        for (at, count) in times {
            let listed_are_in = count < total - count;
            let (mut listed, mut print) = (Vec::new(), Print::default());
            self.index.each_open(repository, &mut |observation: TagObservation| {
                let is_in = observation.last_seen == at;
                if is_in {
                    print.add(&observation);
                }
                if is_in == listed_are_in {
                    listed.push(observation.tag);
                }
            })?;
            let tags = if listed_are_in { Tags::Only(listed) } else { Tags::AllBut(listed) };
            all.push(Confirmed { repository: repository.clone(), at, tags, print });
        }
        Ok(all)
    }

    /// Does what an entry says, where it is about what is known; says whether it is.
    pub(super) fn confirmed(&self, entry: &Confirmed, changes: &mut Changes) -> Result<bool, StoreError> {
        let (mut print, mut open) = (Print::default(), Vec::new());
        self.index.each_open(&entry.repository, &mut |observation| {
            if entry.tags.contains(&observation.tag) {
                print.add(&observation);
                open.push(observation);
            }
        })?;
        if print != entry.print {
            return Ok(false);
        }
        for before in open {
            let after = TagObservation { last_seen: before.last_seen.max(entry.at), ..before.clone() };
            changes.observation(Some(&before), &after)?;
        }
        Ok(true)
    }
}
