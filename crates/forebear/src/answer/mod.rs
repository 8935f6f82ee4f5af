//! Answers as values: the JSON contract, which text output is made from too.
//!
//! Names here are frozen; fields may be added. What is absent is `null`,
//! never missing.

mod build;
mod names;

use forebear_image::dockerfile::Fidelity;
use forebear_image::image::Identity;
use forebear_image::{BlobDigest, ChainId, ConfigDigest, DiffId, Digest, ManifestDigest, Timestamp};
use forebear_index::resolve::{RankedBy, Relation, WhyNot};
use serde::Serialize;

use crate::locate::Located;

pub(crate) use build::{added_lines, find, image, parent_answer, steps};
pub(crate) use names::{NameAnswer, NameRole};

/// `parent --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    pub image: ImageAnswer,
    pub parent: Option<ParentAnswer>,
    pub no_parent_because: Option<WhyNot>,
    pub declared: Vec<DeclaredAnswer>,
    pub identical: Vec<IdenticalAnswer>,
    pub equal_candidates: Vec<String>,
    pub shares_layers_with: Vec<SharingAnswer>,
    pub steps: Vec<StepAnswer>,
}

/// An image's own facts.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ImageAnswer {
    pub reference: String,
    pub names: Vec<String>,
    pub manifest_digest: Option<ManifestDigest>,
    pub config_digest: Option<ConfigDigest>,
    pub platform: Option<String>,
    pub chain_id: Option<ChainId>,
    pub created: Option<Timestamp>,
    pub layers: usize,
    pub steps: Option<usize>,
}

/// A parent or another ancestor: its facts, and the evidence for it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ParentAnswer {
    #[serde(flatten)]
    pub image: ImageAnswer,
    pub evidence: &'static str,
    pub agreement: &'static str,
    pub ranked_by: Option<RankedBy>,
    pub tag_now: Option<TagAnswer>,
    pub tags: Vec<TagAnswer>,
    pub names_over_time: Vec<NameAnswer>,
    /// Its layers are there in other blobs; `None` where blobs are not known.
    pub recompressed: Option<bool>,
}

/// A tag that led to an image, and where it leads now.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TagAnswer {
    pub reference: String,
    pub moved: bool,
    pub gone: bool,
    pub digest: Option<ManifestDigest>,
    pub builds_behind: u32,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub moved_at: Option<Timestamp>,
}

/// A declared base beside the answer.
#[derive(Debug, Serialize)]
pub(crate) struct DeclaredAnswer {
    pub source: forebear_image::declared::Source,
    pub name: Option<String>,
    pub digest: Option<Digest>,
    pub verdict: &'static str,
    /// Where it is not in the index: layers above the known parent, some of
    /// which may be its own.
    pub layers_between: Option<usize>,
    /// Where it is not in the index: the same as a sentence.
    pub message: Option<String>,
}

/// An image with the same layers.
#[derive(Debug, Serialize)]
pub(crate) struct IdenticalAnswer {
    pub reference: String,
    pub relation: Relation,
}

/// An image that shares layers.
#[derive(Debug, Serialize)]
pub(crate) struct SharingAnswer {
    pub reference: String,
    pub layers: usize,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StepAnswer {
    pub instruction: String,
    pub dockerfile: String,
    pub fidelity: Fidelity,
    pub note: Option<String>,
    pub created_by: Option<String>,
    pub created: Option<Timestamp>,
    pub layer: Option<LayerAnswer>,
    pub layer_certain: Option<bool>,
}

/// One layer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LayerAnswer {
    pub digest: Option<BlobDigest>,
    pub diff_id: Option<DiffId>,
    pub size: Option<u64>,
}

/// The config digest of an image that is identified by one.
fn config_digest(located: &Located) -> Option<ConfigDigest> {
    match located.image.identity {
        Some(Identity::Config(digest)) => Some(digest),
        _ => None,
    }
}
