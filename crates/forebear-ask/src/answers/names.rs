//! The names an image carried, over time.

use forebear_image::{ManifestDigest, Timestamp};
use forebear_index::names::{NameOverTime, Role, RoleOf, roles};
use serde::Serialize;

/// One name that an image carries or carried.
#[derive(Clone, Debug, Serialize)]
pub struct NameAnswer {
    /// Repository and tag.
    pub name: String,
    /// Start of the run that first saw it here, in the last period in which it was.
    pub since: Timestamp,
    /// Start of the run that saw it here last; `None` while it still is.
    pub until: Option<Timestamp>,
    /// It leads to another build for this platform.
    pub moved: bool,
    /// The tag is not there any more.
    pub gone: bool,
    /// What it leads to now for this platform.
    pub now_digest: Option<ManifestDigest>,
    /// Builds that were seen after this one.
    pub builds_behind: u32,
    /// Whole days from `superseded_at` to the last run that the index knows, or
    /// to `--as-of` where that is earlier.
    pub days_behind: u32,
    /// Start of the run that first saw another build in its place.
    pub superseded_at: Option<Timestamp>,
    /// Rolling, most specific, or nothing where there is no evidence.
    pub role: Option<Role>,
    /// The evidence.
    pub role_because: Option<String>,
}

/// All names of an image as the contract has them.
pub(super) fn names_over_time(names: Vec<NameOverTime>) -> Vec<NameAnswer> {
    let roles = roles(&names);
    names.into_iter().zip(roles).map(|(name, role)| answer(name, role)).collect()
}

fn answer(over_time: NameOverTime, role: Option<RoleOf>) -> NameAnswer {
    let NameOverTime { name, since, until, now, superseded, days_behind, builds_seen: _ } = over_time;
    NameAnswer {
        name: name.reference,
        since,
        until,
        moved: now.moved,
        gone: now.gone,
        now_digest: now.digest,
        builds_behind: now.builds_behind,
        days_behind,
        superseded_at: superseded,
        role: role.as_ref().map(|role| role.role),
        role_because: role.map(|role| role.because),
    }
}
