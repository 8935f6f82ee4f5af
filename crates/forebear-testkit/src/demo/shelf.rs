//! Where the demo keeps what it has built, to build the next on it.

use std::collections::BTreeMap;

use crate::image::{Builder, Format, Image, ImageBuilder};
use crate::world::{Index, World};

/// The platforms of the official images.
pub(crate) const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm64/v8", "linux/arm/v7"];

/// One image per platform.
pub(crate) type Set = Vec<Image>;

/// Built sets by name, and the world they were pushed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    world: World,
    sets: BTreeMap<String, Set>,
}

impl Shelf {
    pub(crate) fn into_world(self) -> World {
        self.world
    }

    pub(crate) fn world(&mut self) -> &mut World {
        &mut self.world
    }

    /// The set of an official image, `alpine:3.20`, or of a user's,
    /// `acme/base:1`.
    pub(crate) fn set(&self, name: &str) -> &[Image] {
        match self.sets.get(name) {
            Some(set) => set,
            None => panic!("the demo builds on {name} before it is there"),
        }
    }

    /// The linux/amd64 image of a set.
    pub(crate) fn amd64(&self, name: &str) -> &Image {
        match self.set(name).first() {
            Some(image) => image,
            None => panic!("the demo's {name} has no platform"),
        }
    }

    /// An official image on nothing.
    pub(crate) fn rootfs(&mut self, name: &str, tags: &str, at: &str, steps: impl Fn(ImageBuilder) -> ImageBuilder) {
        let set: Set = PLATFORMS.iter().map(|platform| steps(ImageBuilder::scratch(platform).at(at)).build()).collect();
        self.publish(name, tags, set, None);
    }

    /// An official image on an official base: BuildKit, OCI, base annotations.
    pub(crate) fn official(
        &mut self,
        name: &str,
        tags: &str,
        base: &str,
        at: &str,
        steps: impl Fn(ImageBuilder) -> ImageBuilder,
    ) {
        let build = |below: &Image| {
            let from = ImageBuilder::from(below).builder(Builder::BuildKit).format(Format::Oci).at(at);
            steps(from.declares_base(base, below)).build()
        };
        let set: Set = self.set(base).iter().map(build).collect();
        self.publish(name, tags, set, Some(base));
    }

    /// Pushes an official set as an index with attestations, under all tags.
    fn publish(&mut self, name: &str, tags: &str, set: Set, base: Option<&str>) {
        let mut index = Index::new(Format::Oci);
        for (image, below) in
            set.iter().zip(base.map_or(&[][..], |base| self.set(base)).iter().map(Some).chain([None; 8]))
        {
            let material = base.zip(below).map(|(name, below)| (name.replace(':', "@"), below.manifest_digest.0));
            let materials: Vec<_> = material.iter().map(|(name, digest)| (name.as_str(), *digest)).collect();
            index = index.attested(image, &materials);
        }
        for tag in tags.split(' ') {
            self.world.push_built_index(&format!("library/{name}:{tag}"), &index);
            self.sets.insert(format!("{name}:{tag}"), set.clone());
        }
    }

    /// Pushes a single image as a user's, and keeps it to build on.
    pub(crate) fn push(&mut self, name: &str, image: Image) {
        self.world.push(name, &image);
        self.sets.insert(name.trim_start_matches("library/").to_owned(), vec![image]);
    }
}
