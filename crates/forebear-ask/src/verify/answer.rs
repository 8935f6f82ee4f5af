//! Whether an image is what its digests say: the answer.

use forebear_content::{Compression, Flaw};
use forebear_image::{DiffId, Digest, Platform, Timestamp};
use serde::Serialize;

use crate::answers::platform_as_text;

/// Whether every part of an image is what its digests say.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyAnswer {
    /// As it was asked for.
    pub image: String,
    /// Its platform, where that is stated.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
    /// Whether every part is what its digests say.
    pub intact: bool,
    /// From the root down; layers bottom first.
    pub parts: Vec<PartAnswer>,
    /// Always `None`: no index is asked, and what is there now is read.
    pub observed_until: Option<Timestamp>,
}

/// One node of the tree.
#[derive(Clone, Debug, Serialize)]
pub struct PartAnswer {
    /// What it is.
    pub part: Part,
    /// Of a layer: its place, 0 at the bottom.
    pub position: Option<usize>,
    /// The digest it should have; null where nothing states one.
    pub digest: Option<Digest>,
    /// Of a layer: the digest of its tar.
    pub diff_id: Option<DiffId>,
    /// Bytes that were read.
    pub size: Option<u64>,
    /// Of a layer: how it is compressed.
    pub compression: Option<Compression>,
    /// Of a layer: its uncompressed bytes.
    pub unpacked: Option<u64>,
    /// Null where it was not read or need not be there.
    pub intact: Option<bool>,
    /// How it is wrong.
    pub flaws: Vec<FlawAnswer>,
    /// Why nothing can be said of it.
    pub unread: Option<String>,
    /// Whether it should have been read and was not: reading it failed, or it is
    /// in a form that is not read here. `false` of what may be left out.
    #[serde(skip)]
    pub failed: bool,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// An index.
    Index,
    /// A manifest.
    Manifest,
    /// A config.
    Config,
    /// A layer.
    Layer,
}

/// How it is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct FlawAnswer {
    /// The kind of flaw.
    pub code: &'static str,
    /// As a sentence.
    pub message: String,
}

impl VerifyAnswer {
    /// Whether a part is not what its digests say.
    #[must_use]
    pub fn is_flawed(&self) -> bool {
        self.parts.iter().any(|part| part.intact == Some(false))
    }

    /// Whether a part was not read, so that not all is known of it.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.parts.iter().any(|part| part.failed)
    }
}

impl PartAnswer {
    pub(super) fn new(part: Part) -> Self {
        Self {
            part,
            position: None,
            digest: None,
            diff_id: None,
            size: None,
            compression: None,
            unpacked: None,
            intact: None,
            flaws: Vec::new(),
            unread: None,
            failed: false,
        }
    }

    pub(super) fn with(mut self, flaws: &[Flaw]) -> Self {
        self.intact = Some(flaws.is_empty());
        self.flaws = flaws.iter().map(|flaw| FlawAnswer { code: flaw.code(), message: flaw.to_string() }).collect();
        self
    }
}
