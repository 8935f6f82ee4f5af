//! What a JSON document is, by its fields.

use super::document::{Documents, Object};
use super::error::InspectError;
use super::tool::Tool;
use crate::platform::Platform;

/// What a JSON document is, as far as it has to do with images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// A tool's word on an image.
    Inspected(Tool),
    /// An image config.
    Config,
    /// A manifest of one image.
    Manifest,
    /// An index of several.
    Index,
    /// Something else that is known.
    Other {
        /// With its article: `a CycloneDX SBOM`.
        what: &'static str,
        /// What to do about it.
        advice: Option<&'static str>,
    },
}

/// As much of a name as a person reads.
const SHOWN: usize = 300;

/// Fields that tell what is no word on an image, and what it is then. All of a
/// row's fields must be there.
const OTHERS: [(&[&str], &str, Option<&str>); 22] = [
    (&["imageLayoutVersion"], "the marker of an OCI layout", Some("ask oci:FOLDER, the folder it lies in")),
    (&["Config", "RepoTags", "Layers"], "the list of images in an archive", Some("ask docker-archive: of the archive")),
    (&["spdxVersion"], "an SPDX SBOM, not an image", None),
    (&["@context", "@graph"], "an SPDX SBOM, not an image", None),
    (&["bomFormat"], "a CycloneDX SBOM, not an image", None),
    (&["artifacts", "artifactRelationships"], "a Syft SBOM of something else than an image", None),
    (&["matches", "descriptor"], "a Grype report on something else than an image", None),
    (&["ArtifactName", "ArtifactType"], "a Trivy report on something else than an image", None),
    (&["predicateType"], "an in-toto statement about an image, not the image", None),
    (&["payloadType", "payload"], "a signed statement about an image, not the image", None),
    (&["critical"], "a signature of an image, not the image", None),
    (&["ociVersion"], "the settings of an OCI runtime bundle, not an image", None),
    (&["containerimage.digest"], "a build's metadata", Some("ask the digest that it names")),
    (&["Ref", "Context", "StartedAt"], "what docker buildx history inspect prints", Some("ask the image it built")),
    (&["Mountpoint", "Driver"], "what docker volume inspect prints, not an image", None),
    (&["IPAM", "Driver"], "what docker network inspect prints, not an image", None),
    (&["CreatedBy", "CreatedSince"], "what docker history prints", Some("ask inspect: of docker image inspect")),
    (&["CreatedSince", "Repository"], "a list of images", Some("ask inspect: of docker image inspect")),
    (&["repoTags", "repoDigests"], "a list of images", Some("ask inspect: of crictl inspecti")),
    (&["kind", "apiVersion"], "a Kubernetes object, not an image", None),
    (&["auths"], "a file of credentials", None),
    (&["errors"], "an error that a registry answered", None),
];

impl JsonKind {
    /// What a document is; `None` where its fields tell nothing.
    #[must_use]
    pub fn of(document: &[u8]) -> Option<Self> {
        Documents::parse(document).ok()?.kind()
    }

    fn of_object(object: &Object) -> Option<Self> {
        let has = |name: &str| object.has(name);
        let inspected = |tool| Some(Self::Inspected(tool));
        if is_container(object) {
            let advice = "ask inspect: of 'docker image inspect' of its image";
            return Some(Self::Other { what: "what docker container inspect prints", advice: Some(advice) });
        }
        if has("ImageConfig") && has("ImageConfigDesc") {
            return inspected(Tool::Nerdctl);
        }
        if has("Ref") && has("Descriptor") {
            return inspected(Tool::DockerManifest);
        }
        if object.object("status").is_some_and(|status| status.has("id") && status.has("repoDigests")) {
            return inspected(Tool::Crictl);
        }
        if has("LayersData") || (has("Layers") && has("Digest") && has("Architecture")) {
            return inspected(Tool::Skopeo);
        }
        if object.object("rootfs").is_some_and(|rootfs| rootfs.has("diff_ids")) {
            return Some(Self::Config);
        }
        if let Some(engine) = engine(object) {
            return inspected(engine);
        }
        if is_imagetools(object) {
            return inspected(Tool::Imagetools);
        }
        if let Some(scanner) = scanner(object) {
            return inspected(scanner);
        }
        let folded = |name: &str| object.names_field(name);
        if folded("manifests") {
            return Some(Self::Index);
        }
        if folded("fsLayers") || (folded("config") && folded("layers") && !has("RepoTags")) || folded("schemaVersion") {
            return Some(Self::Manifest);
        }
        if folded("rootfs") || (folded("architecture") && folded("os")) {
            return Some(Self::Config);
        }
        let row =
            OTHERS.iter().find(|(fields, _, _)| fields.iter().all(|field| object.names().any(|own| own == *field)));
        row.map(|(_, what, advice)| Self::Other { what, advice: *advice })
    }
}

