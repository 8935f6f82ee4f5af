//! What an outcome means: facts to store, tasks it makes, tasks it ends.

use std::collections::{BTreeMap, HashSet, VecDeque};

use forebear_facts::observe;
use forebear_image::{RegistryName, Timestamp};
use forebear_store::{Batch, FailureKind, RunId, Store, StoreError, Subject, Task};

use crate::progress::{Progress, Snapshot};
use crate::report::{TagCounts, Warning};
use crate::selection::Selection;

use super::fetch::Outcome;
use super::frontier::Frontier;
use super::lists::Steps;
use super::seen::Seen;
use super::tags::Listing;

/// Tasks or observations of one outcome that are written at once.
pub(super) const CHUNK: usize = 4_096;

/// Turns outcomes into a batch.
pub(super) struct Absorber<'a> {
    pub store: &'a dyn Store,
    pub selection: &'a Selection,
    pub progress: &'a dyn Progress,
    /// Registry as it is asked, for failure records.
    pub registry: String,
    /// Name it is stored under.
    pub stored_as: RegistryName,
    pub run: RunId,
    /// Time of the run's observations.
    pub now: Timestamp,
    /// When this process began, for the delays of what failed before.
    pub begun: Timestamp,
    /// Whether what failed before is tried whatever its delay.
    pub retry_failed: bool,
    pub counts: Counts,
    /// Images counted in this run.
    pub seen: Seen,
    /// Whether anything is on record as failing: if not, nobody need look.
    pub has_failures: bool,
    /// Subjects that failed in the batch in the making.
    pub failed: HashSet<Subject>,
    /// Tasks of the batch in the making.
    batched: HashSet<Task>,
    /// Pages of repositories so far.
    pages: Steps,
    /// Lists whose tags are not all on the frontier yet.
    pub listings: VecDeque<Listing>,
    /// Whether an earlier process has walked a part of this run.
    pub resumed: bool,
}

/// Counters of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub snapshot: Snapshot,
    pub manifests_new: u64,
    pub artifacts: u64,
    pub attestations: u64,
    pub other_platform: u64,
    pub tags: TagCounts,
    pub gone: u64,
    pub ended: u64,
    pub rejected_names: u64,
    pub delayed: u64,
    pub parked: u64,
    pub failures: BTreeMap<FailureKind, u64>,
    pub first_failure: Option<String>,
    pub warnings: Vec<Warning>,
    pub warned: u64,
}

impl<'a> Absorber<'a> {
    pub(super) fn new(
        store: &'a dyn Store,
        selection: &'a Selection,
        progress: &'a dyn Progress,
        (registry, stored_as): (String, RegistryName),
        (run, now): (RunId, Timestamp),
    ) -> Result<Self, StoreError> {
        let mut counts = Counts::default();
        counts.snapshot.open = store.pending_count(run)?;
        Ok(Self {
            store,
            selection,
            progress,
            registry,
            stored_as,
            run,
            now,
            begun: now,
            retry_failed: false,
            counts,
            seen: Seen::new(),
            has_failures: store.has_failures()?,
            failed: HashSet::new(),
            batched: HashSet::new(),
            pages: Steps::default(),
            listings: VecDeque::new(),
            resumed: false,
        })
    }

    /// Begins a new batch: the one before has been applied.
    pub(super) fn begin_batch(&mut self) {
        self.batched.clear();
        self.failed.clear();
    }

