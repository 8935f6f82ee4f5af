//! Repositories, tags, manifests and blobs: what a registry holds.

mod index;

use std::collections::BTreeMap;

use bytes::Bytes;
use forebear_image::{Digest, ManifestDigest, Platform};

pub use index::Index;

use crate::image::{Format, Image};

/// A manifest or index as a registry stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredManifest {
    /// What the registry says it is.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// One repository. As in a real registry, manifests and blobs are reached
/// only through a repository that has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repository {
    /// Where each tag leads.
    pub tags: BTreeMap<String, Digest>,
    /// Manifests and indexes by digest, tagged or not.
    pub manifests: BTreeMap<Digest, StoredManifest>,
    /// Configs and layers by digest.
    pub blobs: BTreeMap<Digest, Bytes>,
}

/// All that one registry holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    repositories: BTreeMap<String, Repository>,
}

impl World {
    /// A registry without repositories.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Pushes an image as `repository:tag` (`latest` if no tag is given),
    /// moving the tag if it exists.
    pub fn push(&mut self, name: &str, image: &Image) -> ManifestDigest {
        let (repository, tag) = split(name);
        let digest = self.push_untagged(repository, image);
        self.tag(name_of(repository, tag).as_str(), digest);
        digest
    }

    /// Pushes an image that only its digest leads to.
    pub fn push_untagged(&mut self, repository: &str, image: &Image) -> ManifestDigest {
        let held = self.repository_mut(repository);
        held.blobs.insert(image.config_digest.0, image.config.clone());
        for layer in &image.layers {
            if let Some(blob) = &layer.blob {
                held.blobs.insert(layer.digest.0, blob.clone());
            }
        }
        let stored = StoredManifest { media_type: image.media_type.clone(), bytes: image.manifest.clone() };
        held.manifests.insert(image.manifest_digest.0, stored);
        image.manifest_digest
    }

    /// Pushes an OCI index (or a Docker list, if all are Docker images) of
    /// these images under the platforms given.
    pub fn push_index(&mut self, name: &str, images: &[(&Image, Platform)]) -> ManifestDigest {
        let docker = !images.is_empty() && images.iter().all(|(image, _)| image.format() == Format::Docker);
        let mut index = Index::new(if docker { Format::Docker } else { Format::Oci });
        for (image, platform) in images {
            index = index.image_for(image, platform.clone());
        }
        self.push_built_index(name, &index)
    }

    /// Pushes an index of these images, each under its own platform.
    pub fn push_platforms(&mut self, name: &str, images: &[&Image]) -> ManifestDigest {
        let images: Vec<_> = images.iter().map(|image| (*image, image.platform.clone())).collect();
        self.push_index(name, &images)
    }

    /// Pushes an index and all it lists.
    pub fn push_built_index(&mut self, name: &str, index: &Index) -> ManifestDigest {
        let (repository, tag) = split(name);
        for image in index.images() {
            self.push_untagged(repository, image);
        }
        self.push_raw(&name_of(repository, tag), index.format().index(), &index.bytes())
    }

    /// Pushes any bytes as a manifest of any type.
    pub fn push_raw(&mut self, name: &str, media_type: &str, bytes: &[u8]) -> ManifestDigest {
        let (repository, tag) = split(name);
        let digest = ManifestDigest::of(bytes);
        let stored = StoredManifest { media_type: media_type.to_owned(), bytes: Bytes::copy_from_slice(bytes) };
        self.repository_mut(repository).manifests.insert(digest.0, stored);
        self.tag(&name_of(repository, tag), digest);
        digest
    }

    /// Puts a blob into a repository.
    pub fn push_blob(&mut self, repository: &str, bytes: &[u8]) -> Digest {
        let digest = Digest::sha256(bytes);
        self.repository_mut(repository).blobs.insert(digest, Bytes::copy_from_slice(bytes));
        digest
    }

    /// Makes a tag lead to a digest, whether or not anything is there.
    pub fn tag(&mut self, name: &str, digest: ManifestDigest) {
        let (repository, tag) = split(name);
        self.repository_mut(repository).tags.insert(tag.to_owned(), digest.0);
    }

    /// Removes a tag; the manifest stays. Says whether it was there.
    pub fn untag(&mut self, name: &str) -> bool {
        let (repository, tag) = split(name);
        self.repositories.get_mut(repository).is_some_and(|held| held.tags.remove(tag).is_some())
    }

    /// Removes a manifest and every tag that leads to it.
    pub fn delete_manifest(&mut self, repository: &str, digest: ManifestDigest) {
        if let Some(held) = self.repositories.get_mut(repository) {
            held.manifests.remove(&digest.0);
            held.tags.retain(|_, to| *to != digest.0);
        }
    }

    /// Removes a blob from every repository.
    pub fn delete_blob(&mut self, digest: Digest) {
        for held in self.repositories.values_mut() {
            held.blobs.remove(&digest);
        }
    }

    /// Removes a repository with all it holds.
    pub fn delete_repository(&mut self, repository: &str) {
        self.repositories.remove(repository);
    }

    /// Where a tag leads.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<ManifestDigest> {
        let (repository, tag) = split(name);
        self.repositories.get(repository)?.tags.get(tag).map(|digest| ManifestDigest(*digest))
    }

    /// A repository.
    #[must_use]
    pub fn repository(&self, name: &str) -> Option<&Repository> {
        self.repositories.get(name)
    }

    /// A repository to change, made if it is not there.
    pub fn repository_mut(&mut self, name: &str) -> &mut Repository {
        self.repositories.entry(name.to_owned()).or_default()
    }

    /// All repositories, in order of name.
    pub fn repositories(&self) -> impl Iterator<Item = (&str, &Repository)> {
        self.repositories.iter().map(|(name, held)| (name.as_str(), held))
    }

    /// Every `repository:tag`, in order.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.repositories().flat_map(|(name, held)| held.tags.keys().map(move |tag| name_of(name, tag)))
    }
}

/// `library/alpine:3.19` → `library/alpine`, `3.19`. No host is expected.
fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or((name, "latest"))
}

fn name_of(repository: &str, tag: &str) -> String {
    format!("{repository}:{tag}")
}
