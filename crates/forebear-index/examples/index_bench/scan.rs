//! The nearest image below another by looking at the layers of every image, as
//! one registry's search extension does: here over flat arrays of numbers.

use std::hint::black_box;
use std::time::Instant;

use forebear_index::{ImageId, View};
use serde_json::{Value, json};

use crate::chance::Chance;

pub(crate) fn scan(view: &View, count: usize) -> Value {
    let (mut starts, mut layers) = (vec![0_usize], Vec::new());
    for id in 0..view.image_count() {
        if let Some(image) = view.image(ImageId(id)) {
            layers.extend(view.layers_of(image.node()).into_iter().map(|layer| layer.0));
        }
        starts.push(layers.len());
    }
    let of = |id: ImageId| -> &[u32] {
        let at = id.0 as usize;
        let range = starts.get(at).zip(starts.get(at + 1)).map(|(from, to)| *from..*to);
        range.and_then(|range| layers.get(range)).unwrap_or_default()
    };
    let mut chance = Chance(9);
    let mut seconds: Vec<f64> = (0..count)
        .map(|_| {
            let own = chance.image(view);
            let wanted = of(own);
            let begun = Instant::now();
            let mut best = (0, None);
            for id in (0..view.image_count()).map(ImageId) {
                let theirs = of(id);
                if theirs.len() > best.0 && id != own && wanted.starts_with(theirs) {
                    best = (theirs.len(), Some(id));
                }
            }
            black_box(best);
            begun.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_unstable_by(f64::total_cmp);
    json!({"queries": count, "median_seconds": seconds.get(seconds.len() / 2)})
}
