//! Images, as the index knows them; `load.rs` gives one with all its facts.

use forebear_image::agreement::Agreement;
use forebear_image::image::Identity;
use forebear_image::{ConfigDigest, ManifestDigest, Platform, Timestamp};

use crate::format::records::{self, Id};
use crate::format::{NONE, Section, agreement_of, some};
use crate::ids::{ImageId, ManifestId, NodeId};
use crate::view::View;

/// An image.
#[derive(Clone, Copy, Debug)]
pub struct ImageView<'a> {
    view: &'a View,
    record: &'a records::Image,
}

impl ImageView<'_> {
    /// What it is known by: its config, or its manifest where that was not read.
    #[must_use]
    pub fn identity(&self) -> Identity {
        let digest = self.view.digest(&self.record.digest);
        if self.record.is_by_manifest() {
            Identity::Manifest(ManifestDigest(digest))
        } else {
            Identity::Config(ConfigDigest(digest))
        }
    }

    /// When it was built, as its config says.
    #[must_use]
    pub fn created(&self) -> Option<Timestamp> {
        let time = Timestamp { seconds: self.record.created_seconds.get(), nanos: self.record.created_nanos.get() };
        (self.record.flags.get() & records::Image::CREATED != 0).then_some(time)
    }

    /// Its platform, as its config says.
    #[must_use]
    pub fn platform(&self) -> Option<Platform> {
        self.view.platform(self.record.platform)
    }

    /// Its layers, as a node of the trie.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.record.node()
    }

    /// How many steps its history has; `None` where its config was not read.
    #[must_use]
    pub fn steps(&self) -> Option<u32> {
        let node: &records::StepNode = self.view.at(Section::StepNodes, self.record.history.get())?;
        self.is_read().then(|| node.depth.get())
    }

    /// Whether its config was read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.record.is_read()
    }
}

impl records::Image {
    /// Whether it is identified by its manifest.
    pub(crate) fn is_by_manifest(&self) -> bool {
        self.flags.get() & Self::BY_MANIFEST != 0
    }

    /// Its layers.
    pub(crate) fn node(&self) -> NodeId {
        NodeId(self.node.get())
    }

    /// Whether its config was read.
    pub(crate) fn is_read(&self) -> bool {
        self.history.get() != NONE
    }
}

impl View {
    /// An image.
    #[must_use]
    pub fn image(&self, id: ImageId) -> Option<ImageView<'_>> {
        Some(ImageView { view: self, record: self.image_record(id)? })
    }

    /// How many images there are.
    #[must_use]
    pub fn image_count(&self) -> u32 {
        self.count_of::<records::Image>(Section::Images)
    }

    /// Manifests of an image: more than one when copies were recompressed.
    pub fn manifests_of(&self, id: ImageId) -> impl ExactSizeIterator<Item = ManifestId> {
        let from = self.image_record(id).map(|image| image.first_manifest);
        let to = self.next_image(id).map(|image| image.first_manifest);
        self.list(Section::ImageManifests, from, to).iter().map(|id| ManifestId(id.get()))
    }

    /// The ranked parent of an image as it is stored, and how their histories
    /// agree.
    #[must_use]
    pub fn stored_parent(&self, id: ImageId) -> Option<(ImageId, Agreement)> {
        let parent: &records::Parent = self.at(Section::Parents, id.0)?;
        Some((some(parent.image).map(ImageId)?, agreement_of(parent.agreement)))
    }

    /// Images whose ranked parent, as it is stored, is this one.
    pub(crate) fn stored_children(&self, id: ImageId) -> impl ExactSizeIterator<Item = ImageId> {
        let start = |id: u32| self.at::<Id>(Section::ImageChildStarts, id).copied();
        let children = self.list(Section::ImageChildren, start(id.0), start(id.0.saturating_add(1)));
        children.iter().map(|child| ImageId(child.get()))
    }

    /// Bases an image declares, as JSON.
    pub(crate) fn declared_of(&self, id: ImageId) -> impl Iterator<Item = &str> {
        let from = self.image_record(id).map(|image| image.first_declared);
        let to = self.next_image(id).map(|image| image.first_declared);
        self.list(Section::ImageDeclared, from, to).iter().map(move |id| self.text(*id))
    }

    pub(crate) fn image_record(&self, id: ImageId) -> Option<&records::Image> {
        self.at(Section::Images, id.0)
    }

    fn next_image(&self, id: ImageId) -> Option<&records::Image> {
        self.image_record(ImageId(id.0.saturating_add(1)))
    }
}
