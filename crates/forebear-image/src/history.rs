//! History entries and the layers they made.
//!
//! A config's `history` lists build steps, oldest first; those that made a
//! layer are not marked `empty_layer`, and stand in the order of the layers
//! (image-spec `config.md#properties`). Builders break that in several ways,
//! so every link from a step to a layer says how sure it is.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The comment BuildKit puts on entries it made up for layers without history.
/// Source: buildkit `exporter/containerimage/writer.go`.
const BUILDKIT_SYNTHETIC: &str = "buildkit.exporter.image.v0";

/// One entry of a config's `history`, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When the step ran; absent where the builder recorded none.
    pub created: Option<Timestamp>,
    /// The command, in its builder's spelling; may be empty.
    pub created_by: String,
    /// Who made it.
    pub author: Option<String>,
    /// A builder's remark.
    pub comment: Option<String>,
    /// `empty_layer`: the step made no layer.
    pub empty: bool,
}

impl HistoryEntry {
    /// Whether a builder made this entry up for a layer it knew nothing about.
    #[must_use]
    pub fn is_synthetic(&self) -> bool {
        self.comment.as_deref() == Some(BUILDKIT_SYNTHETIC)
    }
}

/// How a step relates to the layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LayerLink {
    /// The step made no layer.
    Empty,
    /// The step made this layer, counted from the bottom, from 0.
    Made(usize),
    /// The step probably made this layer: the counts disagree, or the text
    /// says that it cannot have.
    Uncertain(usize),
    /// The step made a layer, and which one cannot be known.
    Lost,
}

impl LayerLink {
    /// The layer, however sure.
    #[must_use]
    pub fn index(self) -> Option<usize> {
        match self {
            Self::Made(index) | Self::Uncertain(index) => Some(index),
            Self::Empty | Self::Lost => None,
        }
    }
}

/// One build step: a history entry and its layer, or a layer with no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Position in the history that is compared; `None` for a layer that no
    /// entry accounts for.
    pub position: Option<usize>,
    /// The entry; empty text where there is none.
    pub entry: HistoryEntry,
    /// The layer it made.
    pub link: LayerLink,
}

/// The part of a history that is compared and shown: without the entries that
/// BuildKit appends for layers nobody described (they stand at the end, though
/// the layers may be at the bottom).
#[must_use]
pub fn comparable(history: &[HistoryEntry]) -> &[HistoryEntry] {
    let kept = history.iter().rposition(|entry| !entry.is_synthetic()).map_or(0, |last| last + 1);
    history.get(..kept).unwrap_or_default()
}

/// Aligns a history with `layers` layers, both oldest first.
///
/// Where counts agree every link is certain. Where they disagree the top is
/// aligned and the rest marked: a base without history lies at the bottom, so
/// counting from the bottom would credit its layers to the child's steps.
#[must_use]
pub fn align(history: &[HistoryEntry], layers: usize) -> Vec<Step> {
    let history = comparable(history);
    let mut makes_layer: Vec<bool> = history.iter().map(|entry| !entry.empty).collect();
    let mut count = makes_layer.iter().filter(|makes| **makes).count();
    let mut certain = count == layers;
    if count > layers {
        // A `#(nop)` step that forgot `empty_layer`: believe it only if that
        // settles the count exactly.
        let forgotten = |entry: &HistoryEntry| !entry.empty && is_metadata_only(&entry.created_by);
        if count - history.iter().filter(|entry| forgotten(entry)).count() == layers {
            makes_layer = history.iter().map(|entry| !entry.empty && !forgotten(entry)).collect();
            count = layers;
            certain = true;
        }
    }
    let mut steps = Vec::with_capacity(history.len() + layers.saturating_sub(count));
    for index in 0..layers.saturating_sub(count) {
        let entry = HistoryEntry::default();
        steps.push(Step { position: None, entry, link: LayerLink::Uncertain(index) });
    }
    // The layer of the next non-empty entry; negative while entries outnumber
    // the layers below them.
    let mut missing = count.saturating_sub(layers);
    let mut next = layers.saturating_sub(count);
    for (position, (entry, makes)) in history.iter().zip(&makes_layer).enumerate() {
        let link = if !makes {
            LayerLink::Empty
        } else if missing > 0 {
            missing -= 1;
            LayerLink::Lost
        } else {
            let index = next;
            next += 1;
            if certain && !credited_by_mistake(entry) { LayerLink::Made(index) } else { LayerLink::Uncertain(index) }
        };
        steps.push(Step { position: Some(position), entry: entry.clone(), link });
    }
    steps
}

/// A metadata instruction of the legacy builder that makes no layer on Linux.
fn is_metadata_only(created_by: &str) -> bool {
    let Some((_, after)) = created_by.split_once("#(nop)") else { return false };
    let word = after.split_whitespace().next().unwrap_or_default();
    !matches!(word, "ADD" | "COPY" | "WORKDIR")
}

/// buildah without `--layers` gives the whole build's layer to the last step,
/// often a CMD. Docker of old also left a CMD unmarked, with an empty-tar
/// layer of its own: both are credited as the history says, and marked.
fn credited_by_mistake(entry: &HistoryEntry) -> bool {
    !entry.empty && !created_on_windows(&entry.created_by) && is_metadata_only(&entry.created_by)
}

fn created_on_windows(created_by: &str) -> bool {
    created_by.starts_with("cmd /S /C") || created_by.starts_with("powershell")
}
