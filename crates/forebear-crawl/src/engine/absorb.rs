//! What an outcome means: facts to store, tasks it makes, tasks it ends.

use std::collections::{BTreeMap, HashSet};

use forebear_image::{
    ConfigDigest, Digest, ManifestDigest, ManifestFacts, RepositoryFacts, RepositoryName, TagObservation, Timestamp,
};
use forebear_store::{Batch, Failure, NewManifest, RunId, Store, StoreError, Task};

use crate::progress::{Progress, Snapshot};
use crate::selection::Selection;

use super::fetch::Outcome;
use super::frontier::Frontier;

/// Indexes inside indexes are followed this deep.
const MAX_DEPTH: u8 = 4;

/// Turns outcomes into a batch.
pub(super) struct Absorber<'a> {
    pub store: &'a dyn Store,
    pub selection: &'a Selection,
    pub progress: &'a dyn Progress,
    /// Registry as it is asked, for failure records.
    pub registry: String,
    /// Name it is stored under.
    pub stored_as: String,
    pub now: Timestamp,
    pub counts: Counts,
    /// Subjects on record as failing, which a success clears.
    pub failing: HashSet<String>,
    /// Tasks of the batch in the making.
    batched: HashSet<Task>,
    /// Images counted in this run, by the first bytes of their digest: a
    /// count, so that a collision costs one.
    seen: HashSet<u64>,
}

/// Counters of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub snapshot: Snapshot,
    pub manifests_new: u64,
    pub artifacts: u64,
    pub attestations: u64,
    pub gone: u64,
    pub ended: u64,
    pub rejected_names: u64,
    pub failures: BTreeMap<String, u64>,
    pub first_failure: Option<String>,
}

impl<'a> Absorber<'a> {
    pub(super) fn new(
        store: &'a dyn Store,
        selection: &'a Selection,
        progress: &'a dyn Progress,
        (registry, stored_as): (String, String),
        (run, now): (RunId, Timestamp),
    ) -> Result<Self, StoreError> {
        let failing = store.failures()?.into_iter().map(|failure| failure.subject).collect();
        let mut counts = Counts::default();
        counts.snapshot.open = store.pending_count(run)?;
        let seen = HashSet::new();
        let batched = HashSet::new();
        Ok(Self { store, selection, progress, registry, stored_as, now, counts, failing, batched, seen })
    }

    /// Begins a new batch: the one before has been applied.
    pub(super) fn begin_batch(&mut self) {
        self.batched.clear();
    }

    /// Takes one outcome into the batch, with the task it ends.
    pub(super) fn absorb(
        &mut self,
        task: Task,
        outcome: Outcome,
        batch: &mut Batch,
        frontier: &Frontier,
    ) -> Result<(), StoreError> {
        let subject = task.subject();
        match (&task, outcome) {
            (_, Outcome::Failed { kind, message }) => self.failed(&subject, kind, &message, batch),
            (_, Outcome::Limited { .. }) => return Ok(()),
            (Task::Catalog { .. }, Outcome::Catalog { repositories, rejected, next }) => {
                self.rejected("repository", &rejected, batch);
                for repository in repositories {
                    if self.selection.wants_repository(&repository) {
                        self.add(Task::Tags { repository }, batch, frontier);
                    }
                }
                match next {
                    Some(next) => {
                        self.add(Task::Catalog { cursor: Some(next.as_str().to_owned()) }, batch, frontier);
                    }
                    None => self.ask_for_vanished(batch, frontier)?,
                }
            }
            (Task::Tags { repository }, Outcome::Tags { tags, rejected, known }) => {
                self.rejected("tag", &rejected, batch);
                self.tags(repository, tags, known, batch, frontier)?;
            }
            (Task::Tag { repository, tag }, Outcome::Tag { digest, manifest, by_tag_only }) => {
                self.observe(repository, tag, digest, batch)?;
                match manifest {
                    Some(manifest) => self.manifest(*manifest, repository, 0, batch, frontier)?,
                    None => {
                        let tag = by_tag_only.then(|| tag.clone());
                        let task = Task::Manifest { digest, repository: repository.clone(), depth: 0, tag };
                        self.want_manifest(task, batch, frontier)?;
                    }
                }
                self.counts.snapshot.tags_done += 1;
            }
            (Task::Tag { repository, tag }, Outcome::Gone) => {
                self.counts.gone += 1;
                self.counts.snapshot.tags_done += 1;
                if let Some(open) = self.store.open_observation(repository, tag)? {
                    self.end(open, batch);
                }
            }
            (Task::Manifest { repository, depth, .. }, Outcome::Manifest(manifest)) => {
                self.manifest(*manifest, repository, *depth, batch, frontier)?;
            }
            (Task::Attestation { subject, .. }, Outcome::Attestation(manifest, statement)) => {
                self.attestation(&task, *subject, (*manifest, statement), batch);
            }
            (Task::Config { .. }, Outcome::Config(config)) => {
                if self.is_first(&config.digest.0) {
                    self.counts.snapshot.images_new += 1;
                }
                batch.configs.push(*config);
            }
            // `fetch` answers each kind of task in kind.
            (_, _) => {}
        }
        if matches!(task, Task::Tags { .. }) {
            self.counts.snapshot.repositories_done += 1;
        }
        let failed_now = batch.failures.last().is_some_and(|failure| failure.subject == subject);
        if !failed_now && self.failing.remove(&subject) {
            batch.recovered.push(subject);
        }
        self.counts.snapshot.open = self.counts.snapshot.open.saturating_sub(1);
        batch.done.push(task);
        Ok(())
    }

