//! Children of the images that the same name offers for other platforms.

use std::collections::BTreeSet;

use forebear_index::names::Name;
use forebear_index::{ImageId, View};

use super::answer::{ChildrenRequest, PlatformTotal};
use super::builds::{OnBuilds, standing_on};
use crate::located::Located;

/// How many each of them has, in the order in which the name offers them; `None` where it
/// offers no other.
pub(super) fn on_others(
    index: &View,
    name: &Name,
    own: ImageId,
    request: ChildrenRequest,
) -> Option<Vec<PlatformTotal>> {
    let offered = index.offered_platforms(index.observed_manifest(name.observation)?);
    // One may be listed twice.
    let mut seen = BTreeSet::from([own]);
    let others: Vec<PlatformTotal> = offered
        .into_iter()
        .filter_map(|(manifest, platform, _)| Some((index.manifest(manifest)?.image()?, platform, manifest)))
        .filter(|(image, ..)| seen.insert(*image))
        .filter_map(|(image, platform, manifest)| {
            let platform = platform.or_else(|| index.platform_of(image, Some(manifest)));
            Some(PlatformTotal { platform, total: total(index, name, image, request)? })
        })
        .collect();
    (!others.is_empty()).then_some(others)
}

fn total(index: &View, name: &Name, image: ImageId, request: ChildrenRequest) -> Option<usize> {
    let located = Located::of_index(index, image)?;
    let found = standing_on(index, &located, request.all);
    if !request.any_build {
        return Some(found.len());
    }
    let builds = index.builds_of_tag(name, image);
    Some(OnBuilds::of(index, Some(image), &builds, &found, request).all.len())
}
