//! Whether an image's layers are really those of its base.

use forebear_content::{Expected, check_layer};
use forebear_image::{BlobDigest, Layer};
use forebear_index::ManifestId;
use tokio::runtime::Handle;

use crate::contents::Contents;
use crate::error::AskError;

use super::answer::Proof;
use super::case::Case;
use super::matches::Candidate;

impl Case<'_> {
    /// A config is a claim until its layers have been hashed: anybody can push
    /// a manifest with a well-known config and blobs of their own. So an image
    /// is the approved one by its manifest, or by its layers.
    pub(super) fn prove(&self, candidate: &Candidate<'_>, approved: &[ManifestId]) -> Result<Proof, AskError> {
        let own = self.located.image.manifest_digest;
        if own.is_some() && approved.iter().any(|manifest| self.index.manifest_digest(*manifest) == own) {
            return Ok(Proof::Itself);
        }
        // Without layers there is nothing that could prove anything.
        if candidate.layers == 0 {
            return Ok(Proof::Claimed);
        }
        if self.has_its_blobs(candidate, approved) {
            return Ok(Proof::Blobs);
        }
        let opened = Handle::current().block_on(Contents::open(self.options, self.target));
        let Ok(contents) = opened else { return Ok(Proof::Claimed) };
        match contents {
            Contents::Live(_) if !self.request.verify => Ok(Proof::Claimed),
            _ if self.hashes_to_it(&contents, candidate)? => Ok(Proof::Hashed),
            _ => Ok(Proof::Claimed),
        }
    }

    /// Whether the lowest blobs are those of manifests that are approved: each
    /// layer's in some compression in which it was approved.
    fn has_its_blobs(&self, candidate: &Candidate<'_>, approved: &[ManifestId]) -> bool {
        let own = self.located.image.layers.get(..candidate.layers).unwrap_or_default();
        let blobs =
            |manifest: &ManifestId| self.index.blobs_of(*manifest).map(|blob| blob.digest()).collect::<Vec<_>>();
        let copies: Vec<Vec<BlobDigest>> = approved.iter().map(blobs).filter(|its| its.len() == own.len()).collect();
        let is_approved = |(at, layer): (usize, &Layer)| copies.iter().any(|its| its.get(at).copied() == layer.blob);
        !copies.is_empty() && own.iter().enumerate().all(|(at, layer)| layer.blob.is_some() && is_approved((at, layer)))
    }

    /// Reads the lowest layers and compares them with the base's diff_ids.
    fn hashes_to_it(&self, contents: &Contents, candidate: &Candidate<'_>) -> Result<bool, AskError> {
        let Some(base) = self.index.load(candidate.id, None) else { return Ok(false) };
        let tree = contents.layers_of(self.options, &self.located.image)?;
        let is_itself = self.located.known == Some(candidate.id);
        if base.layers.len() != candidate.layers
            || tree.layers.len() < base.layers.len()
            || (is_itself && tree.layers.len() != base.layers.len())
        {
            return Ok(false);
        }
        for (layer, base) in tree.layers.iter().zip(&base.layers) {
            let Some(diff_id) = base.diff_id else { return Ok(false) };
            let Some(opened) = contents.layer(layer)? else { return Ok(false) };
            let expected = Expected { diff_id: Some(diff_id), ..layer.expected };
            if !check_layer(opened.stream, &expected)?.is_proved() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
