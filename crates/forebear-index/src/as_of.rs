//! The index as it was on another day.
//!
//! Tags are observed by runs; an index holds all observations there ever were.
//! As of a time, only those begun by then count: an image that nobody had seen
//! yet is no candidate, and a tag leads where it led.
//!
//! An observation ends when a later run finds the tag elsewhere or gone. That
//! a tag was gone is known as of the last complete listing of its repository.
//!
//! Not all of an earlier time is kept. Of each period of a tag the first and the
//! last run are, not those between; of each repository, when it was listed last.
//! What a later run has written over is not known, and is never told as a no.

use forebear_image::Timestamp;

use crate::format::Section;
use crate::format::records::{self, Observation, Repository, Seen, never};
use crate::ids::{ImageId, ObservationId, RepositoryId};
use crate::view::View;

impl View {
    /// Whether it answers as of a time before the last run that the index knows of.
    #[must_use]
    pub fn is_earlier(&self) -> bool {
        self.as_of.is_some() && self.as_of < self.meta().observed_until
    }

    /// Start of the last run that is known, until the time that is asked about. Of an earlier
    /// time it is the last one that left a trace: a run that found everything as the one before
    /// did, and was followed by one that did too, left none.
    #[must_use]
    pub fn last_run(&self) -> Option<Timestamp> {
        if !self.is_earlier() {
            return self.meta().observed_until;
        }
        let observations = self.table::<Observation>(Section::Observations).iter();
        let tags = observations.flat_map(|own| [own.first_seconds.get(), own.last_seconds.get()]);
        let seen = self.table::<Seen>(Section::RepositoriesSeen).iter();
        let seen = seen.flat_map(|own| [own.first_seconds.get(), own.last_seconds.get(), own.listed_seconds.get()]);
        let walked = self.table::<Repository>(Section::Repositories).iter().map(|own| own.listed_seconds.get());
        let told = tags.chain(seen).chain(walked).filter(|seconds| *seconds != never::TIME);
        let all = told.map(|seconds| Timestamp { seconds, nanos: 0 });
        all.filter(|time| self.is_by_then(*time)).max()
    }

    /// Whether a time is not after the one that is asked about.
    pub(crate) fn is_by_then(&self, time: Timestamp) -> bool {
        self.as_of.is_none_or(|as_of| time <= as_of)
    }

    /// Whether anything had been seen of a repository by then.
    #[must_use]
    pub fn is_repository_visible(&self, id: RepositoryId) -> bool {
        let is_seen = |view: &Self| {
            let seen = view.repository_seen(id);
            seen.first_seen.is_some() || seen.last_listed.is_some()
        };
        // An older version did not say since when it knew of one without tags.
        self.as_of.is_none() || is_seen(self) || (!self.is_earlier() && !is_seen(&self.index().view()))
    }

    /// Whether some run had listed all tags of a repository by then and walked them. `None`
    /// where a later one did: only of the last it is known.
    #[must_use]
    pub fn is_complete(&self, id: RepositoryId) -> Option<bool> {
        match self.repository_complete_at(id) {
            None => Some(false),
            Some(at) => self.is_by_then(at).then_some(true),
        }
    }

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

    /// Start of the last run until then that is known to have seen a tag of a repository.
    #[must_use]
    pub fn last_run_of(&self, repository: RepositoryId) -> Option<Timestamp> {
        let observations = self.tags_of(repository).flat_map(|tag| self.observations_of_tag(tag));
        let times = observations.filter_map(|id| self.observation(id));
        let times = times.flat_map(|own| [own.first_seconds.get(), own.last_seconds.get()]);
        times.map(|seconds| Timestamp { seconds, nanos: 0 }).filter(|time| self.is_by_then(*time)).max()
    }

    /// Whether an observation had ended by then. `None` where it is not known: a run until then,
    /// the last known one of its repository, did not see it, and whether that missed the tag or
    /// did not look for it is told by no listing that is still known.
    #[must_use]
    pub fn has_ended(&self, id: ObservationId, last_run: Option<Timestamp>) -> Option<bool> {
        let observation = self.observation(id)?;
        if self.had_ended(id, observation) {
            return Some(true);
        }
        let ends = observation.flags.get() & Observation::ENDED != 0;
        let is_missed = last_run.is_some_and(|last_run| observation.last_seconds.get() < last_run.seconds);
        (!ends || !is_missed).then_some(false)
    }

    /// Whether an observation had ended by then, as far as is known.
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