    /// Adds a task unless it is known already.
    pub(super) fn add(&mut self, task: Task, batch: &mut Batch, frontier: &Frontier) {
        if frontier.is_active(&task) || !self.batched.insert(task.clone()) {
            return;
        }
        match task {
            Task::Tags { .. } => self.counts.snapshot.repositories += 1,
            Task::Tag { .. } => self.counts.snapshot.tags += 1,
            _ => {}
        }
        self.counts.snapshot.open += 1;
        batch.tasks.push(task);
    }

    fn tags(
        &mut self,
        repository: &RepositoryName,
        tags: Vec<String>,
        known: bool,
        batch: &mut Batch,
        frontier: &Frontier,
    ) -> Result<(), StoreError> {
        let before = self.store.repository(repository)?;
        if !known && before.is_none() && self.selection.exact_repositories().is_some() {
            let message = format!("{} has no repository {}", self.registry, repository.path);
            self.failed(&repository.to_string(), "not_found", &message, batch);
            return Ok(());
        }
        let listed: HashSet<&str> = tags.iter().map(String::as_str).collect();
        let narrowed = self.selection.narrows_tags();
        // Only a whole listing says that what it does not list is gone.
        if !narrowed {
            for open in self.store.open_observations(repository)? {
                if !listed.contains(open.tag.as_str()) {
                    self.end(open, batch);
                }
            }
        }
        let complete_at = if narrowed { before.and_then(|before| before.complete_at) } else { Some(self.now) };
        batch.repositories.push(RepositoryFacts { name: repository.clone(), complete_at });
        for tag in tags {
            if self.selection.wants_tag(&tag) {
                self.add(Task::Tag { repository: repository.clone(), tag }, batch, frontier);
            }
        }
        Ok(())
    }

    /// Repositories that were walked before and that a whole catalog no longer
    /// lists are asked for their tags: the answer ends those they had.
    fn ask_for_vanished(&mut self, batch: &mut Batch, frontier: &Frontier) -> Result<(), StoreError> {
        if self.selection.narrows_repositories() {
            return Ok(());
        }
        for repository in self.store.repositories_of(&self.stored_as)? {
            if repository.complete_at != Some(self.now) {
                self.add(Task::Tags { repository: repository.name }, batch, frontier);
            }
        }
        Ok(())
    }

    /// Records what a tag leads to at the time of this run.
    fn observe(
        &mut self,
        repository: &RepositoryName,
        tag: &str,
        digest: ManifestDigest,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let open = self.store.open_observation(repository, tag)?;
        let first_seen = match open {
            Some(open) if open.digest == digest => open.first_seen,
            Some(open) => {
                let first_seen = self.now.max(open.first_seen);
                self.end(open, batch);
                first_seen
            }
            None => self.now,
        };
        batch.observations.push(TagObservation {
            repository: repository.clone(),
            tag: tag.to_owned(),
            first_seen,
            last_seen: self.now.max(first_seen),
            digest,
            ended: false,
        });
        Ok(())
    }

    fn end(&mut self, open: TagObservation, batch: &mut Batch) {
        self.counts.ended += 1;
        batch.observations.push(TagObservation { ended: true, ..open });
    }

