//! Repositories as a whole.

use forebear_image::{RepositoryName, Timestamp};
use serde::{Deserialize, Serialize};

/// What is known of a repository as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryFacts {
    /// Its name.
    pub name: RepositoryName,
    /// Start of the last run that listed all its tags and walked all of them.
    pub complete_at: Option<Timestamp>,
}
