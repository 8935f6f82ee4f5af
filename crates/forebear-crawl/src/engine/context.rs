//! What is the same for all that a run decides.

use forebear_image::{RegistryName, Timestamp};
use forebear_store::RunId;

use crate::selection::Selection;

/// A run, as those see it who decide what its outcomes mean.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub selection: Selection,
    /// Registry as it is asked, for failure records.
    pub registry: String,
    /// Name it is stored under.
    pub stored_as: RegistryName,
    pub run: RunId,
    /// Time of the run's observations.
    pub now: Timestamp,
    /// When this process began, for the delays of what failed before.
    pub begun: Timestamp,
    /// Whether what failed before is tried whatever its delay.
    pub retry_failed: bool,
    /// Whether an earlier process has walked a part of this run.
    pub resumed: bool,
}
