//! The hash tree of an image: index, manifest, config, layers, each named by
//! the digest that the one above it states.

use forebear_image::descend::{DescendError, Descended, DocumentKind, MAX_NESTING, NotChosen, Visited};
use forebear_image::{ConfigFacts, Digest, LayerDescriptor, Platform, config, media_type};

use crate::check::{Expected, Flaw};
use crate::packing::Packing;

/// A document of the tree, read and compared.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
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
    /// A layer of these digests and of this media type, which says how it is
    /// packed.
    #[must_use]
    pub fn new(expected: Expected, media_type: Option<String>, file: Option<String>) -> Self {
        let packing = media_type.as_deref().map(Packing::of).unwrap_or_default();
        Self { expected: Expected { packing, ..expected }, media_type, file }
    }

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

impl Tree {
    /// The tree that was descended: why no image was reached is a flaw of the
    /// last document.
    ///
    /// # Errors
    /// [`NotChosen`] when it is not clear which image is meant: that is no flaw.
    pub fn of(descended: Descended) -> Result<Self, NotChosen> {
        let Descended { image, visited, layers, mut config, stated_platform, notes: _ } = descended;
        let mut documents: Vec<Document> = visited.into_iter().map(received).collect();
        if let Some(last) = documents.last_mut() {
            if let Err(error) = image {
                last.flaws.extend(flaw(error)?.filter(|flaw| follows(flaw, &last.flaws)));
            }
            if last.kind == DocumentKind::Config {
                config = config.filter(|facts| is_intact(facts, layers.len(), &mut last.flaws));
            }
        }
        let diff_ids = config.as_ref().map(|facts| facts.diff_ids.as_slice()).unwrap_or_default();
        let stated = |(at, layer): (usize, LayerDescriptor)| {
            let diff_id = diff_ids.get(at).copied();
            let expected = Expected { blob: Some(layer.digest), size: layer.size, diff_id, ..Expected::default() };
            StatedLayer::new(expected, Some(layer.media_type), None)
        };
        let layers = layers.into_iter().enumerate().map(stated).collect();
        let platform = stated_platform.or_else(|| config.and_then(|facts| facts.platform));
        Ok(Self { documents, layers, platform })
    }
}

/// A document as it was received: its size is compared where one is stated.
fn received(visited: Visited) -> Document {
    let Visited { kind, digest, size, stated_size } = visited;
    let wrong = |(actual, expected): (u64, u64)| (actual != expected).then_some(Flaw::Size { expected, actual });
    let flaws = size.zip(stated_size).and_then(wrong).into_iter().collect();
    Document { kind, digest, size, flaws }
}

/// What an error says of the document it is about.
fn flaw(error: DescendError) -> Result<Option<Flaw>, NotChosen> {
    Ok(Some(match error {
        DescendError::NotChosen(error) => return Err(error),
        // What an image is for is no matter of its bytes.
        DescendError::OtherPlatform { .. } => return Ok(None),
        DescendError::Missing { .. } => Flaw::Missing,
        DescendError::Mismatch { mismatch, .. } => {
            Flaw::Digest { expected: mismatch.expected, actual: mismatch.actual }
        }
        DescendError::Unreadable { source, .. } => Flaw::Unreadable(source.to_string()),
        DescendError::Manifest { source, .. } => Flaw::Unreadable(source.to_string()),
        DescendError::Config { source, .. } => Flaw::Unreadable(source.to_string()),
        error @ DescendError::NotAnImage(_) => Flaw::Unreadable(error.to_string()),
        DescendError::TooDeep => Flaw::Unreadable(format!("an index inside {MAX_NESTING} others")),
    }))
}

/// Whether a flaw says more than those before it: what has the wrong size
/// cannot be read either, and its digest is another where it is too long.
fn follows(flaw: &Flaw, before: &[Flaw]) -> bool {
    before.iter().all(|before| match before {
        Flaw::Size { expected, actual } => matches!(flaw, Flaw::Digest { .. }) && actual < expected,
        Flaw::Digest { .. } | Flaw::DiffId { .. } | Flaw::Unreadable(_) | Flaw::Missing => true,
    })
}

/// A config, if it is intact and speaks of as many layers as there are.
pub fn read_config(bytes: &[u8], layers: usize, flaws: &mut Vec<Flaw>) -> Option<ConfigFacts> {
    if !flaws.is_empty() {
        return None;
    }
    match config::parse(bytes) {
        Ok(facts) => is_intact(&facts, layers, flaws).then_some(facts),
        Err(error) => {
            flaws.push(Flaw::Unreadable(error.to_string()));
            None
        }
    }
}

fn is_intact(facts: &ConfigFacts, layers: usize, flaws: &mut Vec<Flaw>) -> bool {
    if flaws.is_empty() && facts.diff_ids.len() != layers {
        let reason = format!("it has {} diff_ids, and the manifest {layers} layers", facts.diff_ids.len());
        flaws.push(Flaw::Unreadable(reason));
    }
    flaws.is_empty()
}
