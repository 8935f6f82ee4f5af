//! One name over time, seen from an image that carries or carried it.
//!
//! A *build* of a tag is what it offered for the image's platform: an image,
//! whichever of its copies, or a manifest that was never read. A list that was
//! put together anew from the same images is no new build.

use std::collections::HashSet;

use forebear_image::{ManifestDigest, Timestamp};

use super::name::Name;
use crate::ids::{ImageId, ManifestId, ObservationId};
use crate::view::View;

/// Where a tag leads now, seen from an image it once led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagNow {
    /// It leads to another manifest for this platform.
    pub moved: bool,
    /// The tag was deleted.
    pub gone: bool,
    /// What it leads to now, for this platform.
    pub digest: Option<ManifestDigest>,
    /// Start of the run that first saw it elsewhere.
    pub since: Option<Timestamp>,
    /// How many observed builds the image is behind.
    pub builds_behind: u32,
}

/// A name with its whole story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameOverTime {
    /// The name.
    pub name: Name,
    /// Start of the run that first saw the tag lead to the image, in the last
    /// period without interruption in which it did.
    pub since: Timestamp,
    /// Start of the run that saw it do so last; `None` while it still does.
    pub until: Option<Timestamp>,
    /// Where it leads now.
    pub now: TagNow,
    /// Start of the run that first saw another build in the image's place.
    pub superseded: Option<Timestamp>,
    /// Whole days of 24 hours from `superseded` to the end of what is known:
    /// the last run of the index, or the time it is asked for
    /// ([`crate::View::as_of`]), whichever is earlier. 0 when no build came after it.
    pub days_behind: u32,
    /// How many different builds the tag was seen leading to, this one
    /// included.
    pub builds_seen: usize,
}

/// A build of a tag, as builds are counted: an image, or a manifest that was
/// never read.
type Build = Result<ImageId, ManifestId>;

/// One observation of a tag that had begun, and what it offered.
struct Observed {
    name: Name,
    offered: Option<(ManifestId, Build)>,
}

/// A build that a tag led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildOfTag {
    /// Its manifest.
    pub manifest: ManifestId,
    /// Its image; `None` of one that was never read.
    pub image: Option<ImageId>,
    /// Builds that the tag led to since it last led to this one.
    pub builds_behind: u32,
}

impl Observed {
    fn build(&self) -> Option<Build> {
        self.offered.map(|(_, build)| build)
    }
}

impl View {
    /// Where the tag of a name leads now, for the platform of `image`.
    #[must_use]
    pub fn tag_now(&self, name: &Name, image: ImageId) -> TagNow {
        self.over_time(name, image).now
    }

    /// The story of one name of an image.
    #[must_use]
    pub fn over_time(&self, name: &Name, image: ImageId) -> NameOverTime {
        let seen = self.seen_of(name, image);
        let own = seen.iter().rposition(|seen| seen.build() == Some(Ok(image)));
        // An index may offer the image for another platform than its own.
        let (upto, later) = own.and_then(|own| seen.split_at_checked(own + 1)).unwrap_or_default();
        let interrupted = upto.iter().rposition(|seen| seen.build() != Some(Ok(image))).map_or(0, |at| at + 1);
        let first = upto.get(interrupted).map_or(name.first_seen, |seen| seen.name.first_seen);
        let last = upto.last().map_or(name.last_seen, |seen| seen.name.last_seen);
        let now = now(self, &seen, later, image);
        let leads_here = later.is_empty() && !now.gone && (own.is_some() || !name.ended);
        let superseded = later.iter().find(|seen| seen.offered.is_some()).map(|seen| seen.name.first_seen);
        let mut builds: Vec<Build> = seen.iter().filter_map(Observed::build).collect();
        builds.sort_unstable();
        builds.dedup();
        NameOverTime {
            name: name.clone(),
            since: first,
            until: (!leads_here).then_some(last),
            now,
            superseded,
            days_behind: superseded.map_or(0, |superseded| self.days_known_since(superseded)),
            builds_seen: builds.len(),
        }
    }

    /// The builds that the tag of a name was seen leading to, for the platform of `image`, the
    /// latest first.
    #[must_use]
    pub fn builds_of_tag(&self, name: &Name, image: ImageId) -> Vec<BuildOfTag> {
        let mut builds_behind = 0;
        let mut previous: Option<Build> = None;
        let mut known: HashSet<Build> = HashSet::new();
        let mut builds = Vec::new();
        for (manifest, build) in self.seen_of(name, image).iter().rev().filter_map(|seen| seen.offered) {
            if previous.is_some_and(|previous| previous != build) {
                builds_behind += 1;
            }
            previous = Some(build);
            if known.insert(build) {
                builds.push(BuildOfTag { manifest, image: build.ok(), builds_behind });
            }
        }
        builds
    }

    /// Whole days from a time to the end of what is known.
    fn days_known_since(&self, time: Timestamp) -> u32 {
        let end = self.observed_until().unwrap_or(time);
        u32::try_from(end.days_since(time).max(0)).unwrap_or(u32::MAX)
    }

    /// All observations of a name's tag that had begun, oldest first.
    fn seen_of(&self, name: &Name, image: ImageId) -> Vec<Observed> {
        let platform = self.platform_of(image, None).unwrap_or_default();
        let offered = |observation: ObservationId| {
            let manifest = self.for_platform(self.observed_manifest(observation)?, &platform)?;
            Some((manifest, self.image_of(manifest).ok_or(manifest)))
        };
        // One that had not begun has no name.
        let seen = |id: ObservationId| Some(Observed { name: self.name(id)?, offered: offered(id) });
        self.observations_of_tag(name.tag).filter_map(seen).collect()
    }
}

/// Where a tag leads after all that was seen of it; `later` is what came after
/// the image.
fn now(view: &View, seen: &[Observed], later: &[Observed], image: ImageId) -> TagNow {
    let own: Build = Ok(image);
    let mut behind = 0;
    let mut previous = own;
    for build in later.iter().filter_map(Observed::build) {
        if build != previous {
            behind += 1;
            previous = build;
        }
    }
    let last = seen.last();
    let gone = last.is_none_or(|seen| seen.name.ended);
    let now = last.filter(|_| !gone).and_then(|seen| seen.offered);
    TagNow {
        moved: now.is_some_and(|(_, now)| now != own),
        gone,
        digest: now.and_then(|(manifest, _)| view.manifest_digest(manifest)),
        since: later.first().map(|seen| seen.name.first_seen),
        builds_behind: behind,
    }
}
