//! Observations: which led to an image, and when.

use std::collections::BTreeSet;

use forebear_image::Timestamp;
use forebear_image::descend::MAX_NESTING;

use crate::format::records::Observation;
use crate::format::{Section, some};
use crate::ids::{ImageId, ManifestId, ObservationId};
use crate::view::View;

/// From when until when a tag was seen leading somewhere.
pub(crate) struct Period {
    pub(crate) first: Timestamp,
    /// The view's time, where it went on.
    pub(crate) last: Timestamp,
    /// Whether it was seen there after the view's time too.
    pub(crate) went_on: bool,
    pub(crate) ended: bool,
}

impl View {
    /// Observations that led to an image, by any of its manifests or an index
    /// above one.
    pub(crate) fn observations_of_image(&self, image: ImageId) -> impl Iterator<Item = ObservationId> {
        self.observations_above(self.manifests_of(image).collect()).into_iter()
    }

    /// Observations that led to these manifests or to indexes above them. Each
    /// manifest is looked at once: indexes may list each other in many ways.
    pub(super) fn observations_above(&self, manifests: BTreeSet<ManifestId>) -> BTreeSet<ObservationId> {
        let mut seen = manifests.clone();
        let mut level = manifests;
        for _ in 0..MAX_NESTING {
            let above = level.iter().flat_map(|manifest| self.indexes_of(*manifest));
            level = above.filter(|manifest| seen.insert(*manifest)).collect();
        }
        seen.iter().flat_map(|manifest| self.observations_of(*manifest)).collect()
    }

    /// From when until when an observation held, as of the view's time; `None` where it
    /// had not begun.
    pub(crate) fn period(&self, id: ObservationId) -> Option<Period> {
        let observation = self.observation(id).filter(|own| self.had_begun(own))?;
        let time = |seconds: i64| Timestamp { seconds, nanos: 0 };
        let last = time(observation.last_seconds.get());
        Some(Period {
            first: time(observation.first_seconds.get()),
            last: self.as_of.map_or(last, |as_of| last.min(as_of)),
            went_on: !self.is_by_then(last),
            ended: self.had_ended(id, observation),
        })
    }

    /// The manifest an observation led to.
    #[must_use]
    pub fn observed_manifest(&self, id: ObservationId) -> Option<ManifestId> {
        some(self.observation(id)?.manifest).map(ManifestId)
    }

    pub(crate) fn observation(&self, id: ObservationId) -> Option<&Observation> {
        self.at(Section::Observations, id.0)
    }
}
