//! What two images have in common and what only one has.

mod verdict;

use forebear_image::added::all_steps;
use forebear_image::differences::{Difference, differences};
use forebear_image::dockerfile::{Context, Line, is_instruction, reconstruct};
use forebear_image::history::LayerLink;
use forebear_image::{HistoryEntry, Layer, Step, Timestamp};
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
    /// How many of their first steps are the same. Of builds that differ in time
    /// only, the times do not count.
    pub common_steps: usize,
    /// How many of those were recorded at another time.
    pub steps_at_other_times: usize,
    /// Whether a Dockerfile has steps like theirs: not where a tool that builds
    /// without one made them all.
    pub has_dockerfile: bool,
    /// Why some of their lowest layers cannot be compared; null where all can.
    pub not_comparable: Option<String>,
    /// Steps that only the first has.
    pub only_a: Vec<StepAnswer>,
    /// Steps that only the second has.
    pub only_b: Vec<StepAnswer>,
    /// What they are to each other.
    pub verdict: DiffVerdict,
    /// What differs between the configs; null where either was not read.
    pub config: Option<Vec<Difference>>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
}

/// Compares two images.
pub(crate) fn find(index: &View, a: &Located, b: &Located) -> DiffAnswer {
    let (keys_a, keys_b) = (a.image.step_keys().unwrap_or_default(), b.image.step_keys().unwrap_or_default());
    let pairs = || keys_a.iter().zip(&keys_b);
    let made = (made(a), made(b));
    let exact = pairs().enumerate().take_while(|(at, (a, b))| a.is(b) && !makes_another(&made, *at)).count();
    let text = steps_of(a).zip(steps_of(b)).take_while(|(a, b)| same_text(a, b)).count();
    let layers = || a.image.layers.iter().zip(&b.image.layers);
    let same_layers = layers().take_while(|(a, b)| a.is(b) == Some(true)).count();
    let open = layers().nth(same_layers).filter(|(a, b)| a.is(b).is_none());
    let verdict = verdict::of(index, a, b, verdict::Common { layers: same_layers, texts: text, open: open.is_some() });
    let common_steps = if verdict.is_one_line_of_builds() { text.max(exact) } else { exact };
    let at_other_times = pairs().take(common_steps).filter(|(a, b)| !a.is(b)).count();
    DiffAnswer {
        a: ImageAnswer::from(a),
        b: ImageAnswer::from(b),
        same_layers,
        common_steps,
        steps_at_other_times: at_other_times,
        has_dockerfile: has_dockerfile(a) || has_dockerfile(b),
        not_comparable: open.map(|(a, b)| not_comparable(a, b)),
        only_a: beyond(a, common_steps, same_layers),
        only_b: beyond(b, common_steps, same_layers),
        verdict,
        config: differences(&a.image, &b.image),
        observed_until: index.observed_until(),
    }
}

/// The layer that each step made, as far as that is certain.
fn made(located: &Located) -> Vec<Option<&Layer>> {
    let all = all_steps(&located.image);
    let mut made = vec![None; all.len()];
    for step in all {
        if let (Some(at), LayerLink::Made(layer)) = (step.position, step.link)
            && let Some(slot) = made.get_mut(at)
        {
            *slot = located.image.layers.get(layer);
        }
    }
    made
}

/// Whether the step at a position made another layer in one image than in the
/// other: a tool that writes one date and one text for all it makes does that.
fn makes_another((a, b): &(Vec<Option<&Layer>>, Vec<Option<&Layer>>), at: usize) -> bool {
    let own = a.get(at).copied().flatten().zip(b.get(at).copied().flatten());
    own.is_some_and(|(a, b)| a.is(b) == Some(false))
}

fn steps_of(located: &Located) -> impl Iterator<Item = &HistoryEntry> {
    located.image.history.iter().flatten()
}

/// Whether two steps say the same. A tool that writes no text may say in the
/// comment what is in a layer; two steps that say nothing are not the same.
fn same_text(a: &HistoryEntry, b: &HistoryEntry) -> bool {
    let (text_a, text_b) = (a.created_by.trim(), b.created_by.trim());
    text_a == text_b && (!text_a.is_empty() || (a.comment.is_some() && a.comment == b.comment))
}

/// Whether any step of an image is a Dockerfile's instruction.
fn has_dockerfile(located: &Located) -> bool {
    let all = all_steps(&located.image);
    let lines = reconstruct(&all, Context { parent: None, image: located.image.runtime.as_ref() });
    all.iter().zip(lines).any(|(_, line)| is_instruction(&line.instruction))
}

/// Why two layers can be called neither the same nor different.
fn not_comparable(a: &Layer, b: &Layer) -> String {
    let (a, b) = (a.named_by(), b.named_by());
    if a == b {
        return "the layers above are known by blobs that say nothing of each other".to_owned();
    }
    format!("the layers above are named by {a} in the first and by {b} in the second: they cannot be compared")
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
