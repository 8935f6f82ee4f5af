//! Why a tool's output is not read.

use super::tool::Tool;
use crate::config::ConfigError;
use crate::descend::NotChosen;
use crate::json::FieldError;
use crate::manifest::ManifestError;

/// Why it is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// It is no JSON.
    #[error("it does not look like the output of docker image inspect or one of its kind ({0})")]
    NotJson(String),
    /// It is JSON, and no tool's word on an image.
    #[error(
        "it does not look like the output of docker image inspect, podman image inspect, skopeo inspect, crictl \
         inspecti or one of their kind"
    )]
    Unknown,
    /// A tool's output with something in it that is not as that tool writes it.
    #[error("it does not look like the output of {tool} ({reason})")]
    Malformed {
        /// Which.
        tool: Tool,
        /// What is wrong.
        reason: String,
    },
    /// It holds a config that is none.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It holds a manifest that is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// It is not clear which platform is meant.
    #[error(transparent)]
    NotChosen(#[from] NotChosen),
    /// It tells of several.
    #[error("it describes {0} images, give one")]
    Several(usize),
    /// It tells of none.
    #[error("it describes no image")]
    Nothing,
    /// It tells of a container.
    #[error("it is of a container, not an image{}", made_from(image.as_deref(), digest.as_deref()))]
    Container {
        /// What the container calls its image.
        image: Option<String>,
        /// The image's digest.
        digest: Option<String>,
    },
}

impl InspectError {
    pub(super) fn field(tool: Tool, error: &FieldError) -> Self {
        Self::Malformed { tool, reason: error.to_string() }
    }
}

fn made_from(image: Option<&str>, digest: Option<&str>) -> String {
    match (image, digest) {
        (Some(image), Some(digest)) => {
            format!("; it was made from {image}: ask {digest}, or inspect: of 'docker image inspect {digest}'")
        }
        (None, Some(digest)) => {
            format!("; its image is {digest}: ask that, or inspect: of 'docker image inspect {digest}'")
        }
        (Some(image), None) => format!("; it was made from {image}: ask that"),
        (None, None) => "; ask inspect: of 'docker image inspect IMAGE'".to_owned(),
    }
}
