//! Anything the index knows by a digest, or by the beginning of one.
//!
//! A digest is looked for everywhere at once: nobody who pastes twelve hex
//! digits knows whether they are of a layer, a config or a manifest.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use forebear_image::Digest;
use rayon::prelude::*;

use crate::format::Section;
use crate::format::records::{self, Id, Key};
use crate::ids::{BlobId, ImageId, LayerId, ManifestId};
use crate::view::View;

/// Fewer hex digits than this match too much to be meant.
pub const SHORTEST: usize = 4;

/// The beginning of a digest, or all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// The lowest and the highest key that begin so.
    bounds: (Key, Key),
}

/// Why a text is no beginning of a digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    /// Something else than hex digits.
    #[error("'{0}' is neither a digest nor the beginning of one: hex digits, sha256: before them or not")]
    NotHex(String),
    /// Too few digits.
    #[error("'{0}' is too short: give {SHORTEST} hex digits at least")]
    TooShort(String),
}

/// What a digest names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A layer's uncompressed tar.
    DiffId(LayerId),
    /// A layer's blob.
    Blob(BlobId),
    /// An image's config.
    Config(ImageId),
    /// A manifest or an index.
    Manifest(ManifestId),
}

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        if let Ok(digest @ Digest::Sha512(_)) = text.parse() {
            let key = digest.key();
            return Ok(Self { bounds: (key, key) });
        }
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let shown = || text.chars().take(80).collect::<String>();
        if digits.len() > 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(PrefixError::NotHex(shown()));
        }
        if digits.len() < SHORTEST {
            return Err(PrefixError::TooShort(shown()));
        }
        let key = |fill: char| -> Option<Key> {
            let all: String = digits.to_ascii_lowercase().chars().chain(std::iter::repeat(fill)).take(64).collect();
            match format!("sha256:{all}").parse() {
                Ok(Digest::Sha256(key)) => Some(key),
                _ => None,
            }
        };
        key('0').zip(key('f')).map(|bounds| Self { bounds }).ok_or_else(|| PrefixError::NotHex(shown()))
    }
}

impl View {
    /// Everything whose digest begins so, by digest. `most` bounds how many
    /// of each kind are looked at: who gets two digests asks again.
    #[must_use]
    pub fn find_things(&self, prefix: &Prefix, most: usize) -> BTreeMap<Digest, Vec<Thing>> {
        let mut found: BTreeMap<Digest, Vec<Thing>> = BTreeMap::new();
        let mut note = |key: &Key, thing| found.entry(self.digest(key)).or_default().push(thing);
        let layers = self.table::<Key>(Section::Layers);
        let diff_ids = layers.get(..self.diff_id_count() as usize).unwrap_or_default();
        for (at, key) in within(diff_ids, prefix, |key| *key).take(most) {
            note(key, Thing::DiffId(LayerId(at)));
        }
        for (at, blob) in within(self.table::<records::Blob>(Section::Blobs), prefix, |blob| blob.digest).take(most) {
            note(&blob.digest, Thing::Blob(BlobId(at)));
        }
        let nothing: Key = [0xff; 32];
        let images = self.table::<Id>(Section::ImagesByDigest);
        let key_at = |id: &Id| self.image_record(ImageId(id.get())).map_or(nothing, |image| image.digest);
        for (_, id) in within(images, prefix, key_at).take(most) {
            let Some(image) = self.image_record(ImageId(id.get())) else { continue };
            // The others are named by their manifest, which is found as one.
            if !image.is_by_manifest() {
                note(&image.digest, Thing::Config(ImageId(id.get())));
            }
        }
        let manifests = self.table::<records::Manifest>(Section::Manifests);
        for (at, manifest) in within(manifests, prefix, |manifest| manifest.digest).take(most) {
            note(&manifest.digest, Thing::Manifest(ManifestId(at)));
        }
        found
    }

    /// Images that have a layer.
    pub fn images_with(&self, layer: LayerId) -> impl Iterator<Item = ImageId> {
        self.ranges_with(layer).into_iter().flatten().map(ImageId)
    }

    /// Images that have a layer, as ranges of ids that do not overlap.
    fn ranges_with(&self, layer: LayerId) -> Vec<Range<u32>> {
        let mut ranges: Vec<Range<u32>> = Vec::new();
        // Nodes are listed in order; one that repeats a layer lies in the
        // range of the first.
        for node in self.nodes_of_layer(layer) {
            let range = self.images_below(node);
            match ranges.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => ranges.push(range),
            }
        }
        ranges.retain(|range| !range.is_empty());
        ranges
    }

    /// Images that have a blob in one of their manifests. A blob's layer may be
    /// in more images: those that have it in another compression.
    #[must_use]
    pub fn images_with_blob(&self, blob: BlobId) -> Vec<ImageId> {
        let Some(record) = self.at::<records::Blob>(Section::Blobs, blob.0) else { return Vec::new() };
        // A blob that configs contradict each other on stands for no layer; few
        // do, so all images are looked through.
        let everywhere = || std::iter::once(0..self.image_count()).collect();
        let layer = self.blob(blob).and_then(|blob| blob.layer());
        let where_to_look = layer.map_or_else(everywhere, |layer| self.ranges_with(layer));
        let has = |manifest| self.blob_records_of(manifest).any(|its| its.digest == record.digest);
        let images = where_to_look.into_par_iter().flatten_iter().map(ImageId);
        images.filter(|image| self.manifests_of(*image).any(has)).collect()
    }

    /// Where in an image a layer lies, 0 at the bottom; more than once where
    /// it is repeated.
    #[must_use]
    pub fn positions_of(&self, image: ImageId, layer: LayerId) -> Vec<usize> {
        let node = self.image(image).map(|image| image.node());
        let layers = node.map(|node| self.layers_of(node)).unwrap_or_default();
        layers.iter().enumerate().filter(|(_, own)| **own == layer).map(|(at, _)| at).collect()
    }
}

/// The elements of a sorted table whose keys begin so, with their positions.
fn within<'a, T>(table: &'a [T], prefix: &Prefix, key_of: impl Fn(&T) -> Key) -> impl Iterator<Item = (u32, &'a T)> {
    let (lowest, highest) = prefix.bounds;
    let start = table.partition_point(|element| key_of(element) < lowest);
    let rest = table.get(start..).unwrap_or_default();
    let count = rest.partition_point(|element| key_of(element) <= highest);
    let first = u32::try_from(start).unwrap_or(u32::MAX);
    (first..).zip(rest.get(..count).unwrap_or_default())
}
