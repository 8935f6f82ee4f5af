//! Tag lists and what tags lead to: observations begin, go on and end.

use forebear_facts::{Observed, RepositoryFacts, TagChange, TagObservation, observe};
use forebear_image::{ManifestDigest, RepositoryName};
use forebear_store::{Batch, FailureKind, StoreError, Subject, Task};

use crate::selection::TagList;

use super::absorb::{Absorber, CHUNK};
use super::frontier::{CAPACITY, Frontier};

/// Tags of a list that are put on the frontier at once: half of what it holds
/// in memory.
const FED_AT_ONCE: usize = CAPACITY / 2;

/// A list of tags on its way to the frontier. Millions of tasks in the store
/// would take longer to write than the first of them to carry out.
pub(super) struct Listing {
    facts: RepositoryFacts,
    tags: Box<TagList>,
    left: std::vec::IntoIter<u32>,
}

impl Absorber<'_> {
    /// Takes the whole list of a repository's tags; `None` where that is a
    /// failure.
    pub(super) fn tags(
        &mut self,
        repository: &RepositoryName,
        tags: Box<TagList>,
        known: bool,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<Option<Listing>, StoreError> {
        let before = self.store.repository(repository)?;
        if !known && before.is_none() && self.selection.names_repositories() {
            let message = format!("{} has no repository {}", self.registry, repository.path);
            self.failed(Subject::Repository(repository.clone()), FailureKind::NotFound, &message, batch);
            return Ok(None);
        }
        let choice = self.selection.choose(&tags);
        if choice.capped > 0 {
            let (walked, all) = (choice.positions.len(), choice.positions.len() + choice.capped);
            let message =
                format!("{all} tags, of which the newest {walked} are walked; {} are left out", choice.capped);
            self.counts.tags.capped += choice.capped as u64;
            self.warn(&repository.to_string(), "capped", message);
        }
        // Only a whole list, walked whole, says that what it lacks is gone.
        let narrowed = self.selection.narrows_tags() || choice.left_out > 0 || choice.capped > 0;
        if !narrowed {
            self.end_unlisted(repository, &tags, batch, frontier)?;
        }
        let complete_at = before.and_then(|before| before.complete_at);
        // A clock may have been set back since.
        let complete_at = if narrowed { complete_at } else { complete_at.max(Some(self.now)) };
        let facts = RepositoryFacts { name: repository.clone(), complete_at };
        Ok(Some(Listing { facts, tags, left: choice.positions.into_iter() }))
    }

    /// Puts the next tags of a list on the frontier, and ends its task with the
    /// last of them.
    ///
    /// Until then the task stays pending. A crash has the list fetched again:
    /// what this run has already looked at is then passed by.
    pub(super) fn feed(
        &mut self,
        mut listing: Listing,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<(), StoreError> {
        for position in listing.left.by_ref().take(FED_AT_ONCE) {
            let (repository, tag) = (&listing.facts.name, listing.tags.at(position));
            if self.resumed && self.was_looked_at(repository, tag, batch, frontier)? {
                continue;
            }
            self.add(Task::Tag { repository: repository.clone(), tag: tag.to_owned() }, batch, frontier)?;
        }
        if listing.left.len() > 0 {
            self.listings.push_back(listing);
            return Ok(());
        }
        let repository = listing.facts.name.clone();
        batch.repositories.push(listing.facts);
        batch.walked.push(repository.clone());
        let subject = Subject::Repository(repository.clone());
        self.ends(Task::Tags { repository }, subject, batch)
    }

    /// Whether it is known where a tag leads at the time of this run, so that it
    /// need not be asked for; what is missing below is then asked for.
    ///
    /// Another run of the same time may have looked at it, and have wanted less.
    fn was_looked_at(
        &mut self,
        repository: &RepositoryName,
        tag: &str,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<bool, StoreError> {
        let open = self.store.open_observation(repository, tag)?.filter(|open| open.last_seen == self.now);
        let Some(TagObservation { digest, .. }) = open else { return Ok(false) };
        let manifest = Task::Manifest { digest, repository: repository.clone(), depth: 0, tag: None };
        if self.store.manifest(&digest)?.is_some() {
            self.want_manifest(manifest, batch, frontier)?;
            return Ok(true);
        }
        // If this run does not have it to do already, nor has failed on it, only
        // the tag tells by which name to ask for it.
        Ok(frontier.is_active(&manifest)
            || self.store.is_pending(self.run, &manifest)?
            || self.is_delayed(&manifest)?)
    }

    fn end_unlisted(
        &mut self,
        repository: &RepositoryName,
        tags: &TagList,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<(), StoreError> {
        let mut after: Option<String> = None;
        loop {
            let open = self.store.open_observations(repository, after.as_deref(), CHUNK)?;
            let Some(last) = open.last() else { return Ok(()) };
            after = Some(last.tag.clone());
            for open in open {
                if !tags.contains(&open.tag) {
                    self.record(observe::absent(Some(open)), batch);
                }
            }
            if batch.observations.len() >= CHUNK {
                self.spill(batch, frontier)?;
            }
        }
    }

    /// Repositories that were walked before and that a whole catalog no longer
    /// lists are asked for their tags: the answer ends those they had.
    pub(super) fn ask_for_vanished(
        &mut self,
        task: &Task,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<(), StoreError> {
        let whole = matches!(task, Task::Catalog { .. });
        if !whole || self.selection.narrows_repositories() || self.selection.narrows_tags() {
            return Ok(());
        }
        let mut after: Option<RepositoryName> = None;
        loop {
            let repositories = self.store.repositories_of(&self.stored_as, after.as_ref(), CHUNK)?;
            let Some(last) = repositories.last() else { return Ok(()) };
            after = Some(last.name.clone());
            for RepositoryFacts { name, .. } in repositories {
                let listed = self.store.was_walked(self.run, &name)? || batch.walked.contains(&name);
                if !listed && !self.store.open_observations(&name, None, 1)?.is_empty() {
                    self.add(Task::Tags { repository: name }, batch, frontier)?;
                }
            }
        }
    }

    /// Records what a tag leads to at the time of this run.
    pub(super) fn observe(
        &mut self,
        repository: &RepositoryName,
        tag: &str,
        digest: ManifestDigest,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let last = self.store.last_observation(repository, tag)?;
        self.record(observe::present((repository, tag), last, digest, self.now), batch);
        Ok(())
    }

    /// Counts and writes what a look at a tag means.
    pub(super) fn record(&mut self, observed: Observed, batch: &mut Batch) {
        let tags = &mut self.counts.tags;
        match observed.change {
            Some(TagChange::New) => tags.new += 1,
            Some(TagChange::Unchanged) => tags.unchanged += 1,
            Some(TagChange::Moved) => tags.moved += 1,
            Some(TagChange::Gone) => tags.gone += 1,
            None => {}
        }
        self.counts.ended += u64::from(observed.ended.is_some());
        batch.observations.extend(observed.into_writes());
    }
}
