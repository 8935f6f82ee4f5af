//! Media types of manifests, configs and layers.
//!
//! Sources: image-spec `media-types.md`; distribution
//! `docs/content/spec/manifest-v2-2.md`. A media type is a label somebody
//! wrote, not proof of what the bytes are.

/// Docker image manifest, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker manifest list.
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// OCI image manifest.
pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// OCI image index.
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Docker schema 1, unsigned.
pub const SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
/// Docker schema 1 with signatures.
pub const SCHEMA1_SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";
/// Docker image config.
pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
/// OCI image config.
pub const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// What old Docker versions put on a config.
pub const OCTET_STREAM: &str = "application/octet-stream";

/// Everything this project reads, for an `Accept` header. Schema 1 comes last:
/// a registry that converts must not be given a reason to.
pub const ACCEPT: [&str; 6] = [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST, SCHEMA1_SIGNED, SCHEMA1];

/// Whether a config of this type can be an image config.
#[must_use]
pub fn is_image_config(media_type: &str) -> bool {
    matches!(media_type, DOCKER_CONFIG | OCI_CONFIG | OCTET_STREAM)
}

/// Whether a layer of this type holds a file system. Attestations, signatures
/// and charts do not: they are blobs of other things in an image's clothes.
#[must_use]
pub fn is_file_system_layer(media_type: &str) -> bool {
    media_type.is_empty() || media_type == OCTET_STREAM || media_type.contains("tar")
}

/// Whether an artifact type says that something is an artifact: image-spec has
/// none of an image's manifest, but a list of referrers states an image's config
/// in its place (distribution-spec, "Listing Referrers").
#[must_use]
pub fn is_artifact_type(artifact_type: &str) -> bool {
    !artifact_type.is_empty() && !matches!(artifact_type, DOCKER_CONFIG | OCI_CONFIG)
}

/// Manifests that no image ever has: those of artifacts before image-spec 1.1,
/// and ORAS's before them.
#[must_use]
pub fn is_artifact_manifest(media_type: &str) -> bool {
    matches!(
        media_type,
        "application/vnd.oci.artifact.manifest.v1+json" | "application/vnd.cncf.oras.artifact.manifest.v1+json"
    )
}

/// Whether a type is that of a BuildKit cache's own config
/// (buildkit `cache/remotecache/v1/spec.go`).
#[must_use]
pub fn is_build_cache(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.buildkit.cacheconfig.")
}

/// What something that is no image is called, by its artifact type.
#[must_use]
pub fn called(artifact_type: &str) -> String {
    if is_build_cache(artifact_type) || is_image_layer(artifact_type) {
        format!("a build cache ({artifact_type})")
    } else {
        artifact_type.to_owned()
    }
}

/// Whether a type is that of a layer, of Docker's or OCI's kind.
#[must_use]
pub fn is_image_layer(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.oci.image.layer.")
        || media_type.starts_with("application/vnd.docker.image.rootfs.")
}

/// Layers that registries refer to but do not hold (Windows base layers).
#[must_use]
pub fn is_foreign_layer(media_type: &str) -> bool {
    media_type.contains(".foreign.") || media_type.contains(".nondistributable.")
}

/// How a layer of this type is packed, as the type says: `gzip` of `…tar+gzip`
/// and of Docker's `…tar.gzip`; `None` for a tar as it is, or where the type
/// says nothing.
#[must_use]
pub fn suffix(media_type: &str) -> Option<&str> {
    let media_type = essence(media_type);
    if media_type.is_empty() || media_type == OCTET_STREAM {
        return None;
    }
    match media_type.rsplit_once(".tar") {
        Some((_, "")) => None,
        Some((_, suffix)) => suffix.strip_prefix(['+', '.']),
        // No tar at all.
        None => Some(media_type),
    }
}

/// Whether a layer of this type is encrypted: its blob says nothing of what its
/// diff_id is of (ocicrypt, `spec/spec.go`).
#[must_use]
pub fn is_encrypted(media_type: &str) -> bool {
    media_type.ends_with("+encrypted")
}

/// The type without parameters: `text/html; charset=utf-8` → `text/html`.
#[must_use]
pub fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}
