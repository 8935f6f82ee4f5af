//! Manifests: of images, of copies, and indexes.

use forebear_facts::rows::Key;

use super::World;
use super::mix::{self, Draw, mix};
use super::spot::Spot;

/// What a manifest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// That of the image with this birth.
    Image(u32),
    /// Another one of that image: its blobs compressed anew.
    Copy(u32),
    /// The index of this number.
    Index(u32),
}

/// A layer's blob.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blob {
    pub(super) digest: BlobName,
    pub(super) size: u64,
}

/// A digest of either algorithm.
#[derive(Clone, Copy, Debug)]
pub(super) enum BlobName {
    Sha256(Key),
    Sha512([u8; 64]),
}

/// One in this many images is copied.
const COPIED: u32 = 64;
/// One in this many has a config that was not read.
const UNREAD: u32 = 100;
/// One in this many copies names its blobs by SHA-512.
const SHA512: u32 = 32;

impl World {
    pub(super) fn copies(&self) -> u32 {
        self.image_count() / COPIED
    }

    /// What the manifest in a slot is.
    pub(super) fn item(&self, slot: u32) -> Item {
        let at = self.manifests.forward(slot);
        let images = self.image_count();
        match at.checked_sub(images) {
            None => Item::Image(at),
            Some(index) if index < self.apps.indexes => Item::Index(index),
            Some(copy) => Item::Copy(self.nth(copy - self.apps.indexes, COPIED, 50)),
        }
    }

    /// Whether there is a copy of an image.
    pub(super) fn is_copied(&self, birth: u32) -> bool {
        birth / COPIED < self.copies() && self.nth(birth / COPIED, COPIED, 50) == birth
    }

    /// Digest of a manifest, by what it is.
    pub(super) fn digest_of(&self, item: Item) -> Key {
        let images = self.image_count();
        let at = match item {
            Item::Image(birth) => birth,
            Item::Index(index) => images + index,
            Item::Copy(birth) => images + self.apps.indexes + birth / COPIED,
        };
        self.manifest_digest(self.manifests.backward(at))
    }

    /// Digest of an image's own manifest.
    pub(super) fn image_manifest(&self, birth: u32) -> Key {
        self.digest_of(Item::Image(birth))
    }

    /// What a build's tags lead to: its index, or its only image.
    pub(super) fn release(&self, build: &Spot) -> Key {
        if build.app.platform_count() > 1 {
            let index = build.app.indexes_before + build.round * build.app.versions + build.version;
            self.digest_of(Item::Index(index))
        } else {
            self.image_manifest(self.birth(build))
        }
    }

    /// The images an index lists: births and platforms.
    pub(super) fn listed(&self, index: u32) -> (super::apps::App, Vec<(u32, u32)>) {
        let app = self.apps.of_index(index);
        let first = app.first + index.saturating_sub(app.indexes_before) * app.platform_count();
        let births = first..first + app.platform_count();
        (app, births.map(|birth| (birth, self.spot(birth).platform)).collect())
    }

    /// Digest of an image's config.
    pub(super) fn image_config(&self, birth: u32) -> Key {
        self.config_digest(self.configs.backward(birth))
    }

    /// Whether an image's config was not read. Those of copied images were:
    /// otherwise there would be two identities.
    pub(super) fn is_unread(&self, birth: u32) -> bool {
        self.nth(birth / UNREAD, UNREAD, 51) == birth && !self.is_copied(birth)
    }

    /// One birth of every `share`.
    fn nth(&self, number: u32, share: u32, what: u64) -> u32 {
        number * share + mix(&[self.seed, what, u64::from(number)]) as u32 % share
    }

    /// The blob of a layer, as an image's manifest or a copy's lists it.
    pub(super) fn blob(&self, diff_id: &Key, copy: Option<u32>) -> Blob {
        let own = diff_id.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let seed = mix(&[own, copy.map_or(0, |birth| 1 + u64::from(birth))]);
        // The logarithm of a layer's size is about evenly spread.
        let size = (100.0 * 1e6_f64.powf(Draw::new(&[seed]).unit())) as u64;
        let low = mix::key(mix::scramble(seed ^ 0xb10b), seed);
        let digest = if copy.is_some_and(|birth| birth / COPIED % SHA512 == 5) {
            let mut long = [0; 64];
            let high = mix::key(seed, seed ^ 0x512);
            long.iter_mut().zip(low.iter().chain(&high)).for_each(|(to, byte)| *to = *byte);
            BlobName::Sha512(long)
        } else {
            BlobName::Sha256(low)
        };
        Blob { digest, size }
    }
}
