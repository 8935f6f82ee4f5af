//! The hash tree of an image: index, manifest, config, layers, each named by
//! the digest that the one above it states.

use forebear_image::{
    ChildManifest, ConfigFacts, Digest, ImageManifest, ManifestFacts, Platform, config, manifest, media_type, schema1,
};
use serde::Serialize;

use crate::check::{Expected, Flaw, check_document};

/// Indexes inside indexes are followed this deep.
const MAX_DEPTH: usize = 4;

/// What a document of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// An index or manifest list.
    Index,
    /// A manifest.
    Manifest,
    /// An image config.
    Config,
}

/// A document of the tree, read and compared.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it is.
    pub what: What,
    /// The digest it should have; `None` where nothing states one.
    pub digest: Option<Digest>,
    /// Its bytes.
    pub size: Option<u64>,
    /// What is wrong with it; empty when it is intact.
    pub flaws: Vec<Flaw>,
}

/// A layer as the documents state it.
#[derive(Clone, Debug, Default)]
pub struct StatedLayer {
    /// Digests and size.
    pub expected: Expected,
    /// Its media type.
    pub media_type: Option<String>,
    /// The name of its file, where digests are not names.
    pub file: Option<String>,
}

impl StatedLayer {
    /// Whether registries and archives need not have it: a layer that may not
    /// be distributed.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.media_type.as_deref().is_some_and(media_type::is_foreign_layer)
    }
}

/// Documents that were compared, and layers that are still to be.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// From the root down. Below one that is not intact nothing is read.
    pub documents: Vec<Document>,
    /// Bottom first.
    pub layers: Vec<StatedLayer>,
    /// The platform of the image that was walked to, where it is stated.
    pub platform: Option<Platform>,
}

/// Where documents come from.
pub trait Documents {
    /// Why nothing can be said.
    type Error;

    /// The bytes that a digest names, not compared with it, or the flaw that
    /// they are not there or not whole.
    ///
    /// # Errors
    /// When the place itself fails: that is no flaw of the image.
    fn document(&self, what: What, digest: &Digest) -> Result<Result<Vec<u8>, Flaw>, Self::Error>;

    /// Which entry of an index is meant.
    ///
    /// # Errors
    /// When none is, or several could be.
    fn choose(&self, children: Vec<ChildManifest>) -> Result<ChildManifest, Self::Error>;
}

/// Walks down from the root document to an image's layers. `digest` is what
/// the root should have, if anything states it.
///
/// # Errors
/// Those of `documents`.
pub fn walk<D: Documents>(root: Vec<u8>, digest: Option<Digest>, documents: &D) -> Result<Tree, D::Error> {
    let mut tree = Tree::default();
    let (mut bytes, mut digest) = (root, digest);
    for _ in 0..MAX_DEPTH {
        let mut flaws = check_manifest(&bytes, digest);
        let parsed = if flaws.is_empty() {
            manifest::parse(&bytes, None).map_err(|error| error.to_string())
        } else {
            Err(String::new())
        };
        let what = if matches!(parsed, Ok(ManifestFacts::Index { .. })) { What::Index } else { What::Manifest };
        match &parsed {
            Err(reason) if !reason.is_empty() => flaws.push(Flaw::Unreadable(reason.clone())),
            Ok(ManifestFacts::Artifact { artifact_type }) => {
                flaws.push(Flaw::Unreadable(format!("it is no image but {artifact_type}")));
            }
            _ => {}
        }
        tree.documents.push(Document { what, digest, size: Some(bytes.len() as u64), flaws });
        let child = match parsed {
            Ok(ManifestFacts::Index { children, .. }) => documents.choose(children)?,
            Ok(ManifestFacts::Image(manifest)) => return image(tree, &manifest, documents),
            Ok(ManifestFacts::Schema1 { layers, config }) => {
                // No config and no diff_ids: the blobs' own digests are all there is.
                let stated = |layer: forebear_image::LayerDescriptor| StatedLayer {
                    expected: Expected { blob: Some(layer.digest), size: layer.size, diff_id: None },
                    media_type: Some(layer.media_type),
                    file: None,
                };
                tree.layers = layers.into_iter().map(stated).collect();
                tree.platform = tree.platform.or(config.platform);
                return Ok(tree);
            }
            Ok(ManifestFacts::Artifact { .. } | ManifestFacts::Attestation { .. }) | Err(_) => return Ok(tree),
        };
        tree.platform = child.platform;
        digest = Some(child.digest.0);
        bytes = match documents.document(What::Manifest, &child.digest.0)? {
            Ok(bytes) => bytes,
            Err(flaw) => {
                tree.documents.push(Document { what: What::Manifest, digest, size: None, flaws: vec![flaw] });
                return Ok(tree);
            }
        };
    }
    let reason = format!("an index inside {MAX_DEPTH} others");
    tree.documents.push(Document { what: What::Index, digest, size: None, flaws: vec![Flaw::Unreadable(reason)] });
    Ok(tree)
}

fn image<D: Documents>(mut tree: Tree, manifest: &ImageManifest, documents: &D) -> Result<Tree, D::Error> {
    let (digest, size) = (manifest.config.0, manifest.config_size);
    let found = documents.document(What::Config, &digest)?;
    let (facts, flaws, size) = match found {
        Err(flaw) => (None, vec![flaw], None),
        Ok(bytes) => {
            let mut flaws = check_document(&bytes, Some(size), Some(digest));
            let facts = read_config(&bytes, manifest.layers.len(), &mut flaws);
            (facts, flaws, Some(bytes.len() as u64))
        }
    };
    tree.documents.push(Document { what: What::Config, digest: Some(digest), size, flaws });
    let diff_ids = facts.as_ref().map(|facts| facts.diff_ids.as_slice()).unwrap_or_default();
    let layer = |(at, layer): (usize, &forebear_image::LayerDescriptor)| StatedLayer {
        expected: Expected { blob: Some(layer.digest), size: layer.size, diff_id: diff_ids.get(at).copied() },
        media_type: Some(layer.media_type.clone()),
        file: None,
    };
    tree.layers = manifest.layers.iter().enumerate().map(layer).collect();
    tree.platform = tree.platform.or_else(|| facts.and_then(|facts| facts.platform));
    Ok(tree)
}

/// A config, if it is intact and speaks of as many layers as there are.
pub fn read_config(bytes: &[u8], layers: usize, flaws: &mut Vec<Flaw>) -> Option<ConfigFacts> {
    if !flaws.is_empty() {
        return None;
    }
    match config::parse(bytes) {
        Ok(facts) if facts.diff_ids.len() == layers => return Some(facts),
        Ok(facts) => {
            let reason = format!("it has {} diff_ids, and the manifest {layers} layers", facts.diff_ids.len());
            flaws.push(Flaw::Unreadable(reason));
        }
        Err(error) => flaws.push(Flaw::Unreadable(error.to_string())),
    }
    None
}

/// A schema 1 manifest's digest is of what it signs.
fn check_manifest(bytes: &[u8], digest: Option<Digest>) -> Vec<Flaw> {
    if digest.is_some() && schema1::digest(bytes).map(|digest| digest.0) == digest {
        return Vec::new();
    }
    check_document(bytes, None, digest)
}
