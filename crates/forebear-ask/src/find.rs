//! What a digest names, and where it occurs.

use std::collections::BTreeSet;

use forebear_image::{Digest, ManifestDigest, Platform, Timestamp};
use forebear_index::find::{Prefix, Thing};
use forebear_index::names::Name;
use forebear_index::{ImageId, ManifestId, View};
use serde::Serialize;

use crate::answers::platform_as_text;
use crate::error::AskError;
use crate::located::Located;

/// Digests offered when a prefix fits several.
const OFFERED: usize = 8;

/// Which digest is asked for.
#[derive(Clone, Debug)]
pub struct FindRequest {
    /// The digest, or enough of its beginning to be the only one.
    pub query: String,
    /// At most this many images of each thing; the totals count all.
    pub limit: usize,
}

/// What a digest names, and the images of it that had been seen.
#[derive(Clone, Debug, Serialize)]
pub struct FindAnswer {
    /// What was asked for.
    pub query: String,
    /// The whole digest; null when nothing was found.
    pub digest: Option<Digest>,
    /// Images of all that was found, each counted once.
    pub total: usize,
    /// Each thing that it names.
    pub found: Vec<FoundAnswer>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
}

/// One thing that the digest names.
#[derive(Clone, Debug, Serialize)]
pub struct FoundAnswer {
    /// What it is.
    pub kind: FoundKind,
    /// How many images it is in, or leads to.
    pub total: usize,
    /// The first of these images.
    pub images: Vec<OccurrenceAnswer>,
    /// Tags that lead, or led, to it; for manifests, indexes and configs.
    pub names: Vec<String>,
}

/// What a digest names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// A layer, by its tar.
    DiffId,
    /// A layer, by its blob.
    Blob,
    /// An image, by its config.
    Config,
    /// An image, by its manifest.
    Manifest,
    /// An index of images.
    Index,
}

/// One image.
#[derive(Clone, Debug, Serialize)]
pub struct OccurrenceAnswer {
    /// Its best name.
    pub reference: String,
    /// Digest of its manifest.
    pub manifest_digest: Option<ManifestDigest>,
    /// Its platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
    /// How many layers it has.
    pub layers: usize,
    /// Of a layer: where it lies, 0 at the bottom.
    pub positions: Option<Vec<usize>>,
}

/// Finds what a digest, or a unique beginning of one, names.
pub(crate) fn find(index: &View, request: &FindRequest) -> Result<FindAnswer, AskError> {
    let FindRequest { query, limit } = request;
    let prefix: Prefix = query.parse()?;
    let mut things = index.find_things(&prefix, OFFERED + 1);
    if things.len() > 1 {
        let digests: Vec<String> = things.keys().take(OFFERED).map(ToString::to_string).collect();
        let more = if things.len() > OFFERED { ", …" } else { "" };
        let offered = format!("{}{more}", digests.join(", "));
        return Err(AskError::AmbiguousDigest { query: query.clone(), offered });
    }
    let mut all = BTreeSet::new();
    let (digest, things) = things.pop_first().unzip();
    let found: Vec<FoundAnswer> =
        things.unwrap_or_default().into_iter().map(|thing| found(index, thing, *limit, &mut all)).collect();
    Ok(FindAnswer { query: query.clone(), digest, total: all.len(), found, observed_until: index.observed_until() })
}

fn found(index: &View, thing: Thing, limit: usize, all: &mut BTreeSet<ImageId>) -> FoundAnswer {
    let (kind, mut images, names): (FoundKind, Vec<ImageId>, Vec<String>) = match thing {
        Thing::DiffId(layer) => (FoundKind::DiffId, index.images_with(layer).collect(), Vec::new()),
        Thing::Blob(blob) => (FoundKind::Blob, index.images_with_blob(blob), Vec::new()),
        Thing::Config(image) => (FoundKind::Config, vec![image], names(index.names_of(image))),
        Thing::Manifest(manifest) => {
            let entries = index.entries_of(manifest).map(|entry| entry.manifest());
            let manifests: Vec<ManifestId> = std::iter::once(manifest).chain(entries).collect();
            let kind = if manifests.len() > 1 { FoundKind::Index } else { FoundKind::Manifest };
            let images = manifests.iter().filter_map(|id| index.manifest(*id)?.image()).collect();
            (kind, images, names(index.names_of_manifest(manifest)))
        }
    };
    images.retain(|image| index.is_visible(*image));
    let layer = match thing {
        Thing::DiffId(layer) => Some(layer),
        Thing::Blob(blob) => index.blob(blob).and_then(|blob| blob.layer()),
        Thing::Config(_) | Thing::Manifest(_) => None,
    };
    all.extend(&images);
    let occurrence = |id: &ImageId| {
        let its = Located::of_index(index, *id)?;
        Some(OccurrenceAnswer {
            reference: its.reference.clone(),
            manifest_digest: its.image.manifest_digest,
            platform: its.image.platform.clone(),
            layers: its.image.layers.len(),
            positions: layer.map(|layer| index.positions_of(*id, layer)),
        })
    };
    FoundAnswer { kind, total: images.len(), images: images.iter().take(limit).filter_map(occurrence).collect(), names }
}

fn names(names: Vec<Name>) -> Vec<String> {
    names.into_iter().map(|name| name.reference).collect()
}
