//! Layers that many images share.

use std::collections::{HashMap, HashSet};

use forebear_image::Layer;
use forebear_index::{LayerId, View};

use super::image_summary::ImageSummary;
use super::shared_layer::SharedLayer;
use crate::answers::LayerAnswer;

/// The most that are told of.
const MOST: usize = 30;

/// A layer while it is counted.
struct Counted {
    images: usize,
    /// Place of an image that has it.
    at: usize,
    position: usize,
}

/// Those whose bytes would be stored most often, if nothing were shared. Among images that tags
/// lead to now.
pub(super) fn shared(view: &View, images: &[ImageSummary]) -> Vec<SharedLayer> {
    let mut counted: HashMap<LayerId, Counted> = HashMap::new();
    let mut seen = HashSet::new();
    for (at, own) in images.iter().enumerate().filter(|(_, own)| own.is_current) {
        let Some(node) = view.image(own.id).map(|image| image.node()) else { continue };
        seen.clear();
        for (position, layer) in view.layers_of(node).into_iter().enumerate().filter(|(_, layer)| seen.insert(*layer)) {
            counted.entry(layer).or_insert(Counted { images: 0, at, position }).images += 1;
        }
    }
    let mut found: Vec<SharedLayer> = Vec::new();
    let mut loaded: HashMap<usize, Vec<Layer>> = HashMap::new();
    let mut often: Vec<Counted> = counted.into_values().filter(|own| own.images > 1).collect();
    often.sort_unstable_by_key(|own| (own.at, own.position));
    for Counted { images: count, at, position } in often {
        let Some(own) = images.get(at) else { continue };
        if !loaded.contains_key(&at) {
            loaded.clear();
            loaded.insert(at, view.load(own.id, None).map(|image| image.layers).unwrap_or_default());
        }
        let Some(layer) = loaded.get(&at).and_then(|layers| layers.get(position)) else { continue };
        if let Some(size) = layer.size.filter(|size| *size > 0) {
            let saved = size.saturating_mul(count as u64 - 1);
            found.push(SharedLayer {
                layer: LayerAnswer::from(layer),
                images: count,
                saved,
                first: owner(images, at, position),
            });
        }
    }
    found.sort_by(|a, b| (b.saved, &a.first, a.layer.digest).cmp(&(a.saved, &b.first, b.layer.digest)));
    found.truncate(MOST);
    found
}

/// The oldest ancestor of an image that has the layer too, by its place.
fn owner(images: &[ImageSummary], at: usize, position: usize) -> usize {
    let mut owner = at;
    while let Some(below) = images.get(owner).and_then(|own| own.base.as_ref()) {
        if images.get(below.place).is_none_or(|base| base.layers <= position) {
            break;
        }
        owner = below.place;
    }
    owner
}
