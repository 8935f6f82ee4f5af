//! What becomes of a run that meets a registry's limit.

use serde::{Deserialize, Serialize};

/// What becomes of a run that meets a registry's limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLimit {
    /// It ends, and a later one resumes it.
    #[default]
    Park,
    /// It waits until the registry takes requests again.
    Wait,
}
