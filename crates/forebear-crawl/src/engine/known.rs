//! What the run knows when it decides on an outcome: what the store holds of
//! all that a chunk of outcomes speaks of, and what those of the chunk that were
//! decided on before have changed.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, ManifestDigest, RepositoryName};
use forebear_store::{AbsentTag, Failure, Stage, StoredConfig, Subject, Task};

use crate::selection::Selection;

use super::children::Children;
use super::effects::Effects;
use super::frontier::Frontier;

/// What was looked up. What was not asked for is in none of the maps.
#[derive(Debug, Default)]
pub(super) struct LookedUp {
    pub manifests: HashMap<ManifestDigest, Option<Children>>,
    /// How much these take ([`Children::weight`]).
    pub entries: usize,
    pub configs: HashMap<ConfigDigest, Option<StoredConfig>>,
    /// The latest observations of tags.
    pub tags: HashMap<RepositoryName, HashMap<String, Option<TagObservation>>>,
    pub repositories: HashMap<RepositoryName, RepositoryFacts>,
    /// Repositories whose tags this run has listed.
    pub walked: HashSet<RepositoryName>,
    /// Tags that this run has found absent.
    pub absent: HashMap<RepositoryName, HashSet<String>>,
    /// Repositories with observations that are not over.
    pub populated: HashSet<RepositoryName>,
    pub open: HashMap<RepositoryName, OpenTags>,
    /// Repositories on record, after one that a [`super::outcome::Outcome::Vanished`] names.
    pub on_record: Vec<RepositoryName>,
    pub failures: HashMap<Subject, Failure>,
    /// Tasks that are pending in the store, as [`Frontier`] tells them apart.
    pub pending: HashSet<(Stage, String)>,
}

/// Observations of one repository that are not over, of a range of its tags.
#[derive(Debug, Default)]
pub(super) struct OpenTags {
    pub tags: BTreeMap<String, TagObservation>,
    /// The range begins behind this tag.
    pub after: Option<String>,
    /// The last tag of the range; `None` where it goes to the end.
    pub last: Option<String>,
}

impl OpenTags {
    fn covers(&self, tag: &str) -> bool {
        self.after.as_deref().is_none_or(|after| tag > after) && self.last.as_deref().is_none_or(|last| tag <= last)
    }
}

/// Whether a manifest is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manifest<'a> {
    /// It was not looked up: there was too much below what was.
    Unasked,
    Absent,
    Stored(&'a Children),
}

/// Whether the run has a task to do already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnderWay {
    No,
    /// It is asked of the same repository.
    Here,
    /// It is asked of another repository, or of one that is not known.
    Elsewhere,
}

/// What is known when an outcome is decided on.
pub(super) struct Known<'a> {
    stored: LookedUp,
    /// Tasks in memory or being fetched. Those of a chunk are until all of it
    /// is written.
    frontier: &'a Frontier,
    /// Tasks that the chunk has made, and of which repository they are asked.
    made: HashMap<(Stage, String), Option<RepositoryName>>,
    /// Subjects that failed in this chunk.
    failed: HashSet<Subject>,
}

impl<'a> Known<'a> {
    pub(super) fn new(stored: LookedUp, frontier: &'a Frontier) -> Self {
        Self { stored, frontier, made: HashMap::new(), failed: HashSet::new() }
    }

