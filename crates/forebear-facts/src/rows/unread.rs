//! What a crawl wanted and did not get.

/// How much of one kind could not be read of a repository, for one reason, when the
/// last run ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadRow {
    /// Full name of the repository; of what belongs to none, the registry's name.
    pub of: String,
    /// What: `list`, `tag`, `manifest`, `config`.
    pub what: String,
    /// Why, as a code: of a failure, or `not_reached` where a run ended before it.
    pub why: String,
    /// How many.
    pub count: u64,
}
