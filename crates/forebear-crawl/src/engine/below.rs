//! What lies below a manifest: the children of an index, the config of an
//! image.

use forebear_image::{ConfigDigest, ManifestDigest, ManifestFacts, RepositoryName};
use forebear_store::{Batch, NewManifest, StoreError, Task};

use super::absorb::Absorber;
use super::frontier::Frontier;

/// Indexes inside indexes are followed this deep.
const MAX_DEPTH: u8 = 4;

impl Absorber<'_> {
    /// Stores a manifest and asks for what lies below it.
    pub(super) fn manifest(
        &mut self,
        manifest: NewManifest,
        repository: &RepositoryName,
        depth: u8,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<(), StoreError> {
        match &manifest.facts {
            ManifestFacts::Schema1 { .. } if self.seen.first(&manifest.digest.0) => {
                self.counts.snapshot.images_new += 1;
            }
            ManifestFacts::Artifact { .. } if self.is_attestation(&manifest.digest, batch)? => return Ok(()),
            ManifestFacts::Artifact { .. } => self.counts.artifacts += 1,
            _ => {}
        }
        self.counts.manifests_new += 1;
        self.below((manifest.digest, &manifest.facts), repository, depth, batch, frontier)?;
        batch.manifests.push(manifest);
        Ok(())
    }

    /// Asks for a manifest, or, where it is stored, for whatever is missing
    /// below it.
    pub(super) fn want_manifest(
        &mut self,
        task: Task,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<(), StoreError> {
        let Task::Manifest { digest, repository, depth, .. } = &task else { return Ok(()) };
        let (digest, repository, depth) = (*digest, repository.clone(), *depth);
        if frontier.is_active(&task) {
            return Ok(());
        }
        match self.store.manifest(&digest)? {
            None => self.add(task, batch, frontier)?,
            Some(facts) => {
                if matches!(facts, ManifestFacts::Schema1 { .. }) && self.seen.first(&digest.0) {
                    self.counts.snapshot.images_known += 1;
                }
                self.below((digest, &facts), &repository, depth, batch, frontier)?;
            }
        }
        Ok(())
    }

    /// Asks for children and config of a manifest where they are not stored.
    fn below(
        &mut self,
        (digest, facts): (ManifestDigest, &ManifestFacts),
        repository: &RepositoryName,
        depth: u8,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<(), StoreError> {
        match facts {
            ManifestFacts::Image(image) => self.want_config(image.config, repository, batch, frontier)?,
            ManifestFacts::Index { children, .. } if depth >= MAX_DEPTH => {
                let message = format!("an index inside {depth} others; its {} entries are left out", children.len());
                self.warn_once(&format!("{repository}@{digest}"), "nesting", message);
            }
            ManifestFacts::Index { children, .. } => {
                for child in children {
                    if !child.is_attestation() && self.selection.wants_platform(child.platform.as_ref()) {
                        let (digest, repository) = (child.digest, repository.clone());
                        let task = Task::Manifest { digest, repository, depth: depth + 1, tag: None };
                        self.want_manifest(task, batch, frontier)?;
                    }
                }
                self.want_attestations(children, repository, batch, frontier)?;
            }
            ManifestFacts::Schema1 { .. } | ManifestFacts::Artifact { .. } | ManifestFacts::Attestation { .. } => {}
        }
        Ok(())
    }

    fn want_config(
        &mut self,
        digest: ConfigDigest,
        repository: &RepositoryName,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<(), StoreError> {
        if !self.store.has_config(&digest)? {
            self.add(Task::Config { digest, repository: repository.clone() }, batch, frontier)?;
        } else if !self.is_wanted(&digest)? {
            self.other_platform(&digest);
        } else if self.seen.first(&digest.0) {
            self.counts.snapshot.images_known += 1;
        }
        Ok(())
    }

    /// Whether a stored config is of a platform that is walked.
    fn is_wanted(&self, digest: &ConfigDigest) -> Result<bool, StoreError> {
        if !self.selection.narrows_platforms() {
            return Ok(true);
        }
        let document = self.store.document(&digest.0)?;
        let platform = document.and_then(|bytes| forebear_image::config::parse(&bytes).ok()?.platform);
        Ok(self.selection.wants_built(platform.as_ref()))
    }

    /// Counts an image that nothing but its own config says to be of a platform
    /// that is not walked. By then both its documents are here; they are kept
    /// as facts, and it counts neither as new nor as known.
    pub(super) fn other_platform(&mut self, digest: &ConfigDigest) {
        if self.seen.first(&digest.0) {
            self.counts.other_platform += 1;
        }
    }
}
