//! Where a descent has been.

use crate::attestation::Claim;
use crate::config::ConfigFacts;
use crate::digest::Digest;
use crate::facts::{ChildManifest, LayerDescriptor};
use crate::image::Image;

use super::descended::{Descended, Visited};
use super::document::Document;
use super::error::{DescendError, Mismatch};
use super::kind::DocumentKind;
use super::needs::Found;

/// Where a descent has been.
#[derive(Debug, Default)]
pub(super) struct Path {
    visited: Vec<Visited>,
    /// How many indexes it is inside of.
    pub(super) depth: usize,
    /// The entry that led to where it is.
    pub(super) entry: Option<ChildManifest>,
    /// The attestations that are listed beside that entry.
    pub(super) claims: Vec<Claim>,
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
            Found::Missing => Err(DescendError::Missing { kind, digest }),
            Found::Other { actual } => {
                Err(DescendError::Mismatch { kind, mismatch: Box::new(Mismatch { expected: digest, actual }) })
            }
            Found::Unreadable(source) => Err(DescendError::Unreadable { kind, digest, source }),
        }
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
        Descended { image, notes: Vec::new(), visited: self.visited, layers, config, stated_platform }
    }
}
