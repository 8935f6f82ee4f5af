//! Steps: what was added, as Dockerfile lines.

use forebear_image::added::{Boundary, added_steps};
use forebear_image::dockerfile::{Context, Fidelity, Line, reconstruct};
use forebear_image::history::LayerLink;
use forebear_image::{BlobDigest, DiffId, Layer, Step, Timestamp};
use forebear_index::resolve::Parent;
use serde::Serialize;

use crate::located::Located;

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct StepAnswer {
    /// The instruction: `RUN`, `COPY`, …
    pub instruction: String,
    /// The whole line, which may be several.
    pub dockerfile: String,
    /// How well it is known.
    pub fidelity: Fidelity,
    /// What there is to say about it.
    pub note: Option<String>,
    /// As the history has it; `None` for what only the config knows.
    pub created_by: Option<String>,
    /// When it ran.
    pub created: Option<Timestamp>,
    /// The layer it made.
    pub layer: Option<LayerAnswer>,
    /// Whether it certainly made that layer, or none.
    pub layer_certain: Option<bool>,
}

/// One layer.
#[derive(Clone, Debug, Serialize)]
pub struct LayerAnswer {
    /// Digest of its blob.
    pub digest: Option<BlobDigest>,
    /// Digest of its tar.
    pub diff_id: Option<DiffId>,
    /// Size of the blob in bytes.
    pub size: Option<u64>,
}

impl From<&Layer> for LayerAnswer {
    fn from(layer: &Layer) -> Self {
        Self { digest: layer.blob, diff_id: layer.diff_id, size: layer.size }
    }
}

/// The steps added on top of a parent, each with its Dockerfile line; lines
/// that only the config knows come last, without a step.
pub(crate) fn added_lines(located: &Located, parent: Option<&(Parent, Located)>) -> Vec<(Option<Step>, Line)> {
    let boundary = parent.map(|(parent, its)| Boundary {
        comparison: parent.comparison,
        layers: parent.layers,
        history: its.image.history.as_deref(),
    });
    let steps = added_steps(&located.image, boundary);
    let context = Context {
        parent: parent.and_then(|(_, its)| its.image.runtime.as_ref()),
        image: located.image.runtime.as_ref(),
    };
    let lines = reconstruct(&steps, context);
    let steps = steps.into_iter().map(Some).chain(std::iter::repeat(None));
    steps.zip(lines).collect()
}

/// Steps as the contract has them.
pub(crate) fn steps(located: &Located, lines: &[(Option<Step>, Line)]) -> Vec<StepAnswer> {
    let one = |(step, line): &(Option<Step>, Line)| {
        let at = step.as_ref().and_then(|step| step.link.index());
        let entry = step.as_ref().filter(|step| step.position.is_some()).map(|step| &step.entry);
        StepAnswer {
            instruction: line.instruction.clone(),
            dockerfile: line.dockerfile.clone(),
            fidelity: line.fidelity,
            note: line.note.clone(),
            created_by: entry.map(|entry| entry.created_by.clone()),
            created: entry.and_then(|entry| entry.created),
            layer: at.and_then(|at| located.image.layers.get(at)).map(LayerAnswer::from),
            layer_certain: step.as_ref().map(|step| matches!(step.link, LayerLink::Made(_) | LayerLink::Empty)),
        }
    };
    lines.iter().map(one).collect()
}
