//! How current an ancestor is.

use forebear_image::declared::Declared;
use forebear_image::{ManifestDigest, Timestamp};
use forebear_index::names::{Freshness, FreshnessState, Name};
use forebear_index::{ImageId, View};
use serde::Serialize;

/// How current an ancestor is, by the name that its age is counted by
/// ([`forebear_index::names::counting`]). All `None` where it has no name.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FreshnessAnswer {
    /// In a word.
    pub freshness: Option<FreshnessState>,
    /// The name that its age is counted by.
    pub counting_name: Option<String>,
    /// Why it is that one, as a short sentence.
    pub counting_because: Option<String>,
    /// Builds that were seen after this one.
    pub builds_behind: Option<u32>,
    /// Whole days from `superseded_at` to `observed_until`.
    pub days_behind: Option<u32>,
    /// Start of the run that first saw another build in its place.
    pub superseded_at: Option<Timestamp>,
    /// What the counting name leads to now, for this platform.
    pub newest_build: Option<ManifestDigest>,
    /// The declared name, where that is a pin, which never moves: it is judged by the
    /// counting name.
    pub pinned_name: Option<String>,
    /// Other names of it that move, wider ones for the most part; they are not counted.
    pub other_lines: Vec<String>,
}

impl FreshnessAnswer {
    /// Of an image of the index, as the base of one that declares `declared`, by those of its
    /// names that `admits` lets pass.
    pub(crate) fn of(
        index: &View,
        image: ImageId,
        names: &[Name],
        declared: &[Declared],
        admits: impl Fn(&Name) -> bool,
    ) -> Self {
        index.freshness(image, names, declared, admits).map(Self::from).unwrap_or_default()
    }

    /// Whether a later build is known.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.freshness == Some(FreshnessState::Outdated)
    }
}

impl From<Freshness> for FreshnessAnswer {
    fn from(own: Freshness) -> Self {
        Self {
            freshness: Some(own.state),
            counting_name: Some(own.counting.reference),
            counting_because: Some(own.because),
            builds_behind: Some(own.builds_behind),
            days_behind: Some(own.days_behind),
            superseded_at: own.superseded,
            newest_build: own.now,
            pinned_name: own.pinned.map(|name| name.reference),
            other_lines: own.other_lines.into_iter().map(|name| name.reference).collect(),
        }
    }
}
