//! What is written at once.

use forebear_facts::{RepositoryFacts, RepositorySeen, TagObservation};
use forebear_image::{ConfigDigest, ConfigFacts, Digest, ManifestDigest, ManifestFacts};

use crate::absent::{AbsentTag, WalkedRepository};
use crate::failure::Failure;
use crate::lease::WorkerId;
use crate::run::RunId;
use crate::subject::Subject;
use crate::task::Task;

/// A manifest as it was fetched.
#[derive(Clone, Debug)]
pub struct NewManifest {
    /// Its digest, checked.
    pub digest: ManifestDigest,
    /// Its bytes.
    pub document: Vec<u8>,
    /// What it says.
    pub facts: ManifestFacts,
}

/// A config as it was fetched.
#[derive(Clone, Debug)]
pub struct NewConfig {
    /// Its digest, checked.
    pub digest: ConfigDigest,
    /// Its bytes.
    pub document: Vec<u8>,
    /// What it says.
    pub facts: ConfigFacts,
}

/// Bytes that are kept beside the facts made of them: an in-toto statement.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// Its digest, checked.
    pub digest: Digest,
    /// Its bytes.
    pub document: Vec<u8>,
}

impl NewManifest {
    /// About how many bytes of memory it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.document.len() + self.facts.weight()
    }
}

impl NewConfig {
    /// About how many bytes of memory it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.document.len() + self.facts.weight()
    }
}

/// Facts and frontier changes that are applied together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The run whose tasks these are.
    pub run: RunId,
    /// Who writes it, where tasks are claimed with it.
    pub worker: Option<WorkerId>,
    /// Fetched manifests.
    pub manifests: Vec<NewManifest>,
    /// Fetched configs.
    pub configs: Vec<NewConfig>,
    /// Other fetched documents.
    pub documents: Vec<NewDocument>,
    /// New or changed observations. One with the same repository, tag and
    /// first time replaces the stored one.
    pub observations: Vec<TagObservation>,
    /// New or changed repositories.
    pub repositories: Vec<RepositoryFacts>,
    /// What was seen of repositories, which is added to what is stored of it.
    pub seen: Vec<RepositorySeen>,
    /// Tasks to add; adding one that is there changes nothing.
    pub tasks: Vec<Task>,
    /// Tasks to add that [`Batch::worker`] goes on with at once. Of one that is there
    /// and another's, two take care.
    pub claimed: Vec<Task>,
    /// Tasks that are done, whatever came of them.
    pub done: Vec<Task>,
    /// Failures to record.
    pub failures: Vec<Failure>,
    /// Subjects that no longer fail.
    pub recovered: Vec<Subject>,
    /// Repositories whose tags this run has listed; forgotten when it ends.
    pub walked: Vec<WalkedRepository>,
    /// Tags that this run found listed and not there; forgotten when it ends.
    pub absent: Vec<AbsentTag>,
}

impl Batch {
    /// An empty batch of a run.
    #[must_use]
    pub fn of(run: RunId) -> Self {
        Self { run, ..Self::default() }
    }

    /// Adds what another batch of the same run holds, to be applied after this
    /// one's.
    pub fn append(&mut self, other: Self) {
        debug_assert!(other.run == self.run || other.run == RunId::default(), "one batch, one run");
        self.manifests.extend(other.manifests);
        self.configs.extend(other.configs);
        self.documents.extend(other.documents);
        self.observations.extend(other.observations);
        self.repositories.extend(other.repositories);
        self.seen.extend(other.seen);
        self.tasks.extend(other.tasks);
        self.done.extend(other.done);
        self.failures.extend(other.failures);
        self.recovered.extend(other.recovered);
        self.walked.extend(other.walked);
        self.absent.extend(other.absent);
        self.claimed.extend(other.claimed);
        self.worker = self.worker.or(other.worker);
    }

    /// About how many bytes of memory what was fetched takes in it.
    #[must_use]
    pub fn weight(&self) -> usize {
        let manifests: usize = self.manifests.iter().map(NewManifest::weight).sum();
        let configs: usize = self.configs.iter().map(NewConfig::weight).sum();
        let documents: usize = self.documents.iter().map(|document| document.document.len()).sum();
        manifests + configs + documents
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.manifests.is_empty()
            && self.configs.is_empty()
            && self.documents.is_empty()
            && self.observations.is_empty()
            && self.repositories.is_empty()
            && self.seen.is_empty()
            && self.tasks.is_empty()
            && self.claimed.is_empty()
            && self.done.is_empty()
            && self.failures.is_empty()
            && self.recovered.is_empty()
            && self.walked.is_empty()
            && self.absent.is_empty()
    }
}
