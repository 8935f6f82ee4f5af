//! How well a candidate serves whoever asks for a platform.

use crate::facts::ChildManifest;
use crate::platform::{Fit, Platform};

/// How well a candidate serves: the least is meant, of equals the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// It fits by its entry's word, and not by what its config adds to that.
    by_entry_alone: bool,
    fit: Fit,
    /// It may turn out not to fit, or less well.
    pub(super) unsure: bool,
    /// It is another tool's form of an image, beside which the ordinary one is
    /// meant.
    is_converted: bool,
}

impl Rank {
    /// Of an image that was read, with what its entry states and what it is
    /// ([`Platform::of_image`]); `None` where it does not fit.
    #[must_use]
    pub fn of_image(
        stated: Option<&Platform>,
        platform: Option<&Platform>,
        is_converted: bool,
        wanted: &Platform,
    ) -> Option<Self> {
        let own = platform.and_then(|own| own.fit(wanted));
        let fit = own.or_else(|| stated.and_then(|stated| stated.fit(wanted)))?;
        Some(Self { by_entry_alone: own.is_none(), fit, unsure: false, is_converted })
    }

    /// Of what is known by its entry only, at its best.
    pub(super) fn of_entry(entry: &ChildManifest, wanted: &Platform) -> Option<Self> {
        let (fit, unsure) = match &entry.platform {
            Some(platform) => platform.may_fit(wanted)?,
            None => (Fit::Same, true),
        };
        Some(Self { by_entry_alone: false, fit, unsure, is_converted: is_converted(entry) })
    }
}

/// Whether an entry says that it is another tool's form of an image that may
/// stand beside it: one for a snapshotter (nydus: `os.features`, harbor's
/// acceleration service; SOCI), or with layers that not every client can read
/// (containers/image marks its zstd copies).
#[must_use]
pub fn is_converted(entry: &ChildManifest) -> bool {
    const NYDUS: &str = "nydus.";
    const ACCELERATED: &str = "io.goharbor.artifact.v1alpha1.acceleration.driver.name";
    const ZSTD: &str = "io.github.containers.compression.zstd";
    const SOCI: &str = "com.amazon.soci.index-digest";
    entry.os_features.iter().any(|feature| feature.starts_with(NYDUS))
        || [ACCELERATED, SOCI].iter().any(|key| entry.annotations.contains_key(*key))
        || entry.annotations.get(ZSTD).is_some_and(|value| value == "true")
}

/// The same of an image, by the media types of its layers.
#[must_use]
pub fn has_converted_layers<'a>(mut media_types: impl Iterator<Item = &'a str>) -> bool {
    media_types.any(|own| own.ends_with("zstd") || own.contains(".nydus."))
}
