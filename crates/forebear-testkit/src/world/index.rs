//! Indexes: one name, several platforms.

use std::collections::BTreeMap;

use bytes::Bytes;
use forebear_image::{Digest, ManifestDigest, Platform};
use serde_json::{Map, Value, json};

use crate::image::{Format, Image, attestation};
use crate::sure::Sure as _;

/// An OCI index or Docker manifest list being put together.
#[derive(Clone, Debug)]
pub struct Index {
    format: Format,
    entries: Vec<Value>,
    images: Vec<Image>,
    annotations: BTreeMap<String, String>,
}

impl Index {
    /// An index that lists nothing yet.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self { format, entries: Vec::new(), images: Vec::new(), annotations: BTreeMap::new() }
    }

    /// Lists an image under its own platform.
    #[must_use]
    pub fn image(self, image: &Image) -> Self {
        self.image_for(image, image.platform.clone())
    }

    /// Lists an image under this platform, true or not. In an OCI index the
    /// entry repeats the manifest's annotations, as docker-library's do.
    #[must_use]
    pub fn image_for(mut self, image: &Image, platform: Platform) -> Self {
        let mut annotations: BTreeMap<String, String> = BTreeMap::new();
        if self.format == Format::Oci {
            annotations.extend(image.annotations().map(|(key, value)| (key.to_owned(), value.to_owned())));
        }
        self.list(image, &platform, &annotations);
        self
    }

    /// Lists an image with the attestation BuildKit would put beside it.
    #[must_use]
    pub fn attested(self, image: &Image, materials: &[(&str, Digest)]) -> Self {
        self.attested_by(image, &attestation(image, materials))
    }

    /// Lists an image with this attestation beside it, whatever that says.
    #[must_use]
    pub fn attested_by(self, image: &Image, proof: &Image) -> Self {
        let mut index = self.image(image);
        let annotations = BTreeMap::from([
            ("vnd.docker.reference.digest".to_owned(), image.manifest_digest.to_string()),
            ("vnd.docker.reference.type".to_owned(), "attestation-manifest".to_owned()),
        ]);
        index.list(proof, &proof.platform, &annotations);
        index
    }

    /// An annotation of the index itself.
    #[must_use]
    pub fn annotation(mut self, key: &str, value: &str) -> Self {
        self.annotations.insert(key.to_owned(), value.to_owned());
        self
    }

    /// An entry written by hand.
    #[must_use]
    pub fn raw_entry(mut self, entry: Value) -> Self {
        self.entries.push(entry);
        self
    }

    /// What it lists, attestations too.
    #[must_use]
    pub fn images(&self) -> &[Image] {
        &self.images
    }

    /// OCI index or Docker list.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The index, byte for byte.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        let mut document = Map::new();
        document.insert("schemaVersion".into(), json!(2));
        document.insert("mediaType".into(), json!(self.format.index()));
        document.insert("manifests".into(), json!(self.entries));
        if !self.annotations.is_empty() {
            document.insert("annotations".into(), json!(self.annotations));
        }
        serde_json::to_vec_pretty(&document).sure("writing an index").into()
    }

    /// Digest of the index.
    #[must_use]
    pub fn digest(&self) -> ManifestDigest {
        ManifestDigest::of(&self.bytes())
    }

    fn list(&mut self, image: &Image, platform: &Platform, annotations: &BTreeMap<String, String>) {
        let mut entry = Map::new();
        entry.insert("mediaType".into(), json!(image.media_type));
        entry.insert("digest".into(), json!(image.manifest_digest.to_string()));
        entry.insert("size".into(), json!(image.manifest.len()));
        if !annotations.is_empty() {
            entry.insert("annotations".into(), json!(annotations));
        }
        let mut object = Map::new();
        object.insert("architecture".into(), json!(platform.architecture));
        object.insert("os".into(), json!(platform.os));
        if let Some(version) = &platform.os_version {
            object.insert("os.version".into(), json!(version));
        }
        if let Some(variant) = &platform.variant {
            object.insert("variant".into(), json!(variant));
        }
        entry.insert("platform".into(), Value::Object(object));
        self.entries.push(Value::Object(entry));
        self.images.push(image.clone());
    }
}
