//! Every image whose base has a later build, the worst first.

use forebear_image::{ManifestDigest, Platform, Timestamp};
use forebear_index::names::{Name, shown};
use forebear_index::{Outdated, OutdatedImage, View};
use serde::{Serialize, Serializer};

use crate::answers::{FreshnessAnswer, platform_as_text};
use crate::error::AskError;
use crate::globs::ReferenceGlobs;

/// Which outdated images are asked for.
#[derive(Clone, Debug, Default)]
pub struct OutdatedRequest {
    /// Only those with such a name.
    pub globs: ReferenceGlobs,
    /// Also those that no tag leads to any more.
    pub all: bool,
    /// Skip this many.
    pub offset: usize,
    /// At most this many; all, when `None`.
    pub limit: Option<usize>,
}

/// Images whose base has a later build: their number, and a page of them, made while they are
/// read ([`OutdatedAnswer::images`]), since there may be millions.
#[derive(Clone, Debug)]
pub struct OutdatedAnswer {
    /// How many there are, whatever part of them is listed.
    pub total: usize,
    /// How many come before the first one listed.
    pub offset: usize,
    /// How many others have an outdated ancestor further down: not the base that they are built
    /// on has a later build, but one below that.
    pub further_down: usize,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
    index: View,
    page: Vec<OutdatedImage>,
}

/// An image whose base has a later build.
#[derive(Clone, Debug, Serialize)]
pub struct OutdatedRow {
    /// Its name.
    pub reference: String,
    /// Digest of its manifest.
    pub manifest_digest: Option<ManifestDigest>,
    /// Its platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
    /// Its base, as it is called for this image.
    pub parent: OutdatedBase,
}

/// A base with a later build.
#[derive(Clone, Debug, Serialize)]
pub struct OutdatedBase {
    /// Its name.
    pub reference: String,
    /// Digest of its manifest.
    pub manifest_digest: Option<ManifestDigest>,
    /// How far behind it is.
    #[serde(flatten)]
    pub freshness: FreshnessAnswer,
}

/// Finds them all; only those that are listed are loaded.
pub(crate) fn find(index: &View, request: &OutdatedRequest) -> Result<OutdatedAnswer, AskError> {
    request.globs.ensure_known(index)?;
    let wanted = |names: Vec<Name>| -> Vec<Name> {
        let is_meant = |name: &Name| (request.all || !name.ended) && request.globs.mean(&name.reference);
        names.into_iter().filter(is_meant).collect()
    };
    let Outdated { images: mut page, further_down } = index.outdated(wanted);
    let total = page.len();
    page.truncate(request.offset.saturating_add(request.limit.unwrap_or(usize::MAX)));
    page.drain(..request.offset.min(page.len()));
    let observed_until = index.observed_until();
    Ok(OutdatedAnswer { total, offset: request.offset, further_down, observed_until, index: index.clone(), page })
}

impl OutdatedAnswer {
    /// Those listed, the worst first.
    pub fn images(&self) -> impl Iterator<Item = OutdatedRow> + '_ {
        self.page.iter().map(|found| row(&self.index, found))
    }

    /// How many are listed.
    #[must_use]
    pub fn listed(&self) -> usize {
        self.page.len()
    }
}

fn row(index: &View, found: &OutdatedImage) -> OutdatedRow {
    let OutdatedImage { image, base, tag, .. } = *found;
    let declared = index.declared_bases(image);
    let names = index.names_of(base);
    let manifest = |image, name: Option<&Name>| {
        let own =
            name.and_then(|name| index.manifest_of_name(image, name)).or_else(|| index.manifests_of(image).next());
        own.and_then(|manifest| index.manifest_digest(manifest))
    };
    let own = index.names_of(image).into_iter().find(|name| name.tag == tag);
    let called = shown(&names, &declared);
    OutdatedRow {
        reference: own.as_ref().map_or_else(|| index.reference_of(image), |name| name.reference.clone()),
        manifest_digest: manifest(image, own.as_ref()),
        platform: index.platform_of(image, None),
        parent: OutdatedBase {
            reference: called.map_or_else(|| index.reference_of(base), |name| name.reference.clone()),
            manifest_digest: manifest(base, called),
            freshness: FreshnessAnswer::of(index, base, &names, &declared, |_| true),
        },
    }
}

impl Serialize for OutdatedAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { total, offset, further_down, observed_until, .. } = *self;
        OutdatedList { total, offset, images: Rows(self), further_down, observed_until }.serialize(serializer)
    }
}

/// The answer as it is written, its rows made one at a time.
#[derive(Serialize)]
struct OutdatedList<'a> {
    /// How many there are, whatever part of them is listed.
    total: usize,
    /// How many come before the first one listed.
    offset: usize,
    /// Those listed, the worst first.
    images: Rows<'a>,
    /// How many others have an outdated ancestor further down: not the base that they are built
    /// on has a later build, but one below that.
    further_down: usize,
    /// Start of the last run that the index knows of, or the time that was asked as of,
    /// where that is earlier.
    observed_until: Option<Timestamp>,
}

struct Rows<'a>(&'a OutdatedAnswer);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.images())
    }
}
