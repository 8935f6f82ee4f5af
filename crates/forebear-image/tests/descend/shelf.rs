//! Documents in memory, found by their digests.

use std::collections::BTreeMap;
use std::convert::Infallible;

use forebear_image::descend::{Choice, Descended, Descent, Document, Found, Needs, Otherwise};
use forebear_image::{Digest, ManifestDigest, Platform};
use serde_json::{Value, json};

pub(crate) const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// A choice where nothing is asked for.
pub(crate) const UNASKED: Choice<'static> = Choice { wanted: None, otherwise: Otherwise::Default };

#[derive(Default)]
pub(crate) struct Shelf(pub(crate) BTreeMap<Digest, Vec<u8>>);

impl Shelf {
    pub(crate) fn put(&mut self, document: &Value) -> Digest {
        self.put_bytes(document.to_string().into_bytes())
    }

    pub(crate) fn put_bytes(&mut self, bytes: Vec<u8>) -> Digest {
        let digest = Digest::sha256(&bytes);
        self.0.insert(digest, bytes);
        digest
    }

    /// A manifest of one layer, and its config; `number` tells images apart.
    pub(crate) fn image(&mut self, platform: &str, number: u32) -> Digest {
        let config = self.put(&config(platform, number));
        self.put(&manifest(config, &json!({})))
    }

    /// An index of these entries.
    pub(crate) fn index(&mut self, entries: &[Value]) -> Digest {
        self.put(&json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries }))
    }

    /// Down from a root to the end, with what was asked for on the way.
    pub(crate) fn walk(&self, descent: Descent<'_>, root: Digest) -> (Descended, Vec<Needs>) {
        let mut asked = Vec::new();
        let document = Document::raw(self.0[&root].as_slice());
        let progress = descent.from_root(Some(ManifestDigest(root)), &document);
        let descended = progress.finish(|needs| -> Result<Found<'_>, Infallible> {
            asked.push(*needs);
            Ok(self.find(needs))
        });
        (descended.unwrap(), asked)
    }

    pub(crate) fn find(&self, needs: &Needs) -> Found<'_> {
        match self.0.get(&needs.digest()) {
            Some(bytes) => Found::Document(Document::raw(bytes.as_slice())),
            None => Found::Missing,
        }
    }
}

/// An entry of an index.
pub(crate) fn entry(digest: Digest, platform: Option<&str>) -> Value {
    let mut entry = json!({ "mediaType": OCI_MANIFEST, "digest": digest.to_string(), "size": 2 });
    if let Some(text) = platform {
        entry["platform"] = platform_object(text);
    }
    entry
}

/// An entry of BuildKit's for an attestation of another.
pub(crate) fn attestation_entry(digest: Digest, subject: Digest) -> Value {
    let mut entry = entry(digest, Some("unknown/unknown"));
    entry["annotations"] = json!({
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": subject.to_string(),
    });
    entry
}

pub(crate) fn manifest(config: Digest, annotations: &Value) -> Value {
    let layer = Digest::sha256(b"a blob");
    json!({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": { "mediaType": OCI_CONFIG, "digest": config.to_string(), "size": 3 },
        "layers": [{ "mediaType": LAYER, "digest": layer.to_string(), "size": 7 }],
        "annotations": annotations,
    })
}

pub(crate) fn config(platform: &str, number: u32) -> Value {
    let mut config = platform_object(platform);
    config["rootfs"] = json!({ "diff_ids": [Digest::sha256(b"a tar").to_string()] });
    config["history"] = json!([{ "created_by": format!("RUN make {number}") }]);
    config
}

/// A statement that BuildKit built `subject` from these images.
pub(crate) fn statement(subject: Digest, materials: &[&str]) -> Value {
    let materials: Vec<Value> = materials.iter().map(|uri| json!({ "uri": uri })).collect();
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "subject": [{ "name": "_", "digest": { "sha256": subject.hex() } }],
        "predicate": { "buildType": "https://mobyproject.org/buildkit@v1", "materials": materials },
    })
}

/// The manifest of an attestation with these statements.
pub(crate) fn attestation(statements: &[Digest]) -> Value {
    let layer = |digest: &Digest| json!({ "mediaType": "application/vnd.in-toto+json", "digest": digest.to_string() });
    json!({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": { "mediaType": OCI_CONFIG, "digest": Digest::sha256(b"{}").to_string(), "size": 2 },
        "layers": statements.iter().map(layer).collect::<Vec<_>>(),
    })
}

fn platform_object(text: &str) -> Value {
    let Platform { os, architecture, variant, os_version } = text.parse().unwrap();
    let mut object = json!({ "os": os, "architecture": architecture });
    for (key, value) in [("variant", variant), ("os.version", os_version)] {
        if let Some(value) = value {
            object[key] = json!(value);
        }
    }
    object
}
