//! The names of an image: tags that led to it, ranked.

use std::collections::{BTreeSet, HashSet};

use forebear_image::{Reference, Timestamp};

use crate::ids::{ImageId, ManifestId, ObservationId, TagId};
use crate::view::View;

/// Official images of Docker Hub live below this name.
const OFFICIAL: &str = "docker.io/library/";

/// One name of an image: a tag observed leading to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// `docker.io/library/alpine:3.19`.
    pub reference: String,
    /// The tag.
    pub tag: TagId,
    /// The observation.
    pub observation: ObservationId,
    /// First run that saw it.
    pub first_seen: Timestamp,
    /// Last run that saw it.
    pub last_seen: Timestamp,
    /// Whether the tag has moved on or is gone.
    pub ended: bool,
}

impl Name {
    /// Its repository: all before the tag.
    #[must_use]
    pub fn repository(&self) -> &str {
        self.reference.rsplit_once(':').map_or(self.reference.as_str(), |(repository, _)| repository)
    }

    /// Its tag's own text.
    #[must_use]
    pub fn tag_text(&self) -> &str {
        self.reference.rsplit_once(':').map_or("", |(_, tag)| tag)
    }

    /// Whether it is an official image of Docker Hub.
    #[must_use]
    pub fn is_official(&self) -> bool {
        self.reference.starts_with(OFFICIAL)
    }

    /// Whether a segment of its path is `library`, as where mirrors and proxy
    /// projects have Docker Hub's official images.
    #[must_use]
    pub fn is_in_library(&self) -> bool {
        self.reference.contains("/library/")
    }
}

impl View {
    /// All names of an image, best first: official, current, with a path as
    /// mirrors of Docker Hub have, longest known, shortest, alphabetical.
    #[must_use]
    pub fn names_of(&self, image: ImageId) -> Vec<Name> {
        self.ranked(self.observations_of_image(image))
    }

    /// All names of one manifest or index, best first.
    #[must_use]
    pub fn names_of_manifest(&self, manifest: ManifestId) -> Vec<Name> {
        self.ranked(self.observations_above(BTreeSet::from([manifest])).into_iter())
    }

    fn ranked(&self, observations: impl Iterator<Item = ObservationId>) -> Vec<Name> {
        let mut names: Vec<Name> = observations.filter_map(|o| self.name(o)).collect();
        names.sort_by(|a, b| {
            let order = |n: &Name| (!n.is_official(), n.ended, !n.is_in_library(), n.first_seen, n.reference.len());
            order(a).cmp(&order(b)).then_with(|| a.reference.cmp(&b.reference))
        });
        // One tag may have led here twice.
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.tag));
        names
    }

    /// One observation as a name; `None` when it had not begun (see [`View::as_of`]).
    #[must_use]
    pub fn name(&self, id: ObservationId) -> Option<Name> {
        let observation = self.observation(id)?;
        if !self.had_begun(observation) {
            return None;
        }
        let last = observation.last_seconds.get();
        let time = |seconds: i64| Timestamp { seconds, nanos: 0 };
        let tag = TagId(observation.tag.get());
        Some(Name {
            reference: self.tag_reference(tag)?,
            tag,
            observation: id,
            first_seen: time(observation.first_seconds.get()),
            last_seen: time(self.as_of.map_or(last, |as_of| last.min(as_of.seconds))),
            ended: self.had_ended(id, observation),
        })
    }

    /// The manifest of an image that a name leads, or led, to.
    #[must_use]
    pub fn manifest_of_name(&self, image: ImageId, name: &Name) -> Option<ManifestId> {
        self.manifests_of(image)
            .find(|manifest| self.observations_above(BTreeSet::from([*manifest])).contains(&name.observation))
    }

    /// First time any run saw the image, by any name: a tag may have left it
    /// and come back.
    #[must_use]
    pub fn first_seen(&self, image: ImageId) -> Option<Timestamp> {
        self.observations_of_image(image).filter_map(|o| self.name(o)).map(|name| name.first_seen).min()
    }
}

/// A reference in the index's spelling, whatever short form it was written in; without its
/// digest, which stands beside it.
#[must_use]
pub fn in_full(reference: &Reference) -> String {
    let tag = reference.tag.as_deref().map(|tag| format!(":{tag}")).unwrap_or_default();
    format!("{}{tag}", reference.repository)
}
