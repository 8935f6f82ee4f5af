//! What a run has done so far, in numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use forebear_image::{Digest, ManifestDigest, RepositoryName};
use forebear_registry::Quota;
use forebear_store::{Failure, FailureKind, Task};

use crate::progress::{Progress, PullsLeft, Snapshot};
use crate::report::{TagCounts, Warning};

use super::digest_filter::DigestFilter;
use super::effects::{Counts, Effects, LeftAlone, Met, Warned};

/// Warnings kept; the rest is counted.
const WARNINGS: usize = 100;

/// Counters of a run, told to whoever watches.
pub(super) struct Tally<'a> {
    progress: &'a dyn Progress,
    pub snapshot: Snapshot,
    /// What earlier processes did of the run.
    pub before: Snapshot,
    /// Lists of repositories that are not at their end.
    lists: u64,
    /// All but what is in the snapshot.
    pub counts: Counts,
    pub other_platform: u64,
    pub artifacts: u64,
    pub delayed: u64,
    pub parked: u64,
    pub failures: BTreeMap<FailureKind, u64>,
    pub first_failure: Option<String>,
    pub warnings: Vec<Warning>,
    pub warned: u64,
    /// Repositories of which most tags were listed and not found.
    pub outages: u64,
    /// What has been counted, or said.
    counted: DigestFilter,
}

impl<'a> Tally<'a> {
    /// Of a run that has this much to do, after what was done `before`.
    pub(super) fn new(progress: &'a dyn Progress, open: u64, before: Snapshot) -> Self {
        Self {
            progress,
            snapshot: Snapshot { open, held_until: None, quota: None, ..before },
            before,
            lists: 0,
            counts: Counts::default(),
            other_platform: 0,
            artifacts: 0,
            delayed: 0,
            parked: 0,
            failures: BTreeMap::new(),
            first_failure: None,
            warnings: Vec::new(),
            warned: 0,
            outages: 0,
            counted: DigestFilter::new(),
        }
    }

    /// Counts what follows from an outcome.
    pub(super) fn add(&mut self, effects: &Effects) {
        self.counts += effects.counts;
        self.snapshot.repositories_done = self.before.repositories_done + self.counts.repositories_done;
        self.snapshot.tags_done = self.before.tags_done + self.counts.tags_done;
        effects.writes.failures.iter().for_each(|failure| self.failed(failure));
        effects.warnings.iter().for_each(|warned| self.warn(warned));
        effects.images.iter().for_each(|(digest, how)| self.met(digest, *how));
        effects.artifacts.iter().for_each(|digest| self.set_aside(*digest));
        effects.left_alone.iter().for_each(|item| self.left_alone(item));
        effects.tasks.iter().for_each(|task| self.added(task));
        if effects.rest.is_none() && !effects.waits {
            self.snapshot.open = self.snapshot.open.saturating_sub(1);
        }
    }

    /// Counts what follows at the end of a run, of tasks that were counted.
    pub(super) fn settled(&mut self, effects: &Effects) {
        self.counts += effects.counts;
    }

    /// Says that most tags of a repository were listed and not found.
    pub(super) fn outage(&mut self, repository: &RepositoryName, absent: u64, listed: u64) {
        self.outages += 1;
        let message = format!(
            "listed and not found: {absent} of {listed} tags of {}; a proxy whose upstream is limited? \
             None of them is taken for gone, and the next run asks again",
            repository.path
        );
        self.warn(&Warned { subject: repository.to_string(), kind: "outage", message, once: false });
    }

    /// Counts the first tasks of a run, which were named and not found, and those
    /// that are left alone.
    pub(super) fn begin(&mut self, tasks: &[Task], left_alone: &[LeftAlone]) {
        left_alone.iter().for_each(|item| self.left_alone(item));
        tasks.iter().for_each(|task| self.added(task));
    }

    /// Counts lists of repositories that an earlier process left.
    pub(super) fn resume(&mut self, lists: u64) {
        self.lists = lists;
        self.snapshot.listing = lists > 0;
    }

