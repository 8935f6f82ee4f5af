//! An inspected image.

use super::tool::Tool;
use crate::digest::Digest;
use crate::image::Image;

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
    pub(super) fn of(tool: Tool, image: Image) -> Self {
        let known_by = image.identity.iter().map(crate::image::Identity::digest).collect();
        Self { tool, name: None, image, known_by, repo_digests: Vec::new(), shows_layers: true }
    }
}
