//! What tools print of an image: `docker image inspect` and its cousins.
//!
//! Each tool has a file here that reads its output. What a document is, is told
//! by its fields, once, in [`JsonKind`]: that way what is not read is named.

mod bare;
mod buildx;
mod cri;
mod document;
mod engine;
mod error;
mod inspected;
mod kind;
mod known;
mod nerdctl;
mod skopeo;
mod syft;
mod tool;
mod trivy;
mod verbose;

use crate::descend::{Choice, Otherwise};
use crate::platform::Platform;

pub use error::InspectError;
pub use inspected::Inspected;
pub use kind::JsonKind;
pub use tool::Tool;

use document::Documents;

/// Reads what a tool prints of one image. Of several platforms `wanted` is
/// meant, else linux/amd64.
///
/// # Errors
/// [`InspectError`] when it is not that, or of several images.
pub fn parse(bytes: &[u8], wanted: Option<&Platform>) -> Result<Inspected, InspectError> {
    let documents = Documents::parse(bytes)?;
    let tool = match documents.kind() {
        Some(JsonKind::Inspected(tool)) => tool,
        Some(JsonKind::Config) => Tool::Config,
        Some(JsonKind::Other { .. }) => return Err(documents.container().unwrap_or(InspectError::Unknown)),
        Some(JsonKind::Manifest | JsonKind::Index) | None => return Err(InspectError::Unknown),
    };
    let choice = Choice { wanted, otherwise: Otherwise::Default };
    match tool {
        Tool::Docker | Tool::Podman => engine::parse(tool, documents.one()?),
        Tool::Nerdctl => nerdctl::parse(documents.one()?),
        Tool::Crictl => cri::parse(documents.one()?),
        Tool::Skopeo => skopeo::parse(documents.one()?),
        Tool::Imagetools => buildx::parse(documents.one()?, choice),
        Tool::DockerManifest => verbose::parse(&documents, choice),
        Tool::Trivy => trivy::parse(documents.one()?),
        Tool::Syft | Tool::Grype => syft::parse(tool, documents.one()?),
        Tool::Config => bare::parse(bytes, documents.one()?.text().as_bytes()),
    }
}
