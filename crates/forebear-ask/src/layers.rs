//! Each layer with its step and the ancestor it came from.

use std::collections::BTreeMap;

use forebear_image::added::all_steps;
use forebear_image::dockerfile::{Context, Fidelity, reconstruct};
use forebear_image::history::LayerLink;
use forebear_image::{Layer, Timestamp};
use forebear_index::View;
use serde::Serialize;

use crate::answers::{ImageAnswer, LayerAnswer};
use crate::lineage::ancestors_of;
use crate::located::Located;

/// An image and its layers.
#[derive(Clone, Debug, Serialize)]
pub struct LayersAnswer {
    /// The image that was asked about.
    pub image: ImageAnswer,
    /// Bottom first.
    pub layers: Vec<OwnedLayer>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
}

/// One layer, and whose it is.
#[derive(Clone, Debug, Serialize)]
pub struct OwnedLayer {
    /// Digests and size.
    #[serde(flatten)]
    pub layer: LayerAnswer,
    /// Media type of its blob.
    pub media_type: Option<String>,
    /// The step that made it, as a Dockerfile line.
    pub step: Option<LayerStep>,
    /// The ancestor it came from; null for the image's own.
    pub from: Option<String>,
    /// What it holds, where layers are read ([`crate::files`]); null here.
    pub files: (),
    /// What its files come to; as `files`.
    pub contents: (),
}

/// The step of a layer.
#[derive(Clone, Debug, Serialize)]
pub struct LayerStep {
    /// The instruction: `RUN`, `COPY`, …
    pub instruction: String,
    /// The whole line, which may be several.
    pub dockerfile: String,
    /// How well it is known.
    pub fidelity: Fidelity,
    /// As the history has it.
    pub created_by: String,
    /// When it ran.
    pub created: Option<Timestamp>,
    /// Whether it certainly made this layer.
    pub certain: bool,
}

/// An image's layers, each with its step and the ancestor it came from.
pub(crate) fn find(index: &View, located: &Located) -> LayersAnswer {
    let ancestors = ancestors_of(index, located);
    let steps = all_steps(&located.image);
    let lines = reconstruct(&steps, Context { parent: None, image: located.image.runtime.as_ref() });
    let mut made: BTreeMap<usize, LayerStep> = BTreeMap::new();
    for (step, line) in steps.iter().zip(&lines).filter(|(step, _)| step.position.is_some()) {
        let Some(at) = step.link.index() else { continue };
        made.entry(at).or_insert_with(|| LayerStep {
            instruction: line.instruction.clone(),
            dockerfile: line.dockerfile.clone(),
            fidelity: line.fidelity,
            created_by: step.entry.created_by.clone(),
            created: step.entry.created,
            certain: matches!(step.link, LayerLink::Made(_)),
        });
    }
    // The oldest ancestor that has the layer is where it came from.
    let owner = |at: usize| ancestors.iter().rev().find(|(parent, _)| parent.layers > at);
    let layer = |(at, known): (usize, &Layer)| OwnedLayer {
        layer: LayerAnswer::from(known),
        media_type: known.media_type.clone(),
        step: made.remove(&at),
        from: owner(at).map(|(_, its)| its.reference.clone()),
        files: (),
        contents: (),
    };
    let layers = located.image.layers.iter().enumerate().map(layer).collect();
    LayersAnswer { image: ImageAnswer::from(located), layers, observed_until: index.observed_until() }
}
