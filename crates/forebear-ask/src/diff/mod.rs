//! What two images have in common and what only one has.

mod verdict;

use forebear_image::Step;
use forebear_image::added::all_steps;
use forebear_image::agreement::StepKey;
use forebear_image::differences::{Difference, differences};
use forebear_image::dockerfile::{Context, Line, reconstruct};
use forebear_index::View;
use serde::Serialize;

use crate::answers::{ImageAnswer, StepAnswer, steps};
use crate::located::Located;

pub use verdict::DiffVerdict;

/// What two images have in common and what only one has.
#[derive(Clone, Debug, Serialize)]
pub struct DiffAnswer {
    /// One image.
    pub a: ImageAnswer,
    /// The other.
    pub b: ImageAnswer,
    /// How many of their lowest layers are the same.
    pub same_layers: usize,
    /// How many of their first steps are the same.
    pub common_steps: usize,
    /// Steps that only the first has.
    pub only_a: Vec<StepAnswer>,
    /// Steps that only the second has.
    pub only_b: Vec<StepAnswer>,
    /// What they are to each other.
    pub verdict: DiffVerdict,
    /// What differs between the configs; null where either was not read.
    pub config: Option<Vec<Difference>>,
}

/// Compares two images.
pub(crate) fn find(index: &View, a: &Located, b: &Located) -> DiffAnswer {
    let (keys_a, keys_b) = (a.image.step_keys().unwrap_or_default(), b.image.step_keys().unwrap_or_default());
    let common_steps = keys_a.iter().zip(&keys_b).take_while(|(a, b)| same_step(a, b)).count();
    let same_layers = a.image.layers.iter().zip(&b.image.layers).take_while(|(a, b)| same_layer(a, b)).count();
    DiffAnswer {
        a: ImageAnswer::from(a),
        b: ImageAnswer::from(b),
        same_layers,
        common_steps,
        only_a: beyond(a, common_steps, same_layers),
        only_b: beyond(b, common_steps, same_layers),
        verdict: verdict::of(index, a, b, same_layers),
        config: differences(&a.image, &b.image),
    }
}

fn same_step(a: &StepKey<'_>, b: &StepKey<'_>) -> bool {
    let times = match (a.created, b.created) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    times && a.empty == b.empty && a.text == b.text
}

fn same_layer(a: &forebear_image::Layer, b: &forebear_image::Layer) -> bool {
    match (a.diff_id, b.diff_id) {
        (Some(a), Some(b)) => a == b,
        _ => a.blob.is_some() && a.blob == b.blob,
    }
}

/// The steps of an image beyond the first `common` of its history; of layers
/// that nobody described, those beyond the first `same_layers`. What no step
/// recorded is told apart, with the configs.
fn beyond(located: &Located, common: usize, same_layers: usize) -> Vec<StepAnswer> {
    let all = all_steps(&located.image);
    let lines = reconstruct(&all, Context { parent: None, image: located.image.runtime.as_ref() });
    let is_beyond = |step: &Step| match step.position {
        Some(at) => at >= common,
        None => step.link.index().is_none_or(|layer| layer >= same_layers),
    };
    let pairs: Vec<(Option<Step>, Line)> =
        all.into_iter().zip(lines).filter(|(step, _)| is_beyond(step)).map(|(step, line)| (Some(step), line)).collect();
    steps(located, &pairs)
}
