//! What a tag led to, over time.

use forebear_image::{ManifestDigest, RepositoryName, Timestamp};
use serde::{Deserialize, Serialize};

/// A tag seen leading to a manifest, over one stretch of time.
///
/// Times are the starts of the runs that saw it, so that an interrupted run
/// that is resumed gives the same observations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TagObservation {
    /// Repository of the tag.
    pub repository: RepositoryName,
    /// The tag.
    pub tag: String,
    /// First run that saw it.
    pub first_seen: Timestamp,
    /// Last run that saw it.
    pub last_seen: Timestamp,
    /// What it led to.
    pub digest: ManifestDigest,
    /// Whether it is over: the tag moved or was deleted.
    pub ended: bool,
}