    pub(super) fn manifest(&self, digest: &ManifestDigest) -> Manifest<'_> {
        match self.stored.manifests.get(digest) {
            None => Manifest::Unasked,
            Some(None) => Manifest::Absent,
            Some(Some(children)) => Manifest::Stored(children),
        }
    }

    pub(super) fn config(&self, digest: &ConfigDigest) -> Option<&StoredConfig> {
        debug_assert!(self.stored.configs.contains_key(digest), "{digest} was not looked up");
        self.stored.configs.get(digest)?.as_ref()
    }

    /// The latest observation of a tag, over or not.
    pub(super) fn observation(&self, repository: &RepositoryName, tag: &str) -> Option<&TagObservation> {
        let tags = self.stored.tags.get(repository);
        debug_assert!(tags.is_some_and(|tags| tags.contains_key(tag)), "{repository}:{tag} was not looked up");
        tags?.get(tag)?.as_ref()
    }

    /// Some of a repository's observations that are not over.
    pub(super) fn open(&self, repository: &RepositoryName) -> Option<&OpenTags> {
        self.stored.open.get(repository)
    }

    pub(super) fn repository(&self, name: &RepositoryName) -> Option<&RepositoryFacts> {
        self.stored.repositories.get(name)
    }

    /// Whether this run has listed a repository's tags.
    pub(super) fn was_walked(&self, name: &RepositoryName) -> bool {
        self.stored.walked.contains(name)
    }

    /// Whether this run has found a tag absent.
    pub(super) fn is_absent(&self, repository: &RepositoryName, tag: &str) -> bool {
        self.stored.absent.get(repository).is_some_and(|tags| tags.contains(tag))
    }

    /// Whether a tag of a repository has an observation that is not over.
    pub(super) fn is_populated(&self, name: &RepositoryName) -> bool {
        self.stored.populated.contains(name)
    }

    pub(super) fn on_record(&self) -> &[RepositoryName] {
        &self.stored.on_record
    }

    /// The failure of an item as earlier chunks and runs left it.
    pub(super) fn failure(&self, subject: &Subject) -> Option<&Failure> {
        self.stored.failures.get(subject)
    }

    /// Whether anything that was looked up fails.
    pub(super) fn has_failures(&self) -> bool {
        !self.stored.failures.is_empty() || !self.failed.is_empty()
    }

    /// Whether an item failed in this very chunk.
    pub(super) fn has_failed(&self, subject: &Subject) -> bool {
        self.failed.contains(subject)
    }

    /// Whether a task waits in memory or is being fetched.
    pub(super) fn active(&self, task: &Task) -> UnderWay {
        match self.frontier.asked_of(&(task.stage(), task.identity())) {
            None => UnderWay::No,
            Some(repository) if repository == task.repository() => UnderWay::Here,
            Some(_) => UnderWay::Elsewhere,
        }
    }

    /// Whether the run has a task to do already.
    pub(super) fn to_do(&self, task: &Task) -> UnderWay {
        let active = self.active(task);
        if active != UnderWay::No {
            return active;
        }
        let key = (task.stage(), task.identity());
        match self.made.get(&key) {
            Some(repository) if repository.as_ref() == task.repository() => UnderWay::Here,
            Some(_) => UnderWay::Elsewhere,
            None if self.stored.pending.contains(&key) => UnderWay::Elsewhere,
            None => UnderWay::No,
        }
    }

    /// Takes in what an outcome of the chunk changes, and leaves of the tasks it
    /// makes those that the run does not have yet.
    pub(super) fn learn(&mut self, effects: &mut Effects, selection: &Selection) {
        let Self { stored, made, failed, .. } = self;
        let mut is_new = |task: &Task| match made.entry((task.stage(), task.identity())) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(task.repository().cloned());
                true
            }
        };
        effects.tasks.retain(&mut is_new);
        let writes = &effects.writes;
        failed.extend(writes.failures.iter().map(|failure| failure.subject.clone()));
        for manifest in &writes.manifests {
            stored.manifests.insert(manifest.digest, Some(Children::of(&manifest.facts, selection)));
        }
        stored.walked.extend(writes.walked.iter().map(|walked| walked.name.clone()));
        for AbsentTag { repository, tag } in &writes.absent {
            stored.absent.entry(repository.clone()).or_default().insert(tag.clone());
        }
        for observation in &writes.observations {
            observe(stored, observation);
        }
    }
}

/// Takes in an observation as it will be stored.
fn observe(stored: &mut LookedUp, new: &TagObservation) {
    if let Some(known) = stored.tags.get_mut(&new.repository).and_then(|tags| tags.get_mut(&new.tag)) {
        // Those that end come before those that begin.
        *known = Some(new.clone());
    }
    if let Some(open) = stored.open.get_mut(&new.repository).filter(|open| open.covers(&new.tag)) {
        if new.ended {
            open.tags.remove(&new.tag);
        } else {
            open.tags.insert(new.tag.clone(), new.clone());
        }
    }
}
