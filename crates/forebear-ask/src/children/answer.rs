//! What is asked of children, and what is answered.

use forebear_image::{ManifestDigest, Platform, Timestamp};
use serde::Serialize;

use crate::answers::{ImageAnswer, platform_as_text};

/// Which children are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChildrenRequest {
    /// Also children of children, and so on.
    pub all: bool,
    /// Those built on any build that its name led to, not on this one alone.
    pub any_build: bool,
    /// Skip this many; they come by repository, tag and platform.
    pub offset: usize,
    /// At most this many; all, when `None`.
    pub limit: Option<usize>,
}

/// The images built on one: their number, and a page of them.
#[derive(Clone, Debug, Serialize)]
pub struct ChildrenAnswer {
    /// The image that was asked about.
    pub image: ImageAnswer,
    /// How many there are, whatever part of them is listed.
    pub total: usize,
    /// How many come before the first one listed.
    pub offset: usize,
    /// Those listed.
    pub children: Vec<ChildAnswer>,
    /// The builds that the name led to, the latest first; null where only those on one build
    /// were asked for.
    pub builds: Option<Vec<BuildAnswer>>,
    /// How many more are built on other builds of the same name; null where that was not
    /// looked for: all builds were asked for, or children of children.
    pub on_other_builds: Option<usize>,
    /// Those that are built on the images that the same name offers for other platforms, and are
    /// in no list here; null where that name offers none.
    pub on_other_platforms: Option<Vec<PlatformTotal>>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
    /// Of a base that the index does not hold: the images that declare it; null
    /// for an image that is known.
    pub declared_by: Option<DeclarersAnswer>,
}

/// How many images are built on what a name offers for a platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlatformTotal {
    /// The platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
    /// How many there are.
    pub total: usize,
}

/// Images that declare a base, by their word alone.
#[derive(Clone, Debug, Serialize)]
pub struct DeclarersAnswer {
    /// How many there are, whatever part of them is listed.
    pub total: usize,
    /// Those listed.
    pub images: Vec<ChildAnswer>,
}

/// One image built on the one asked about.
#[derive(Clone, Debug, Serialize)]
pub struct ChildAnswer {
    /// Its best name.
    pub reference: String,
    /// Digest of its manifest.
    pub manifest_digest: Option<ManifestDigest>,
    /// Its platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
    /// How many layers it has.
    pub layers: usize,
    /// Its name leads to another build for this platform: this is an earlier one.
    pub moved: bool,
    /// Its name is not there any more.
    pub gone: bool,
    /// The build of the name that it stands on; null where only one build was asked for.
    pub build: Option<ManifestDigest>,
    /// Builds of the name that came after that one.
    pub builds_behind: Option<u32>,
}

/// A build that a name led to.
#[derive(Clone, Debug, Serialize)]
pub struct BuildAnswer {
    /// Repository and tag.
    pub name: String,
    /// Digest of its manifest.
    pub manifest_digest: Option<ManifestDigest>,
    /// Builds of the name that came after it.
    pub builds_behind: u32,
    /// How many images stand on it; one that stands on several is counted with the latest.
    pub total: usize,
}
