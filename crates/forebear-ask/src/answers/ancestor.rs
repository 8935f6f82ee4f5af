//! A parent or another ancestor: its facts, and the evidence for it.

use forebear_image::agreement::Agreement;
use forebear_image::{ManifestDigest, Timestamp};
use forebear_index::View;
use forebear_index::names::NameOverTime;
use forebear_index::resolve::{Parent, RankedBy, recompressed};
use serde::Serialize;

use crate::located::Located;

use super::freshness::FreshnessAnswer;
use super::image::ImageAnswer;
use super::names::{NameAnswer, names_over_time};

/// A parent or another ancestor: its facts, and the evidence for it.
#[derive(Clone, Debug, Serialize)]
pub struct AncestorAnswer {
    /// Its facts.
    #[serde(flatten)]
    pub image: ImageAnswer,
    /// What makes it the parent.
    pub evidence: Evidence,
    /// How its history agrees with the image's.
    pub agreement: Agreement,
    /// What put it before its equals; `None` where it has none.
    pub ranked_by: Option<RankedBy>,
    /// How current it is, by the name that its age is counted by.
    #[serde(flatten)]
    pub freshness: FreshnessAnswer,
    /// Where the name leads now that it is called by; `None` where that is a digest.
    pub tag_now: Option<TagAnswer>,
    /// Where each of its names leads now.
    pub tags: Vec<TagAnswer>,
    /// Each of its names, from when until when.
    pub names_over_time: Vec<NameAnswer>,
    /// Its layers are there in other blobs; `None` where blobs are not known.
    pub recompressed: Option<bool>,
}

/// What makes an image a parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Evidence {
    /// Its layers and its history begin the image's.
    #[serde(rename = "layers+history")]
    LayersAndHistory,
    /// It has the same layers, and its history begins the image's.
    #[serde(rename = "history")]
    History,
    /// Its layers begin the image's; its history does not, or was not read.
    #[serde(rename = "layers")]
    Layers,
}

impl Evidence {
    /// What makes this one the parent of an image with `layers` layers.
    #[must_use]
    pub fn of(parent: &Parent, layers: usize) -> Self {
        match parent.comparison.agreement.is_history() {
            true if parent.layers == layers || parent.layers == 0 => Self::History,
            true => Self::LayersAndHistory,
            false => Self::Layers,
        }
    }

    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LayersAndHistory => "layers+history",
            Self::History => "history",
            Self::Layers => "layers",
        }
    }
}

/// A tag that led to an image, and where it leads now.
#[derive(Clone, Debug, Serialize)]
pub struct TagAnswer {
    /// Repository and tag.
    pub reference: String,
    /// It leads to another manifest for this platform.
    pub moved: bool,
    /// It is not there any more.
    pub gone: bool,
    /// What it leads to now for this platform.
    pub digest: Option<ManifestDigest>,
    /// Builds that were seen after this one.
    pub builds_behind: u32,
    /// Start of the run that first saw it here.
    pub first_seen: Timestamp,
    /// Start of the run that last saw it here; as of an earlier time, that time itself where a
    /// later run did.
    pub last_seen: Timestamp,
    /// Start of the run that first saw it elsewhere.
    pub moved_at: Option<Timestamp>,
}

impl AncestorAnswer {
    /// `its` facts as the parent of `child`.
    pub(crate) fn new(index: &View, child: &Located, parent: &Parent, its: &Located) -> Self {
        let names = index.names_of(parent.image);
        let agreement = parent.comparison.agreement;
        let evidence = Evidence::of(parent, child.image.layers.len());
        let freshness = FreshnessAnswer::of(index, parent.image, &names, &child.image.declared, |_| true);
        let names: Vec<NameOverTime> = names.iter().map(|name| index.over_time(name, parent.image)).collect();
        let tags: Vec<TagAnswer> = names.iter().map(TagAnswer::from).collect();
        Self {
            image: ImageAnswer::from(its),
            evidence,
            agreement,
            ranked_by: parent.ranked_by,
            freshness,
            tag_now: tags.iter().find(|tag| tag.reference == its.reference).cloned(),
            tags,
            names_over_time: names_over_time(names),
            recompressed: recompressed(index, &child.image, parent.image, parent.layers),
        }
    }
}

impl From<&NameOverTime> for TagAnswer {
    fn from(over_time: &NameOverTime) -> Self {
        let NameOverTime { name, now, .. } = over_time;
        Self {
            reference: name.reference.clone(),
            moved: now.moved,
            gone: now.gone,
            digest: now.digest,
            builds_behind: now.builds_behind,
            first_seen: name.first_seen,
            last_seen: name.last_seen,
            moved_at: now.since,
        }
    }
}
