//! Where an image stands: which build of which application it is.

use super::apps::{App, GROUP};

/// Which build of which application an image is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) app: App,
    pub(super) version: u32,
    pub(super) round: u32,
    /// Bit of [`super::shape::PLATFORMS`].
    pub(super) platform: u32,
}

impl Spot {
    /// Words that tell this build from all others, for drawing from.
    pub(super) fn words(&self, seed: u64, what: u64) -> [u64; 4] {
        let build = u64::from(self.version) << 32 | u64::from(self.round) << 16 | u64::from(self.platform);
        [seed, what, u64::from(self.app.id), build]
    }

    /// The version whose steps this one may share.
    pub(super) fn leader(&self) -> u32 {
        if self.app.follows { self.version } else { self.version - self.version % GROUP }
    }

    /// Whether a step makes a layer: these are spread evenly, the first is one.
    pub(super) fn makes_layer(&self, step: u32) -> bool {
        let (layers, steps) = (u32::from(self.app.layers), u32::from(self.app.steps).max(1));
        step < steps && ((step + 1) * layers).div_ceil(steps) > (step * layers).div_ceil(steps)
    }
}
