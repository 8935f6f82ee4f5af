//! What else is known of an image whose steps are reconstructed.

use crate::config::RuntimeConfig;

/// What a reconstruction may look at besides the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Config of the parent the steps were put on; `None` when unknown.
    pub parent: Option<&'a RuntimeConfig>,
    /// Config of the image.
    pub image: Option<&'a RuntimeConfig>,
}
