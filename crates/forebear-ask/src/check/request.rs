//! What is asked of every image that is checked.

use std::sync::Arc;

use super::age::MaxAge;
use super::approved::Approved;

/// What is asked of every image.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// The approved bases.
    pub approved: Arc<Approved>,
    /// How old what is judged, and judged by, may be.
    pub limits: Limits,
    /// Read the layers of images in a registry where equal blobs do not prove
    /// the base. Those of local forms are read anyway.
    pub verify: bool,
}

/// How old things may be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Builds that a base may be behind; any number, when `None`.
    pub max_behind: Option<u32>,
    /// The age of the index that is judged by; any, when `None`.
    pub max_index_age: Option<MaxAge>,
}
