//! What tasks come to.

use forebear_image::{ManifestDigest, RepositoryName};
use forebear_registry::{PageCursor, ToldOf};
use forebear_store::{FailureKind, NewConfig, NewDocument, NewManifest};

use crate::selection::{Choice, Selection, TagList};

use super::children::Reached;
use super::listing::Listing;

/// What is decided on at once, counted in tasks that may be made and in
/// manifests that are looked up: it bounds memory, and how long a batch takes.
pub(super) const AT_ONCE: usize = 4_096;

/// What a task came to, or what is left of that: an outcome that would make
/// more at once than is held in memory is decided on piece by piece.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A page of the catalog or of a namespace.
    Repositories {
        names: std::vec::IntoIter<RepositoryName>,
        /// What the page tells of them.
        told: Vec<ToldOf>,
        rejected: Rejected,
        next: Next,
    },
    /// All tags of a repository; it has none when the registry does not know it.
    Tags { listed: Box<Listed>, rejected: Rejected, known: bool },
    /// What a tag leads to, with the manifest where it had to be fetched.
    Tag {
        digest: ManifestDigest,
        manifest: Option<Box<NewManifest>>,
        /// It can be asked for by its tag only.
        by_tag_only: bool,
    },
    /// The tag was listed and is not there.
    Absent,
    /// A manifest.
    Manifest(Box<NewManifest>),
    /// An attestation, with the statement that its facts are from.
    Attestation(Box<NewManifest>, Option<NewDocument>),
    /// A config.
    Config(Box<NewConfig>),
    /// The item failed; the run goes on.
    Failed { kind: FailureKind, message: String },
    /// The registry's limit: nothing more is to be sent.
    Limited { wait: Option<std::time::Duration>, message: String },
    /// A whole catalog was walked: repositories on record after this one may be
    /// listed no more.
    Vanished { after: Option<RepositoryName> },
    /// Tags of a list that are not on the frontier yet.
    Listing(Box<Listing>),
    /// Nothing was asked for: it is looked at again what lies below a manifest.
    Again,
    /// Manifests that it has not been asked of yet whether they are stored;
    /// then, what else is left.
    Below { reached: Vec<Reached>, then: Option<Box<Outcome>> },
}

/// The tags of a repository, and which of them are walked.
#[derive(Debug)]
pub(super) struct Listed {
    pub tags: TagList,
    pub choice: Choice,
}

impl Listed {
    /// Whether all tags are walked, so that those not listed are gone.
    pub(super) fn is_whole(&self, selection: &Selection) -> bool {
        !selection.narrows_tags() && self.choice.left_out == 0 && self.choice.capped == 0
    }
}

/// Where a list of repositories goes on.
#[derive(Debug)]
pub(super) enum Next {
    Page(PageCursor),
    End,
    /// Nowhere: what is wrong with it.
    Trap(String),
}

/// Names of a list that are left out.
#[derive(Debug, Default)]
pub(super) struct Rejected {
    /// How many break the grammar,
    pub count: u64,
    /// and the first of them.
    pub first: Vec<String>,
    /// How many are not below the prefix that is taken off.
    pub outside: u64,
}

impl Rejected {
    /// How many are kept, each cut to a hundred characters.
    const KEPT: usize = 10;

    pub(super) fn add(&mut self, names: Vec<String>) {
        self.count += names.len() as u64;
        let room = Self::KEPT.saturating_sub(self.first.len());
        self.first.extend(names.into_iter().take(room).map(|name| name.chars().take(100).collect()));
    }
}
