//! Where a descent has been.

use crate::annotations::Annotations;
use crate::attestation::{self, Claim};
use crate::config::ConfigFacts;
use crate::digest::{Digest, ManifestDigest};
use crate::facts::{ChildManifest, LayerDescriptor, ManifestFacts};
use crate::image::Image;
use crate::json::OddField;
use crate::platform::Platform;

use super::descended::{Descended, Visited};
use super::document::Document;
use super::error::{DescendError, Mismatch};
use super::kind::DocumentKind;
use super::needs::Found;
use super::note::Note;

/// Where a descent has been.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    visited: Vec<Visited>,
    /// How many indexes it is inside of.
    pub(super) depth: usize,
    /// The entry that led to where it is.
    pub(super) entry: Option<ChildManifest>,
    /// The attestations that are listed beside that entry.
    pub(super) claims: Vec<Claim>,
    /// What the indexes say of what lies below them, from the nearest outwards.
    pub(super) said: Vec<Annotations>,
    /// What is odd in the documents so far.
    odd: Vec<(DocumentKind, ManifestDigest, OddField)>,
}

impl Path {
    /// Nowhere yet, with attestations listed beside the entry it goes to.
    pub(super) fn beside(claims: Vec<Claim>) -> Self {
        Self { claims, ..Self::default() }
    }

    /// Goes on to a document.
    pub(super) fn visit(&mut self, kind: DocumentKind, digest: Option<Digest>, stated_size: Option<u64>) {
        self.visited.push(Visited { kind, digest, size: None, stated_size });
    }

    /// The document that is visited was received.
    pub(super) fn received(&mut self, document: &Document<'_>) {
        if let Some(last) = self.visited.last_mut() {
            last.size = Some(document.bytes.len() as u64);
        }
    }

    /// The manifest that is visited turned out to be an index.
    pub(super) fn is_index(&mut self) {
        if let Some(last) = self.visited.last_mut() {
            last.kind = DocumentKind::Index;
        }
    }

    /// Goes on to a document that a digest names, if it can be had.
    pub(super) fn open<'f>(
        &mut self,
        kind: DocumentKind,
        digest: Digest,
        stated_size: Option<u64>,
        found: Found<'f>,
    ) -> Result<Document<'f>, DescendError> {
        self.visit(kind, Some(digest), stated_size);
        match found {
            Found::Document(document) => {
                self.received(&document);
                Ok(document)
            }
            Found::Missing => {
                let platform = self.stated_platform().cloned().map(Box::new);
                Err(DescendError::Missing { kind, digest, platform })
            }
            Found::Other { actual } => {
                Err(DescendError::Mismatch { kind, mismatch: Box::new(Mismatch { expected: digest, actual }) })
            }
            Found::Unreadable(source) => Err(DescendError::Unreadable { kind, digest, source }),
        }
    }

    /// Goes into the index that was visited: what it says holds below it.
    pub(super) fn go_into(&mut self, children: &[ChildManifest], annotations: Annotations) {
        self.depth += 1;
        self.claims = attestation::claims(children);
        let entry = self.entry.take().map(|entry| entry.annotations);
        self.said.splice(0..0, [Some(annotations), entry].into_iter().flatten());
    }

    /// The platform that the entry states which led to where it is.
    pub(super) fn stated_platform(&self) -> Option<&Platform> {
        self.entry.as_ref()?.platform.as_ref()
    }

    /// Puts onto an image what is said of it on the way: its entry's word, and
    /// where nothing nearer declares a base, that of the indexes.
    pub(super) fn speak_for(&self, image: &mut Image) {
        if let Some(entry) = &self.entry {
            image.declare_from(&entry.annotations);
        }
        for annotations in &self.said {
            if !image.declares_by_annotation() {
                image.declare_from(annotations);
            }
        }
        self.stated_platform().into_iter().for_each(|platform| image.set_platform(platform));
    }

    /// Notes what is odd in a manifest.
    pub(super) fn note(&mut self, digest: ManifestDigest, facts: &ManifestFacts) {
        let kind = match facts {
            ManifestFacts::Index { .. } => DocumentKind::Index,
            // What stands in place of a config speaks for itself.
            ManifestFacts::Schema1 { .. } => return,
            ManifestFacts::Image(_) | ManifestFacts::Artifact { .. } | ManifestFacts::Attestation { .. } => {
                DocumentKind::Manifest
            }
        };
        self.odd.extend(facts.odd().iter().map(|field| (kind, digest, field.clone())));
    }

    pub(super) fn failed(self, error: DescendError) -> Descended {
        self.ended(Err(error), Vec::new(), None)
    }

    pub(super) fn ended(
        self,
        image: Result<Image, DescendError>,
        layers: Vec<LayerDescriptor>,
        config: Option<ConfigFacts>,
    ) -> Descended {
        let stated_platform = self.entry.and_then(|entry| entry.platform);
        let odd = self.odd.into_iter();
        let notes = odd.map(|(kind, digest, field)| Note::Odd { kind, digest, field }).collect();
        Descended { image, notes, visited: self.visited, layers, config, stated_platform }
    }
}
