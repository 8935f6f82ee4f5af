//! What follows from an outcome.

use forebear_facts::{Observed, TagChange};
use forebear_image::json::OddField;
use forebear_image::{Digest, ManifestDigest};
use forebear_store::{Batch, Failure, FailureKind, Subject, Task};

use crate::report::TagCounts;

use super::context::Context;
use super::message;
use super::outcome::{Outcome, Rejected};

/// What an outcome changes. Nothing of it has happened yet.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// Facts, observations, failures and what recovered: written at once, with
    /// the end of the task and the tasks that it makes.
    pub writes: Batch,
    /// Tasks that the run does not have yet. One may be here twice.
    pub tasks: Vec<Task>,
    /// What is left of the outcome; the task ends with the last of it.
    pub rest: Option<Outcome>,
    /// Whether the task is to wait for others and be looked at once more.
    pub waits: bool,
    pub counts: Counts,
    /// Images that were met: each counts once in a run.
    pub images: Vec<(Digest, Met)>,
    /// What is no image and was set aside: each counts once in a run.
    pub artifacts: Vec<ManifestDigest>,
    /// What failed before and is left alone: each counts once in a run.
    pub left_alone: Vec<LeftAlone>,
    pub warnings: Vec<Warned>,
}

/// What an outcome adds to the counters of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub repositories_done: u64,
    pub tags_done: u64,
    pub tags: TagCounts,
    pub manifests_new: u64,
    pub attestations: u64,
    pub gone: u64,
    pub ended: u64,
    pub rejected_names: u64,
    pub outside_prefix: u64,
}

/// How an image was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// Now fetched.
    New,
    /// Stored before.
    Known,
    /// Nothing but its own config says that it is of a platform that is not
    /// walked. By then both its documents are here; they are kept as facts, and
    /// it counts neither as new nor as known.
    OtherPlatform,
}

/// An item that failed in an earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeftAlone {
    pub subject: Subject,
    /// Whether it is not tried any more; else it waits for its next try.
    pub parked: bool,
}

/// Something that the run leaves out by its own rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Warned {
    pub subject: String,
    pub kind: &'static str,
    pub message: String,
    /// Whether it is said once in a run: several tags may lead to it.
    pub once: bool,
}

impl Effects {
    /// Records a failure.
    pub(super) fn fail(&mut self, subject: Subject, kind: FailureKind, message: &str, context: &Context) {
        let message = message::cut(message);
        let met = (context.run, context.now);
        self.writes.failures.push(Failure::new(subject, &context.registry, (kind, &message), met));
    }

    /// Takes in what a look at a tag means.
    pub(super) fn observe(&mut self, seen: Observed) {
        let changes = &mut self.counts.tags;
        match seen.change {
            Some(TagChange::New) => changes.new += 1,
            Some(TagChange::Unchanged) => changes.unchanged += 1,
            Some(TagChange::Moved) => changes.moved += 1,
            Some(TagChange::Gone) => changes.gone += 1,
            None => {}
        }
        self.counts.ended += u64::from(seen.ended.is_some());
        self.writes.observations.extend(seen.into_writes());
    }

    pub(super) fn met(&mut self, image: Digest, how: Met) {
        self.images.push((image, how));
    }

    /// Says what the run leaves out by its own rules.
    pub(super) fn warn(&mut self, subject: &str, kind: &'static str, message: &str) {
        self.warnings.push(Warned { subject: subject.to_owned(), kind, message: message::cut(message), once: false });
    }

    /// As [`Self::warn`], of what several tags may lead to.
    pub(super) fn warn_once(&mut self, subject: &str, kind: &'static str, message: &str) {
        self.warnings.push(Warned { subject: subject.to_owned(), kind, message: message::cut(message), once: true });
    }

    /// Says what of a document is not what it should be. It is stored without
    /// that, so to ask again would change nothing.
    pub(super) fn odd(&mut self, document: &str, fields: &[OddField]) {
        if !fields.is_empty() {
            let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
            self.warn_once(document, "odd_field", &fields.join("; "));
        }
    }

    /// Says which names of a list are left out. To ask again would change
    /// nothing, so they are no failures.
    pub(super) fn rejected(&mut self, list: &str, what: &str, names: &Rejected) {
        self.counts.outside_prefix += names.outside;
        if names.count == 0 {
            return;
        }
        self.counts.rejected_names += names.count;
        let shown = |name: &String| format!("'{}'", forebear_image::escape::for_terminal(name, false));
        let shown: Vec<String> = names.first.iter().map(shown).collect();
        let count = names.count;
        let message = format!("{count} {what} as listed are no valid names and are left out: {}", shown.join(", "));
        self.warn(list, "invalid_name", &message);
    }
}