    /// Takes one outcome into the batch, with the task it ends.
    pub(super) fn absorb(
        &mut self,
        task: Task,
        outcome: Outcome,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<(), StoreError> {
        let subject = task.subject();
        match (&task, outcome) {
            (_, Outcome::Failed { kind, message }) => self.failed(subject.clone(), kind, &message, batch),
            (_, Outcome::Limited { .. }) => return Ok(()),
            (Task::Catalog { .. } | Task::Namespace { .. }, Outcome::Repositories { names, rejected, next }) => {
                self.rejected(&subject.to_string(), "repositories", &rejected);
                let is_empty = names.is_empty();
                for repository in names {
                    // A list that names one twice, on pages apart, has it walked once.
                    if self.selection.wants_repository(&repository) && !self.store.was_walked(self.run, &repository)? {
                        self.add(Task::Tags { repository }, batch, frontier)?;
                    }
                }
                match (self.pages.take(next.as_ref(), is_empty), next) {
                    (Err(why), _) => {
                        let message = format!("the list of repositories {why}");
                        self.failed(subject.clone(), FailureKind::Paging, &message, batch);
                    }
                    (Ok(()), Some(next)) => self.add(task.at_page(next.as_str()), batch, frontier)?,
                    (Ok(()), None) => self.ask_for_vanished(&task, batch, frontier)?,
                }
            }
            (Task::Tags { repository }, Outcome::Tags { tags, rejected, known }) => {
                self.rejected(&subject.to_string(), "tags", &rejected);
                // It ends when all its tags are on the frontier.
                if let Some(listing) = self.tags(repository, tags, known, batch, frontier)? {
                    return self.feed(listing, batch, frontier);
                }
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
                let last = self.store.last_observation(repository, tag)?;
                self.record(observe::absent(last), batch);
            }
            (Task::Manifest { repository, depth, .. }, Outcome::Manifest(manifest)) => {
                self.manifest(*manifest, repository, *depth, batch, frontier)?;
            }
            (Task::Attestation { subject, .. }, Outcome::Attestation(manifest, statement)) => {
                self.attestation(&task, *subject, (*manifest, statement), batch);
            }
            (Task::Config { .. }, Outcome::Config(config)) => {
                if !self.selection.wants_built(config.facts.platform.as_ref()) {
                    self.other_platform(&config.digest);
                } else if self.seen.first(&config.digest.0) {
                    self.counts.snapshot.images_new += 1;
                }
                batch.configs.push(*config);
            }
            // `fetch` answers each kind of task in kind.
            (_, _) => {}
        }
        self.ends(task, subject, batch)
    }

    /// Ends a task.
    pub(super) fn ends(&mut self, task: Task, subject: Subject, batch: &mut Batch) -> Result<(), StoreError> {
        if matches!(task, Task::Tags { .. }) {
            self.counts.snapshot.repositories_done += 1;
        }
        if self.has_failures && !self.failed.contains(&subject) && self.store.failure(&subject)?.is_some() {
            batch.recovered.push(subject);
        }
        self.counts.snapshot.open = self.counts.snapshot.open.saturating_sub(1);
        batch.done.push(task);
        Ok(())
    }

    /// Adds a task unless it is known already, or has failed and waits for its
    /// next try.
    pub(super) fn add(&mut self, task: Task, batch: &mut Batch, frontier: &mut Frontier) -> Result<(), StoreError> {
        if frontier.is_active(&task) || self.batched.contains(&task) {
            return Ok(());
        }
        // What is not in memory may be in the store.
        if frontier.is_spilled(task.stage()) && self.store.is_pending(self.run, &task)? {
            return Ok(());
        }
        if self.is_delayed(&task)? {
            return Ok(());
        }
        match task {
            Task::Tags { .. } => self.counts.snapshot.repositories += 1,
            Task::Tag { .. } => self.counts.snapshot.tags += 1,
            _ => {}
        }
        self.counts.snapshot.open += 1;
        self.batched.insert(task.clone());
        batch.tasks.push(task);
        if batch.tasks.len() >= CHUNK {
            self.spill(batch, frontier)?;
        }
        Ok(())
    }

    /// Writes the tasks and observations gathered so far: one outcome may make
    /// millions. The task that made them stays pending, so that a crash only
    /// makes them again.
    pub(super) fn spill(&mut self, batch: &mut Batch, frontier: &mut Frontier) -> Result<(), StoreError> {
        let tasks = std::mem::take(&mut batch.tasks);
        let observations = std::mem::take(&mut batch.observations);
        self.store.apply(Batch { tasks: tasks.clone(), observations, ..Batch::of(self.run) })?;
        self.batched.clear();
        tasks.into_iter().for_each(|task| frontier.push(task));
        Ok(())
    }
}
