//! A registry's own word that nothing is to be sent for a while, kept for the
//! processes to come.

use forebear_image::Timestamp;
use serde::{Deserialize, Serialize};

/// Until when a registry wants no request. Both times are the machine's clock,
/// in whole seconds, not a run's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Registry as it is asked.
    pub registry: String,
    /// When the registry said so.
    pub since: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// The registry's answer, as a sentence.
    pub reason: String,
}
