//! `forebear layers`.

use std::collections::BTreeMap;

use forebear_image::added::all_steps;
use forebear_image::dockerfile::{Context, Fidelity, reconstruct};
use forebear_image::history::LayerLink;
use forebear_image::{Layer, Timestamp};
use forebear_index::View;
use serde::Serialize;

use crate::answer::{self, ImageAnswer, LayerAnswer};
use crate::common::Common;
use crate::exit::Exit;
use crate::locate::{Located, locate};
use crate::output::{self, Format};
use crate::text;

use super::lineage::ancestors_of;

/// `layers --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct LayersAnswer {
    pub image: ImageAnswer,
    pub layers: Vec<OwnedLayer>,
}

/// One layer, bottom first.
#[derive(Debug, Serialize)]
pub(crate) struct OwnedLayer {
    #[serde(flatten)]
    pub layer: LayerAnswer,
    pub media_type: Option<String>,
    /// The step that made it, as a Dockerfile line.
    pub step: Option<LayerStep>,
    /// The ancestor it came from; null for the image's own.
    pub from: Option<String>,
    /// With `--files` what it holds; see `files.rs`. Null without.
    pub files: (),
    pub contents: (),
}

/// The step of a layer.
#[derive(Debug, Serialize)]
pub(crate) struct LayerStep {
    pub instruction: String,
    pub dockerfile: String,
    pub fidelity: Fidelity,
    pub created_by: String,
    pub created: Option<Timestamp>,
    pub certain: bool,
}

/// Prints an image's layers with their steps and owners.
pub(crate) fn run(index: &View, common: &Common, image: &str) -> anyhow::Result<Exit> {
    let answer = answer(index, &locate(index, common, image)?);
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::layers::render(&answer)),
    }
    Ok(Exit::Found)
}

/// An image's layers, each with its step and the ancestor it came from.
pub(crate) fn answer(index: &View, located: &Located) -> LayersAnswer {
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
        layer: LayerAnswer { digest: known.blob, diff_id: known.diff_id, size: known.size },
        media_type: known.media_type.clone(),
        step: made.remove(&at),
        from: owner(at).map(|(_, its)| its.reference.clone()),
        files: (),
        contents: (),
    };
    let layers = located.image.layers.iter().enumerate().map(layer).collect();
    LayersAnswer { image: answer::image(located), layers }
}
