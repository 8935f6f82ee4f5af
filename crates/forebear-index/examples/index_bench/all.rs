//! Parents of all images at once, on all cores.

use std::time::Instant;

use forebear_index::resolve::parent_of_indexed;
use forebear_index::{ImageId, View};
use rayon::prelude::*;
use serde_json::{Value, json};

pub(crate) fn all(view: &View) -> Value {
    let run = |parent: &(dyn Fn(ImageId) -> Option<ImageId> + Sync)| {
        let begun = Instant::now();
        let ids = (0..view.image_count()).into_par_iter();
        // The sum keeps the work from being left out.
        let (with, sum) = ids
            .filter_map(|id| parent(ImageId(id)))
            .fold(|| (0_u64, 0_u64), |(count, sum), parent| (count + 1, sum + u64::from(parent.0)))
            .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        (begun.elapsed().as_secs_f64(), with, sum)
    };
    let stored = |id| view.stored_parent(id).map(|(parent, _)| parent);
    let anew = |id| parent_of_indexed(view, id).map(|(parent, _)| parent);
    // Brings both tables into memory.
    _ = (run(&stored), run(&anew));
    let (stored, anew) = (run(&stored), run(&anew));
    json!({
        "images": view.image_count(), "with_parent": stored.1, "agree": (stored.1, stored.2) == (anew.1, anew.2),
        "stored_seconds": stored.0, "anew_seconds": anew.0,
    })
}