    /// A task has come to its end.
    pub(super) fn ended(&mut self, task: &Task) {
        if is_list(task) {
            self.lists = self.lists.saturating_sub(1);
            self.snapshot.listing = self.lists > 0;
        }
    }

    /// Counts a task that the run now has to do.
    fn added(&mut self, task: &Task) {
        match task {
            Task::Tags { .. } => self.snapshot.repositories += 1,
            Task::Tag { .. } => self.snapshot.tags += 1,
            Task::Catalog { .. } | Task::Namespace { .. } => {
                self.lists += 1;
                self.snapshot.listing = true;
            }
            Task::Manifest { .. } | Task::Config { .. } | Task::Attestation { .. } | Task::Again { .. } => {}
        }
        self.snapshot.open += 1;
    }

    /// Counts an item that failed before and is left alone.
    fn left_alone(&mut self, item: &LeftAlone) {
        // Several tags may lead to one of them.
        if self.counted.first(&Digest::sha256(item.subject.to_string().as_bytes())) {
            *(if item.parked { &mut self.parked } else { &mut self.delayed }) += 1;
        }
    }

    /// Says what the run leaves out by its own rules.
    pub(super) fn warn(&mut self, warned: &Warned) {
        let Warned { subject, kind, message, once } = warned;
        if *once && !self.counted.first(&Digest::sha256(format!("{kind} {subject}").as_bytes())) {
            return;
        }
        self.warned += 1;
        self.progress.warned(subject, message);
        if self.warnings.len() < WARNINGS {
            self.warnings.push(Warning { subject: subject.clone(), kind, message: message.clone() });
        }
    }

    /// Tells where the run is.
    pub(super) fn tell(&self) {
        self.progress.update(&self.snapshot);
    }

    /// Tells where the run is, after so many requests of this process.
    pub(super) fn tell_with(&mut self, requests: u64, quota: Option<Quota>) {
        self.snapshot.requests = self.before.requests + requests;
        self.snapshot.quota = quota.as_ref().map(PullsLeft::of);
        self.tell();
    }

    /// Tells that the run waits for so many requests before it ends.
    pub(super) fn stopping(&self, in_flight: usize, within: Duration) {
        self.progress.stopping(in_flight, within.as_secs());
    }

    fn failed(&mut self, failure: &Failure) {
        let Failure { subject, kind, message, .. } = failure;
        self.snapshot.failures += 1;
        *self.failures.entry(kind.clone()).or_default() += 1;
        self.first_failure.get_or_insert_with(|| format!("{subject}: {message}"));
        self.progress.failed(&subject.to_string(), message);
    }

    fn set_aside(&mut self, artifact: ManifestDigest) {
        // An index may list what a tag leads to.
        if self.counted.first(&artifact.0) {
            self.artifacts += 1;
        }
    }

    fn met(&mut self, digest: &Digest, how: Met) {
        if self.counted.first(digest) {
            *(match how {
                Met::New => &mut self.snapshot.images_new,
                Met::Known => &mut self.snapshot.images_known,
                Met::OtherPlatform => &mut self.other_platform,
            }) += 1;
        }
    }
}

fn is_list(task: &Task) -> bool {
    matches!(task, Task::Catalog { .. } | Task::Namespace { .. })
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.repositories_done += more.repositories_done;
        self.tags_done += more.tags_done;
        self.tags += more.tags;
        self.manifests_new += more.manifests_new;
        self.attestations += more.attestations;
        self.gone += more.gone;
        self.ended += more.ended;
        self.rejected_names += more.rejected_names;
        self.outside_prefix += more.outside_prefix;
    }
}

impl std::ops::AddAssign for TagCounts {
    fn add_assign(&mut self, more: Self) {
        self.unchanged += more.unchanged;
        self.moved += more.moved;
        self.new += more.new;
        self.gone += more.gone;
        self.capped += more.capped;
    }
}
