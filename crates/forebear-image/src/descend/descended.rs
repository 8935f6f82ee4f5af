//! Where a descent ended.

use crate::config::ConfigFacts;
use crate::digest::Digest;
use crate::facts::LayerDescriptor;
use crate::image::Image;
use crate::platform::Platform;

use super::error::DescendError;
use super::kind::DocumentKind;
use super::note::Note;

/// Where a descent ended, and what it came by.
#[derive(Debug)]
pub struct Descended {
    /// The image, or why the last document that was visited leads to none.
    pub image: Result<Image, DescendError>,
    /// What was left out, though the image stands.
    pub notes: Vec<Note>,
    /// The documents from the root down.
    pub visited: Vec<Visited>,
    /// The layers as the manifest lists them, bottom first, also where the
    /// config could not be read.
    pub layers: Vec<LayerDescriptor>,
    /// The config, if there is one that could be read; schema 1's is made from
    /// its history.
    pub config: Option<ConfigFacts>,
    /// The platform as the entry states it that led to the last manifest.
    pub stated_platform: Option<Platform>,
}

/// A document on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visited {
    /// What it is; [`DocumentKind::Manifest`] where it could not be read.
    pub kind: DocumentKind,
    /// What names it; `None` of a root that nothing names.
    pub digest: Option<Digest>,
    /// Its bytes; `None` where it is not there.
    pub size: Option<u64>,
    /// Its bytes as they are stated, where they are.
    pub stated_size: Option<u64>,
}
