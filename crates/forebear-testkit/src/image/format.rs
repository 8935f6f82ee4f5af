//! The families of media types, and what else a manifest is made of.

use std::collections::BTreeMap;

use forebear_image::media_type::{DOCKER_CONFIG, DOCKER_LIST, DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST};
use serde_json::{Map, Value};

use crate::image::Compression;

/// A family of media types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Docker schema 2.
    Docker,
    /// OCI image format.
    #[default]
    Oci,
}

impl Format {
    /// Media type of a manifest.
    #[must_use]
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Docker => DOCKER_MANIFEST,
            Self::Oci => OCI_MANIFEST,
        }
    }

    /// Media type of an index or manifest list.
    #[must_use]
    pub fn index(self) -> &'static str {
        match self {
            Self::Docker => DOCKER_LIST,
            Self::Oci => OCI_INDEX,
        }
    }

    /// Media type of an image config.
    #[must_use]
    pub fn config(self) -> &'static str {
        match self {
            Self::Docker => DOCKER_CONFIG,
            Self::Oci => OCI_CONFIG,
        }
    }

    /// Media type of a layer.
    #[must_use]
    pub fn layer(self, compression: Compression) -> &'static str {
        match (self, compression) {
            (Self::Docker, Compression::Gzip(_)) => "application/vnd.docker.image.rootfs.diff.tar.gzip",
            (Self::Docker, Compression::Zstd) => "application/vnd.docker.image.rootfs.diff.tar.zstd",
            (Self::Docker, Compression::None) => "application/vnd.docker.image.rootfs.diff.tar",
            (Self::Oci, Compression::Gzip(_)) => "application/vnd.oci.image.layer.v1.tar+gzip",
            (Self::Oci, Compression::Zstd) => "application/vnd.oci.image.layer.v1.tar+zstd",
            (Self::Oci, Compression::None) => "application/vnd.oci.image.layer.v1.tar",
        }
    }
}

/// What a manifest is made of, beside config and layers; kept so that a copy
/// in another compression or format can be assembled again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parts {
    pub(crate) format: Format,
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) config_media_type: Option<String>,
    /// Fields set in the manifest as they are, over the usual ones.
    pub(crate) fields: Map<String, Value>,
}
