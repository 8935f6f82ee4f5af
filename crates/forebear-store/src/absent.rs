//! Tags that were listed and not found, until the run has ended.

use forebear_image::RepositoryName;

/// A tag that a run found on a list, and not when it asked for it. Whether it is
/// gone is known when all tags of its repository have been asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AbsentTag {
    /// Of which repository.
    pub repository: RepositoryName,
    /// Which.
    pub tag: String,
}

/// A repository whose tags a run has listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkedRepository {
    /// Which.
    pub name: RepositoryName,
    /// How many tags of the list the run asks for.
    pub tags: u64,
}

/// What a run has noted of a repository whose tags it has listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walked {
    /// How many tags of the list the run asks for; `None` where a version that did
    /// not count them has begun the run.
    pub tags: Option<u64>,
}
