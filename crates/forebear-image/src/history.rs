//! History entries and the layers they made.
//!
//! A config's `history` lists build steps, oldest first; those that made a
//! layer are not marked `empty_layer`, and stand in the order of the layers
//! (image-spec `config.md#properties`). Builders break that in several ways,
//! so every link from a step to a layer says how sure it is.

use serde::{Deserialize, Serialize};

use crate::keywords;
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
///
/// Entries that a builder made up are no steps. They come to stand between a
/// base's steps and its child's, and the layers they are for are counted with
/// those that nobody described.
#[must_use]
pub fn align(history: &[HistoryEntry], layers: usize) -> Vec<Step> {
    let history = comparable(history);
    let windows = history.iter().any(|entry| is_windows(&entry.created_by));
    let mut makes_layer: Vec<bool> = history.iter().map(|entry| !entry.empty && !entry.is_synthetic()).collect();
    let mut count = makes_layer.iter().filter(|makes| **makes).count();
    let mut certain = count == layers;
    // A metadata step with a layer: on Windows every step has one.
    let odd = |entry: &HistoryEntry| !entry.empty && !windows && is_metadata_only(&entry.created_by);
    if count > layers {
        // A `#(nop)` step that forgot `empty_layer`: believe it only if that
        // settles the count exactly.
        let forgotten = history.iter().filter(|entry| odd(entry) && !entry.is_synthetic()).count();
        if count - forgotten == layers {
            makes_layer = makes_layer.iter().zip(history).map(|(makes, entry)| *makes && !odd(entry)).collect();
            count = layers;
            certain = true;
        }
    }
    let is_odd = |makes: bool, entry: &HistoryEntry| makes && odd(entry);
    let merged = layers > 0
        && (count == 0
            || history.iter().zip(&makes_layer).any(|(entry, makes)| is_odd(*makes, entry) || is_squash(entry)));
    let mut steps = Vec::with_capacity(history.len() + layers.saturating_sub(count));
    for index in 0..layers.saturating_sub(count) {
        let entry = HistoryEntry::default();
        steps.push(Step { position: None, entry, link: LayerLink::Uncertain(index) });
    }
    // Entries that outnumber the layers stand at the bottom; `next` is the
    // layer of the next entry that has one.
    let mut missing = count.saturating_sub(layers);
    let mut next = layers.saturating_sub(count);
    for (position, (entry, makes)) in history.iter().zip(makes_layer).enumerate() {
        if entry.is_synthetic() {
            continue;
        }
        let link = if !makes {
            if merged && writes_files(&entry.created_by) { LayerLink::Lost } else { LayerLink::Empty }
        } else if missing > 0 {
            missing -= 1;
            LayerLink::Lost
        } else {
            let index = next;
            next += 1;
            if certain && !is_odd(makes, entry) { LayerLink::Made(index) } else { LayerLink::Uncertain(index) }
        };
        steps.push(Step { position: Some(position), entry: entry.clone(), link });
    }
    steps
}

/// A metadata instruction of the legacy builder that makes no layer on Linux.
///
/// Two builders give one a layer all the same. buildah without `--layers`
/// credits the last step, often a CMD, with the whole build's. Docker of old
/// left a CMD unmarked, with an empty-tar layer of its own. Both are credited
/// as the history says, and marked.
fn is_metadata_only(created_by: &str) -> bool {
    let Some((_, after)) = created_by.split_once("#(nop)") else { return false };
    let word = after.split_whitespace().next().unwrap_or_default();
    !matches!(word, "ADD" | "COPY" | "WORKDIR")
}

/// A step that changes files, so that its layer lies in another's where it is
/// marked empty and layers were merged.
fn writes_files(created_by: &str) -> bool {
    let text = created_by.split_once("#(nop)").map_or(created_by, |(_, after)| after);
    text.split_whitespace().next().is_some_and(|word| !keywords::is_for_config(word))
}

/// The entry that `docker build --squash` adds for the one layer it leaves.
/// Source: moby `daemon/images/image_squash.go`.
fn is_squash(entry: &HistoryEntry) -> bool {
    let starts = |comment: &str| comment.starts_with("merge sha256:") || comment.starts_with("create new from sha256:");
    entry.created_by.is_empty() && entry.comment.as_deref().is_some_and(starts)
}

/// A step of a Windows image, in the legacy builder's words.
fn is_windows(created_by: &str) -> bool {
    ["cmd /S /C ", "powershell ", "Apply image ", "Install update "].iter().any(|start| created_by.starts_with(start))
}
