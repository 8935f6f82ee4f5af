//! Worlds of a hundred to ten million images, for measuring at scale.
//!
//! From one seed and a number of images come the facts a crawl would have
//! brought: configs, manifests, indexes, tags over time. Any image can be
//! computed on its own, so a world takes no more memory than the table of its
//! applications, and its rows come in the order of their digests although the
//! parent of an image is any other one.
//!
//! Three orders meet here. *Birth*: applications one after another, parents
//! before what is built on them. *Number* of a config and *slot* of a manifest:
//! the order of their digests, permutations of birth. Digests are made up: the
//! number in the first eight bytes, spread over the whole range, then noise.
//!
//! Shapes follow the official images as measured (`shape.rs`); what is
//! invented says so.

mod apps;
mod crawl;
mod facts;
mod file;
mod image;
mod manifests;
mod mix;
mod names;
mod permute;
mod settings;
mod shape;
mod spot;
mod texts;

use forebear_facts::rows::Key;

pub use crawl::Answer;
pub use file::{RowFile, write};

use apps::Apps;
use permute::Permutation;

/// A world, by its seed.
#[derive(Debug)]
pub struct World {
    seed: u64,
    apps: Apps,
    /// From the number of a config to the birth of its image.
    configs: Permutation,
    /// From the slot of a manifest to what it is.
    manifests: Permutation,
}

impl World {
    /// The world of this seed that has `count` images: as many identities as
    /// an index of it counts.
    #[must_use]
    pub fn new(seed: u64, count: u32) -> Self {
        let apps = Apps::new(seed, count);
        let mut world =
            Self { seed, configs: Permutation::new(count, seed ^ 1), manifests: Permutation::new(0, 0), apps };
        world.manifests = Permutation::new(world.manifest_count(), seed ^ 2);
        world
    }

    /// How many images it has.
    #[must_use]
    pub fn image_count(&self) -> u32 {
        self.apps.images
    }

    /// How many manifests, those of indexes and copies included.
    #[must_use]
    pub fn manifest_count(&self) -> u32 {
        self.apps.images + self.apps.indexes + self.copies()
    }

    /// Digest of the config with this number.
    fn config_digest(&self, number: u32) -> Key {
        spread(self.seed, 40, number, self.image_count())
    }

    /// Digest of the manifest in this slot.
    fn manifest_digest(&self, slot: u32) -> Key {
        spread(self.seed, 41, slot, self.manifest_count())
    }
}

/// The digest of one of `count` things: ascending with its number.
fn spread(seed: u64, what: u64, number: u32, count: u32) -> Key {
    let gap = u64::MAX / u64::from(count.max(1));
    let noise = mix::mix(&[seed, what, u64::from(number)]);
    mix::key(gap * u64::from(number) + noise % gap, noise)
}
