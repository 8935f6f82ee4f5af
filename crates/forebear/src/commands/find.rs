//! `forebear find`: what a digest names, and where it occurs.

use std::collections::BTreeSet;

use anyhow::bail;
use forebear_image::{Digest, ManifestDigest};
use forebear_index::find::{Prefix, Thing};
use forebear_index::{ImageId, ManifestId, View};
use serde::Serialize;

use crate::common::Common;
use crate::exit::Exit;
use crate::locate::Located;
use crate::output::{self, Format};
use crate::text;

/// Digests offered when a prefix fits several.
const OFFERED: usize = 8;

/// `find --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct FindAnswer {
    pub query: String,
    /// The whole digest; null when nothing was found.
    pub digest: Option<Digest>,
    /// Images of all that was found, each counted once.
    pub total: usize,
    pub found: Vec<FoundAnswer>,
}

/// One thing that the digest names.
#[derive(Debug, Serialize)]
pub(crate) struct FoundAnswer {
    pub kind: Kind,
    /// How many images it is in, or leads to.
    pub total: usize,
    pub images: Vec<OccurrenceAnswer>,
    /// Tags that lead, or led, to it; for manifests, indexes and configs.
    pub names: Vec<String>,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    DiffId,
    Blob,
    Config,
    Manifest,
    Index,
}

/// One image.
#[derive(Debug, Serialize)]
pub(crate) struct OccurrenceAnswer {
    pub reference: String,
    pub manifest_digest: Option<ManifestDigest>,
    pub platform: Option<String>,
    pub layers: usize,
    /// Of a layer: where it lies, 0 at the bottom.
    pub positions: Option<Vec<usize>>,
}

/// Prints what a digest, or a unique beginning of one, names.
pub(crate) fn run(index: &View, common: &Common, query: &str, limit: usize) -> anyhow::Result<Exit> {
    let prefix: Prefix = query.parse()?;
    let mut things = index.find_things(&prefix, OFFERED + 1);
    if things.len() > 1 {
        let digests: Vec<String> = things.keys().take(OFFERED).map(ToString::to_string).collect();
        let more = if things.len() > OFFERED { ", …" } else { "" };
        bail!("'{query}' begins several digests; give more of one: {}{more}", digests.join(", "));
    }
    let mut all = BTreeSet::new();
    let (digest, things) = things.pop_first().unzip();
    let found: Vec<FoundAnswer> =
        things.unwrap_or_default().into_iter().map(|thing| found(index, thing, limit, &mut all)).collect();
    let answer = FindAnswer { query: query.to_owned(), digest, total: all.len(), found };
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::find::render(&answer)),
    }
    Ok(if answer.found.is_empty() { Exit::NotFound } else { Exit::Found })
}

fn found(index: &View, thing: Thing, limit: usize, all: &mut BTreeSet<ImageId>) -> FoundAnswer {
    let (kind, images, names) = match thing {
        Thing::DiffId(layer) => (Kind::DiffId, index.images_with(layer).collect(), Vec::new()),
        Thing::Blob(blob) => (Kind::Blob, index.images_with_blob(blob), Vec::new()),
        Thing::Config(image) => (Kind::Config, vec![image], names(index.names_of(image))),
        Thing::Manifest(manifest) => {
            let entries = index.entries_of(manifest).map(|entry| entry.manifest());
            let manifests: Vec<ManifestId> = std::iter::once(manifest).chain(entries).collect();
            let kind = if manifests.len() > 1 { Kind::Index } else { Kind::Manifest };
            let images = manifests.iter().filter_map(|id| index.manifest(*id)?.image()).collect();
            (kind, images, names(index.names_of_manifest(manifest)))
        }
    };
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
            platform: its.image.platform.as_ref().map(ToString::to_string),
            layers: its.image.layers.len(),
            positions: layer.map(|layer| index.positions_of(*id, layer)),
        })
    };
    FoundAnswer { kind, total: images.len(), images: images.iter().take(limit).filter_map(occurrence).collect(), names }
}

fn names(names: Vec<forebear_index::names::Name>) -> Vec<String> {
    names.into_iter().map(|name| name.reference).collect()
}
