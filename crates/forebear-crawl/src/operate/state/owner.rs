//! Who works in a data folder.

use forebear_image::Timestamp;
use serde::{Deserialize, Serialize};

/// Who works in a data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Its process id.
    pub process: u32,
    /// What it was asked to do: `run official-nightly`, `schedule jobs`.
    pub doing: String,
    /// Since when.
    pub since: Timestamp,
}
