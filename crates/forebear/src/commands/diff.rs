//! `forebear diff`.

use forebear_image::Step;
use forebear_image::added::all_steps;
use forebear_image::agreement::{Agreement, Comparison, StepKey, compare};
use forebear_image::differences::{Difference, differences};
use forebear_image::dockerfile::{Context, Line, reconstruct};
use forebear_index::View;
use serde::Serialize;

use crate::answer::{self, ImageAnswer, StepAnswer};
use crate::common::Common;
use crate::exit::Exit;
use crate::locate::{Located, locate};
use crate::output::{self, Format};
use crate::text;

use super::lineage::ancestors_of;

/// `diff --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct DiffAnswer {
    pub a: ImageAnswer,
    pub b: ImageAnswer,
    pub same_layers: usize,
    pub common_steps: usize,
    pub only_a: Vec<StepAnswer>,
    pub only_b: Vec<StepAnswer>,
    pub verdict: &'static str,
    /// What differs between the configs; null where either was not read.
    pub config: Option<Vec<Difference>>,
}

/// Compares two images.
pub(crate) fn run(index: &View, common: &Common, a: &str, b: &str) -> anyhow::Result<Exit> {
    let (a, b) = (locate(index, common, a)?, locate(index, common, b)?);
    let (keys_a, keys_b) = (a.image.step_keys().unwrap_or_default(), b.image.step_keys().unwrap_or_default());
    let common_steps = keys_a.iter().zip(&keys_b).take_while(|(a, b)| same_step(a, b)).count();
    let same_layers = a.image.layers.iter().zip(&b.image.layers).take_while(|(a, b)| same_layer(a, b)).count();
    let verdict = verdict(index, &a, &b, same_layers);
    let answer = DiffAnswer {
        a: answer::image(&a),
        b: answer::image(&b),
        same_layers,
        common_steps,
        only_a: beyond(&a, common_steps, same_layers),
        only_b: beyond(&b, common_steps, same_layers),
        verdict,
        config: differences(&a.image, &b.image),
    };
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::diff::render(&answer)),
    }
    Ok(if matches!(verdict, "same-image" | "same-build") { Exit::Found } else { Exit::NotFound })
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
    let steps = all_steps(&located.image);
    let lines = reconstruct(&steps, Context { parent: None, image: located.image.runtime.as_ref() });
    let is_beyond = |step: &Step| match step.position {
        Some(at) => at >= common,
        None => step.link.index().is_none_or(|layer| layer >= same_layers),
    };
    let pairs: Vec<(Option<Step>, Line)> = steps
        .into_iter()
        .zip(lines)
        .filter(|(step, _)| is_beyond(step))
        .map(|(step, line)| (Some(step), line))
        .collect();
    answer::steps(located, &pairs)
}

fn verdict(index: &View, a: &Located, b: &Located, same_layers: usize) -> &'static str {
    if a.image.identity.is_some() && a.image.identity == b.image.identity {
        return "same-image";
    }
    let (layers_a, layers_b) = (a.image.layers.len(), b.image.layers.len());
    let (keys_a, keys_b) = (a.image.step_keys(), b.image.step_keys());
    let up = compare(keys_a.as_deref(), keys_b.as_deref(), layers_b.saturating_sub(layers_a));
    let down = compare(keys_b.as_deref(), keys_a.as_deref(), layers_a.saturating_sub(layers_b));
    let all_a = same_layers == layers_a && layers_a > 0;
    let all_b = same_layers == layers_b && layers_b > 0;
    if all_a && all_b && !up.strict && !down.strict && up.agreement == Agreement::Exact {
        return "same-build";
    }
    if !up.strict && !down.strict && up.agreement.is_history() && keys_a.is_some_and(|keys| !keys.is_empty()) {
        return "same-dockerfile";
    }
    // The same rule as `parent`: with the same layers only a strict prefix of
    // the history makes an ancestor, with fewer whatever the layers say.
    let is_ancestor = |all: bool, fewer: bool, compared: &Comparison, older: &Located, younger: &Located| {
        all && compared.agreement.is_history()
            && (fewer || compared.strict)
            && (compared.agreement == Agreement::Exact || is_not_outdone(index, older, younger))
    };
    if is_ancestor(all_a, layers_a < layers_b, &up, a, b) {
        return "a-is-ancestor";
    }
    if is_ancestor(all_b, layers_b < layers_a, &down, b, a) {
        return "b-is-ancestor";
    }
    if same_layers > 0 || have_common_ancestor(index, a, b) { "siblings" } else { "unrelated" }
}

/// Whether an image that would do as an ancestor, though its steps are not to
/// the letter the beginning of the other's, is one: a sibling built from the
/// same lines would do as well, and the lineage has the better one.
fn is_not_outdone(index: &View, older: &Located, younger: &Located) -> bool {
    let lineage = ancestors_of(index, younger);
    match older.known {
        Some(older) => lineage.iter().any(|(parent, _)| parent.equal.contains(&older)),
        None => lineage.first().is_none_or(|(parent, _)| parent.comparison.agreement != Agreement::Exact),
    }
}

fn have_common_ancestor(index: &View, a: &Located, b: &Located) -> bool {
    let of = |located| ancestors_of(index, located).into_iter().map(|(parent, _)| parent.image).collect::<Vec<_>>();
    let (a, b) = (of(a), of(b));
    a.iter().any(|ancestor| b.contains(ancestor))
}
