//! A layer that several images share.

use crate::answers::LayerAnswer;

/// A layer that several images have.
#[derive(Clone, Debug)]
pub struct SharedLayer {
    /// The layer.
    pub layer: LayerAnswer,
    /// How many images have it.
    pub images: usize,
    /// Bytes that are there once instead of in each.
    pub saved: u64,
    /// Place of the oldest image that has it, by lineage.
    pub first: usize,
}
