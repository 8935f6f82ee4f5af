//! What tools print of an image: `docker image inspect` and its cousins.
//!
//! Each tool has a file here that reads its output. What a document is, is told
//! by its fields, once, in [`JsonKind`]: that way what is not read is named.

mod buildx;
mod cri;
mod document;
mod engine;
mod error;
mod kind;
mod known;
mod nerdctl;
mod skopeo;
mod tool;
mod verbose;

use crate::config;
use crate::descend::{Choice, Otherwise};
use crate::digest::Digest;
use crate::image::Image;
use crate::platform::Platform;

pub use error::InspectError;
pub use kind::JsonKind;
pub use tool::Tool;

use document::Documents;

/// An inspected image.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// Whose output it is.
    pub tool: Tool,
    /// What it calls the image first, if anything.
    pub name: Option<String>,
    /// The image. Its history is unread where the tool shows none; its identity
    /// is `None` where the tool shows no digest of the config, or the bytes of
    /// one in another spelling.
    pub image: Image,
    /// Digests that an index may know it by, likeliest first: of its config, its
    /// manifest, or an index that leads to it. Which of them a digest is, tools
    /// do not always say.
    pub known_by: Vec<Digest>,
    /// Names with digests that it was pulled by: `acme/app@sha256:…`.
    pub repo_digests: Vec<String>,
    /// Whether its layers are shown. Docker's containerd store shows none of an
    /// image whose content is not all there.
    pub shows_layers: bool,
}

impl Inspected {
    /// An image with its layers.
    fn of(tool: Tool, image: Image) -> Self {
        let known_by = image.identity.iter().map(crate::image::Identity::digest).collect();
        Self { tool, name: None, image, known_by, repo_digests: Vec::new(), shows_layers: true }
    }
}

/// Reads what a tool prints of one image. Of several platforms `wanted` is
/// meant, else linux/amd64.
///
/// # Errors
/// [`InspectError`] when it is not that, or of several images.
pub fn parse(bytes: &[u8], wanted: Option<&Platform>) -> Result<Inspected, InspectError> {
    let choice = Choice { wanted, otherwise: Otherwise::Default };
    let documents = Documents::parse(bytes)?;
    if let Some(kind) = documents.kind() {
        return match kind {
            JsonKind::Inspected(Tool::DockerManifest) => verbose::parse(&documents, choice),
            JsonKind::Inspected(tool) => {
                let one = documents.one()?;
                match tool {
                    Tool::Docker | Tool::Podman => engine::parse(tool, one),
                    Tool::Nerdctl => nerdctl::parse(one),
                    Tool::Crictl => cri::parse(one),
                    Tool::Skopeo => skopeo::parse(one),
                    Tool::Imagetools => buildx::parse(one, choice),
                    Tool::DockerManifest => verbose::parse(&documents, choice),
                    Tool::Config => bare(bytes, one.text().as_bytes()),
                }
            }
            JsonKind::Config => bare(bytes, documents.one()?.text().as_bytes()),
            JsonKind::Manifest | JsonKind::Index => Err(InspectError::Unknown),
            JsonKind::Other { .. } => Err(documents.container().unwrap_or(InspectError::Unknown)),
        };
    }
    Err(InspectError::Unknown)
}

/// A bare config, as `skopeo inspect --config` and `crane config` print it. Its
/// digest is known only where it is printed byte for byte.
fn bare(file: &[u8], config: &[u8]) -> Result<Inspected, InspectError> {
    let image = Image::from_config(&config::parse(config)?);
    let spellings = [file, file.trim_ascii_end(), config];
    let mut inspected = Inspected::of(Tool::Config, image);
    inspected.known_by = spellings.map(Digest::sha256).to_vec();
    inspected.known_by.dedup();
    Ok(inspected)
}
