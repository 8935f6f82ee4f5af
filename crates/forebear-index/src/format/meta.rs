//! The index's description of itself, the one section that is JSON.

use forebear_image::Timestamp;
use serde::{Deserialize, Serialize};

/// The index's description of itself. Holds nothing that would differ between
/// two complete crawls of one registry state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// How many layer keys are diff_ids.
    pub diff_ids: u32,
    /// Start of the latest run whose observations it holds.
    pub observed_until: Option<Timestamp>,
    /// Blobs on whose diff_id two configs contradict each other; such a pair
    /// is not used.
    pub contradicted_blobs: u32,
    /// Images whose config was not read.
    pub unread_configs: u32,
    /// Records of the crawler's store that were damaged and given up: what they said
    /// may be missing. 0 for a store that never was damaged, and then not written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lost_records: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