impl Documents {
    /// What it is; of a list, what its first is.
    pub(super) fn kind(&self) -> Option<JsonKind> {
        JsonKind::of_object(self.listed.first()?)
    }

    /// That it tells of a container, and which image that was made from.
    pub(super) fn container(&self) -> Option<InspectError> {
        let object = self.listed.first().filter(|object| is_container(object))?;
        let status = object.object("status");
        let settings = object.object("Config");
        let image = object
            .text_of("ImageName")
            .or_else(|| settings?.text_of("Image"))
            .or_else(|| status.as_ref()?.object("image")?.text_of("image"));
        let digest = object.text_of("Image").or_else(|| status?.text_of("imageRef"));
        let is_hex = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digest = digest.map(|text| if is_hex(&text) { format!("sha256:{text}") } else { text });
        let digest = digest.filter(|text| text.contains("sha256:"));
        let cut = |text: String| text.chars().take(SHOWN).collect();
        Some(InspectError::Container { image: image.map(cut), digest: digest.map(cut) })
    }
}

fn is_container(object: &Object) -> bool {
    let of_engine = object.has("State") && (object.has("HostConfig") || object.has("NetworkSettings"));
    // `crictl inspect`, without the i.
    let of_cri = object.object("status").is_some_and(|status| status.has("state") && status.has("imageRef"));
    of_engine || of_cri
}

/// Docker's form, or podman's, which has more in it.
fn engine(object: &Object) -> Option<Tool> {
    let is_image = ["RepoTags", "RepoDigests", "RootFS", "GraphDriver", "Descriptor"];
    let names_itself = object.has("Id") || object.names().any(|own| own == "RootFS");
    if !names_itself || !is_image.iter().any(|name| object.names_field(name)) {
        return None;
    }
    let of_podman = ["NamesHistory", "ManifestType", "History", "Digest"];
    Some(if of_podman.iter().any(|name| object.has(name)) { Tool::Podman } else { Tool::Docker })
}

/// A scanner's report on an image. It may be on a folder or an SBOM as well, and is no word
/// on an image then.
fn scanner(object: &Object) -> Option<Tool> {
    let is = |of: &Object, field: &str, word: &str| of.text_of(field).is_some_and(|text| text == word);
    if object.has("ArtifactName") && is(object, "ArtifactType", "container_image") {
        return Some(Tool::Trivy);
    }
    object.object("source").filter(|source| is(source, "type", "image"))?;
    match (object.has("artifacts"), object.has("matches")) {
        (true, _) => Some(Tool::Syft),
        (false, true) => Some(Tool::Grype),
        (false, false) => None,
    }
}

/// All of it, its `Image` alone of several platforms, or its `Manifest`, which
/// has a digest of its own.
fn is_imagetools(object: &Object) -> bool {
    let whole = object.has("manifest") && (object.has("image") || object.has("name"));
    let mut names = object.names().peekable();
    let by_platform = names.peek().is_some()
        && names.all(|name| name.parse::<Platform>().is_ok() && object.object(name).is_some_and(|of| of.has("os")));
    whole || by_platform
}
