//! The index as it was on another day.
//!
//! Tags are observed by runs; an index holds all observations there ever were.
//! As of a time, only those begun by then count: an image that nobody had seen
//! yet is no candidate, and a tag leads where it led.
//!
//! An observation ends when a later run finds the tag elsewhere or gone. That
//! a tag was gone is known as of the last complete listing of its repository.

use crate::format::Section;
use crate::format::records::{self, Observation};
use crate::ids::{ImageId, ObservationId};
use crate::view::View;

impl View {
    /// Whether an image had been seen by then. Images that no tag ever led to
    /// are known by digest alone, at any time.
    #[must_use]
    pub fn is_visible(&self, image: ImageId) -> bool {
        let Some(time) = self.as_of else { return true };
        let mut all = self.observations_of_image(image).filter_map(|id| self.observation(id)).peekable();
        all.peek().is_none() || all.any(|observation: &Observation| observation.first_seconds.get() <= time.seconds)
    }

    /// Whether an observation had begun by then.
    pub(crate) fn had_begun(&self, observation: &Observation) -> bool {
        self.as_of.is_none_or(|time| observation.first_seconds.get() <= time.seconds)
    }

    /// Whether an observation had ended by then.
    pub(crate) fn had_ended(&self, id: ObservationId, observation: &Observation) -> bool {
        let ended = observation.flags.get() & Observation::ENDED != 0;
        let Some(time) = self.as_of.filter(|_| ended) else { return ended };
        let later = self.at::<Observation>(Section::Observations, id.0.saturating_add(1));
        let moved = later.filter(|later| later.tag == observation.tag && self.had_begun(later)).is_some();
        let listed = || {
            let tag: &records::Tag = self.at(Section::Tags, observation.tag.get())?;
            let repository: &records::Repository = self.at(Section::Repositories, tag.repository.get())?;
            Some(repository.listed_seconds.get())
        };
        moved || (observation.last_seconds.get() < time.seconds && listed().is_some_and(|at| at <= time.seconds))
    }
}
