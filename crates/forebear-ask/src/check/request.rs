//! What is asked of every image that is checked.

use std::sync::Arc;

use super::approved::Approved;

/// What is asked of every image.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// The approved bases.
    pub approved: Arc<Approved>,
    /// Builds that a base's tag may have seen since; any number, when `None`.
    pub max_behind: Option<u32>,
    /// Read the layers of images in a registry where equal blobs do not prove
    /// the base. Those of local forms are read anyway.
    pub verify: bool,
}
