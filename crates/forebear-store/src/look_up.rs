//! Many keys asked for at once: what a chunk of outcomes needs to know.

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, ManifestDigest, ManifestFacts, Platform, RepositoryName};

use crate::failure::Failure;
use crate::run::RunId;
use crate::subject::Subject;
use crate::task::Task;

/// What to look up. Keys of a kind may repeat.
#[derive(Clone, Debug, Default)]
pub struct Keys<'a> {
    /// The run that `walked`, `absent` and `tasks` are about.
    pub run: RunId,
    /// Manifests: what they say.
    pub manifests: Vec<ManifestDigest>,
    /// Configs: whether they are stored.
    pub configs: Vec<ConfigDigest>,
    /// Whether to say of stored configs for which platform they are. That costs
    /// reading them.
    pub platforms: bool,
    /// Tags: their latest observations, over or not.
    pub tags: Vec<(&'a RepositoryName, &'a str)>,
    /// Repositories: what is known of them.
    pub repositories: Vec<&'a RepositoryName>,
    /// Repositories: whether the run has listed their tags.
    pub walked: Vec<&'a RepositoryName>,
    /// Tags: whether the run has found them listed and not there.
    pub absent: Vec<(&'a RepositoryName, &'a str)>,
    /// Repositories: whether a tag of theirs has an observation that is not over.
    pub populated: Vec<&'a RepositoryName>,
    /// Repositories: their observations that are not over, in the order of tags,
    /// of those after the tag given.
    pub open: Vec<(&'a RepositoryName, Option<&'a str>)>,
    /// The most observations that are read for `open`, all together.
    pub most_open: usize,
    /// Subjects: their failures on record.
    pub failures: Vec<Subject>,
    /// Tasks: whether they are pending.
    pub tasks: Vec<Task>,
}

/// A config that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConfig {
    /// What it says of its platform, if that was asked for.
    pub platform: Option<Platform>,
}

/// What was found: an answer for each key, in the order of [`Keys`].
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Of [`Keys::manifests`].
    pub manifests: Vec<Option<ManifestFacts>>,
    /// Of [`Keys::configs`].
    pub configs: Vec<Option<StoredConfig>>,
    /// Of [`Keys::tags`].
    pub tags: Vec<Option<TagObservation>>,
    /// Of [`Keys::repositories`].
    pub repositories: Vec<Option<RepositoryFacts>>,
    /// Of [`Keys::walked`].
    pub walked: Vec<bool>,
    /// Of [`Keys::absent`].
    pub absent: Vec<bool>,
    /// Of [`Keys::populated`].
    pub populated: Vec<bool>,
    /// Of [`Keys::open`]. Where the limit is met, the last answer may lack its
    /// end, and there are none for what comes after it.
    pub open: Vec<Vec<TagObservation>>,
    /// Of [`Keys::failures`].
    pub failures: Vec<Option<Failure>>,
    /// Of [`Keys::tasks`].
    pub tasks: Vec<bool>,
}