    /// Stores a manifest and asks for what lies below it.
    fn manifest(
        &mut self,
        manifest: NewManifest,
        repository: &RepositoryName,
        depth: u8,
        batch: &mut Batch,
        frontier: &Frontier,
    ) -> Result<(), StoreError> {
        match &manifest.facts {
            ManifestFacts::Schema1 { .. } if self.is_first(&manifest.digest.0) => self.counts.snapshot.images_new += 1,
            ManifestFacts::Artifact { .. } if self.is_attestation(&manifest.digest, batch)? => return Ok(()),
            ManifestFacts::Artifact { .. } => self.counts.artifacts += 1,
            _ => {}
        }
        self.counts.manifests_new += 1;
        self.below(&manifest.facts, repository, depth, batch, frontier)?;
        batch.manifests.push(manifest);
        Ok(())
    }

    /// Asks for a manifest, or, where it is stored, for whatever is missing
    /// below it.
    fn want_manifest(&mut self, task: Task, batch: &mut Batch, frontier: &Frontier) -> Result<(), StoreError> {
        let Task::Manifest { digest, repository, depth, .. } = &task else { return Ok(()) };
        let (digest, repository, depth) = (*digest, repository.clone(), *depth);
        if frontier.is_active(&task) {
            return Ok(());
        }
        match self.store.manifest(&digest)? {
            None => self.add(task, batch, frontier),
            Some(facts) => {
                if matches!(facts, ManifestFacts::Schema1 { .. }) && self.is_first(&digest.0) {
                    self.counts.snapshot.images_known += 1;
                }
                self.below(&facts, &repository, depth, batch, frontier)?;
            }
        }
        Ok(())
    }

    /// Asks for children and config of a manifest where they are not stored.
    fn below(
        &mut self,
        facts: &ManifestFacts,
        repository: &RepositoryName,
        depth: u8,
        batch: &mut Batch,
        frontier: &Frontier,
    ) -> Result<(), StoreError> {
        match facts {
            ManifestFacts::Image(image) => self.want_config(image.config, repository, batch, frontier)?,
            ManifestFacts::Index { children, .. } if depth >= MAX_DEPTH => {
                let message = format!("an index inside {depth} others; its {} entries are left out", children.len());
                self.failed(&repository.to_string(), "nesting", &message, batch);
            }
            ManifestFacts::Index { children, .. } => {
                for child in children {
                    if !child.is_attestation() && self.selection.wants_platform(child.platform.as_ref()) {
                        let (digest, repository) = (child.digest, repository.clone());
                        let task = Task::Manifest { digest, repository, depth: depth + 1, tag: None };
                        self.want_manifest(task, batch, frontier)?;
                    }
                }
                self.want_attestations(children, repository, batch, frontier)?;
            }
            ManifestFacts::Schema1 { .. } | ManifestFacts::Artifact { .. } | ManifestFacts::Attestation { .. } => {}
        }
        Ok(())
    }

    fn want_config(
        &mut self,
        digest: ConfigDigest,
        repository: &RepositoryName,
        batch: &mut Batch,
        frontier: &Frontier,
    ) -> Result<(), StoreError> {
        if !self.store.has_config(&digest)? {
            self.add(Task::Config { digest, repository: repository.clone() }, batch, frontier);
        } else if self.is_first(&digest.0) {
            self.counts.snapshot.images_known += 1;
        }
        Ok(())
    }

    fn is_first(&mut self, digest: &Digest) -> bool {
        let head = digest.as_bytes().first_chunk::<8>().copied().unwrap_or_default();
        self.seen.insert(u64::from_le_bytes(head))
    }

    fn rejected(&mut self, what: &str, names: &[String], batch: &mut Batch) {
        self.counts.rejected_names += names.len() as u64;
        for name in names.iter().take(10) {
            let shown: String = forebear_image::escape::for_terminal(name, false).chars().take(100).collect();
            let message = format!("the registry lists a {what} '{shown}', which is no valid name; it is left out");
            self.failed(&format!("{what} '{shown}'"), "invalid_name", &message, batch);
        }
    }

    pub(super) fn failed(&mut self, subject: &str, kind: &str, message: &str, batch: &mut Batch) {
        self.counts.snapshot.failures += 1;
        *self.counts.failures.entry(kind.to_owned()).or_default() += 1;
        self.counts.first_failure.get_or_insert_with(|| format!("{subject}: {message}"));
        self.progress.failed(subject, message);
        self.failing.insert(subject.to_owned());
        batch.failures.push(Failure {
            subject: subject.to_owned(),
            registry: self.registry.clone(),
            kind: kind.to_owned(),
            message: message.to_owned(),
            at: self.now,
            tries: 1,
        });
    }
}
