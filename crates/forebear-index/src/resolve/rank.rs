//! Ranking equal candidates, with the reason.

use std::cmp::Ordering;

use forebear_image::Timestamp;
use forebear_image::agreement::Comparison;
use serde::{Deserialize, Serialize};

use crate::ids::ImageId;
use crate::names::Name;
use crate::view::View;

use super::naming::names_image;
use super::subject::Subject;

/// What put the first candidate before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankedBy {
    /// It is for the same platform.
    Platform,
    /// The image declares it as its base.
    Declared,
    /// It is an official image of Docker Hub.
    Official,
    /// One of its names has a path segment `library`, as mirrors of Docker Hub
    /// and proxy projects have. Never called official: `library` is a default
    /// project as well, where anybody pushes.
    #[serde(rename = "library-path")]
    LibraryPath,
    /// It was built first: an image that a tool made by editing another's
    /// config has its layers and steps, and was made later.
    Created,
    /// It was seen first.
    FirstSeen,
    /// Its name is shorter.
    ShorterName,
    /// Its name comes first in the alphabet.
    Alphabet,
}

impl RankedBy {
    /// The word that answers and tables have for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Declared => "declared",
            Self::Official => "official",
            Self::LibraryPath => "library-path",
            Self::Created => "created",
            Self::FirstSeen => "first_seen",
            Self::ShorterName => "shorter_name",
            Self::Alphabet => "alphabet",
        }
    }
}

struct Ranked {
    image: ImageId,
    comparison: Comparison,
    other_platform: u8,
    undeclared: bool,
    unofficial: bool,
    outside_library: bool,
    /// When it was built; `None` for a placeholder, which is no time.
    created: Option<Timestamp>,
    /// When it was built, if one that is its equal so far was built before it. A
    /// placeholder comes neither first nor last.
    younger: Option<Timestamp>,
    first_seen: i64,
    name: String,
}

/// Sorts equal candidates, best first.
pub(super) fn rank(
    view: &View,
    subject: Subject<'_>,
    candidates: Vec<(ImageId, Comparison)>,
) -> (Vec<(ImageId, Comparison)>, Option<RankedBy>) {
    if candidates.len() < 2 {
        return (candidates, None);
    }
    let mut ranked: Vec<Ranked> = candidates.into_iter().map(|candidate| describe(view, subject, candidate)).collect();
    ranked.sort_by_key(outranks);
    ranked.chunk_by_mut(|a, b| outranks(a) == outranks(b)).for_each(note_younger);
    ranked.sort_by(|a, b| order(a, b).0);
    let reason = match ranked.as_slice() {
        [first, second, ..] => Some(order(first, second).1),
        _ => None,
    };
    (ranked.into_iter().map(|r| (r.image, r.comparison)).collect(), reason)
}

fn describe(view: &View, subject: Subject<'_>, (image, comparison): (ImageId, Comparison)) -> Ranked {
    let names = view.names_of(image);
    let best = names.first();
    let other_platform = match (&subject.image.platform, view.platform_of(image, None)) {
        (Some(own), Some(its)) if own.same(&its) => 0,
        (Some(own), Some(its)) if own.same_machine(&its) => 1,
        _ => 2,
    };
    Ranked {
        image,
        comparison,
        other_platform,
        undeclared: !declares(view, subject, image, &names),
        unofficial: !best.is_some_and(Name::is_official),
        outside_library: !names.iter().any(Name::is_in_library),
        created: view.image(image).and_then(|image| image.created()).filter(|time| !time.is_placeholder()),
        younger: None,
        first_seen: view.first_seen(image).map_or(i64::MAX, |time| time.seconds),
        name: best.map_or_else(|| view.reference_of(image), |name| name.reference.clone()),
    }
}

fn order(a: &Ranked, b: &Ranked) -> (Ordering, RankedBy) {
    let steps = [
        (a.other_platform.cmp(&b.other_platform), RankedBy::Platform),
        (a.undeclared.cmp(&b.undeclared), RankedBy::Declared),
        (a.unofficial.cmp(&b.unofficial), RankedBy::Official),
        (a.outside_library.cmp(&b.outside_library), RankedBy::LibraryPath),
        (a.younger.cmp(&b.younger), RankedBy::Created),
        (a.first_seen.cmp(&b.first_seen), RankedBy::FirstSeen),
        (a.name.len().cmp(&b.name.len()), RankedBy::ShorterName),
    ];
    let decisive = steps.into_iter().find(|(order, _)| order.is_ne());
    decisive.unwrap_or_else(|| (a.name.cmp(&b.name).then(a.image.cmp(&b.image)), RankedBy::Alphabet))
}

/// What comes before the time of a build.
fn outranks(one: &Ranked) -> (u8, bool, bool, bool) {
    (one.other_platform, one.undeclared, one.unofficial, one.outside_library)
}

/// Notes which of some equals were built after the oldest of them.
fn note_younger(equals: &mut [Ranked]) {
    let oldest = equals.iter().filter_map(|one| one.created).min();
    for one in equals {
        one.younger = one.created.filter(|created| Some(*created) > oldest);
    }
}

/// Whether the image declares this one as its base.
fn declares(view: &View, subject: Subject<'_>, image: ImageId, names: &[Name]) -> bool {
    subject.image.declared.iter().any(|declared| names_image(view, declared, image, names))
}
