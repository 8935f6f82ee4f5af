//! Which of an image's steps are its own, beyond its parent's.

use crate::agreement::{Agreement, Comparison};
use crate::history::{HistoryEntry, LayerLink, Step, align};
use crate::image::Image;

/// A parent, as far as drawing the line needs it.
#[derive(Clone, Copy, Debug)]
pub struct Boundary<'a> {
    /// How the histories compare.
    pub comparison: Comparison,
    /// How many layers are the parent's.
    pub layers: usize,
    /// The parent's history, where it is known.
    pub history: Option<&'a [HistoryEntry]>,
}

/// All steps of an image, aligned with its layers.
#[must_use]
pub fn all_steps(image: &Image) -> Vec<Step> {
    align(image.history.as_deref().unwrap_or_default(), image.layers.len())
}

/// The steps that were added on top of a parent; all of them without one.
///
/// Where histories agree the boundary is a position in the history, never
/// equality of text: an image may repeat its parent's last step. Where they do
/// not, it lies above the step that made the parent's last layer.
#[must_use]
pub fn added_steps(image: &Image, parent: Option<Boundary<'_>>) -> Vec<Step> {
    let steps = all_steps(image);
    let Some(parent) = parent else { return steps };
    let above = |step: &Step| step.link.index().is_some_and(|layer| layer >= parent.layers);
    match parent.comparison.agreement {
        Agreement::Exact | Agreement::Filled | Agreement::Text | Agreement::Above => steps
            .into_iter()
            .filter(|step| step.position.map_or_else(|| above(step), |at| at >= parent.comparison.steps))
            .collect(),
        Agreement::Unread | Agreement::Differs => {
            let below = |step: &Step| step.link.index().is_some_and(|layer| layer < parent.layers);
            let first = steps.iter().rposition(below).map_or(0, |last| last + 1);
            let first = first + trailing_of_parent(steps.get(first..).unwrap_or_default(), parent.history);
            steps.into_iter().skip(first).collect()
        }
    }
}

/// How many of the steps right above the parent's last layer repeat the
/// parent's own trailing metadata (its CMD, say).
fn trailing_of_parent(steps: &[Step], history: Option<&[HistoryEntry]>) -> usize {
    let history = history.unwrap_or_default();
    let tail = history.iter().rposition(|entry| !entry.empty).map_or(0, |last| last + 1);
    let tail = history.get(tail..).unwrap_or_default();
    let same = |step: &Step, entry: &HistoryEntry| {
        step.link == LayerLink::Empty && step.entry.created_by.trim() == entry.created_by.trim()
    };
    steps.iter().zip(tail).take_while(|(step, entry)| same(step, entry)).count()
}
