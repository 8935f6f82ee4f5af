//! The pass over all images.

use std::collections::HashMap;

use forebear_image::Digest;
use forebear_index::names::shown;
use forebear_index::resolve::parent_of_indexed;
use forebear_index::{ImageId, View};
use rayon::prelude::*;

use super::image_summary::{BaseSummary, ImageSummary};
use super::layers::shared;
use super::whole::Estate;
use crate::answers::FreshnessAnswer;

/// An image with its parent's id, whose place is not known yet.
struct Found {
    summary: ImageSummary,
    parent: Option<(ImageId, BaseSummary)>,
}

impl Estate {
    pub(crate) fn of(view: &View, wanted: &(dyn Fn(&Digest) -> bool + Sync)) -> Self {
        let is_wanted = |id: &ImageId| view.image(*id).is_some_and(|image| wanted(&image.identity().digest()));
        let ids: Vec<ImageId> = view.images_by_digest().into_iter().filter(is_wanted).collect();
        let found: Vec<Found> = ids.par_iter().filter_map(|id| find(view, *id)).collect();
        let places: HashMap<ImageId, usize> = found.iter().enumerate().map(|(at, own)| (own.summary.id, at)).collect();
        let mut children = vec![Vec::new(); found.len()];
        let mut images = Vec::with_capacity(found.len());
        for (at, Found { mut summary, parent }) in found.into_iter().enumerate() {
            summary.base = parent.and_then(|(parent, base)| Some(BaseSummary { place: *places.get(&parent)?, ..base }));
            if let Some(above) = summary.base.as_ref().and_then(|base| children.get_mut(base.place)) {
                above.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
            images.push(summary);
        }
        deepen(&mut images, &children);
        let manifests = |at: usize, id: ImageId| {
            view.manifests_of(id).filter_map(move |manifest| Some((view.manifest_digest(manifest)?, at)))
        };
        let by_manifest = images.iter().enumerate().flat_map(|(at, own)| manifests(at, own.id)).collect();
        let by_digest = images.iter().enumerate().map(|(at, own)| (own.digest, at)).collect();
        let layers = shared(view, &images);
        Self { images, by_digest, by_manifest, children, layers, observed_until: view.observed_until() }
    }
}

fn find(view: &View, id: ImageId) -> Option<Found> {
    if !view.is_visible(id) {
        return None;
    }
    let names = view.names_of(id);
    let own = shown(&names, &[]);
    let image = view.load(id, own.and_then(|own| view.manifest_of_name(id, own)))?;
    let stored = if view.as_of().is_none() { view.stored_parent(id) } else { parent_of_indexed(view, id) };
    let parent = stored.map(|(parent, _)| {
        let names = view.names_of(parent);
        let called = shown(&names, &image.declared);
        let now = FreshnessAnswer::of(view, parent, &names, &image.declared, |_| true);
        let base = BaseSummary {
            place: usize::MAX,
            reference: called.map_or_else(|| view.reference_of(parent), |name| name.reference.clone()),
            freshness: now.freshness,
            builds_behind: now.builds_behind.unwrap_or_default(),
            days_behind: now.days_behind.unwrap_or_default(),
        };
        (parent, base)
    });
    let summary = ImageSummary {
        id,
        digest: view.image(id)?.identity().digest(),
        reference: own.map_or_else(|| view.reference_of(id), |name| name.reference.clone()),
        repository: own.map(|name| name.repository().to_owned()).unwrap_or_default(),
        platform: image.platform.clone(),
        layers: image.layers.len(),
        size: image.layers.iter().try_fold(0_u64, |sum, layer| sum.checked_add(layer.size?)),
        created: image.created.filter(|time| !time.is_placeholder()),
        is_current: names.iter().any(|name| !name.ended),
        base: None,
        depth: 0,
    };
    Some(Found { summary, parent })
}

/// Counts ancestors from the roots up.
fn deepen(images: &mut [ImageSummary], children: &[Vec<u32>]) {
    let roots = images.iter().enumerate().filter(|(_, own)| own.base.is_none());
    let mut waiting: Vec<(usize, usize)> = roots.map(|(at, _)| (at, 0)).collect();
    while let Some((at, depth)) = waiting.pop() {
        if let Some(own) = images.get_mut(at) {
            own.depth = depth;
        }
        waiting.extend(children.get(at).into_iter().flatten().map(|child| (*child as usize, depth + 1)));
    }
}
