//! Ranking equal candidates, with the reason.

use std::cmp::Ordering;

use forebear_image::agreement::Comparison;
use forebear_image::declared::Declared;
use forebear_image::{Digest, ManifestDigest};
use serde::{Deserialize, Serialize};

use crate::names::Name;
use crate::reader::{ImageId, Index, ManifestId};

use super::Subject;

/// What put the first candidate before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankedBy {
    /// It is for the same platform.
    Platform,
    /// The image declares it as its base.
    Declared,
    /// It is an official image of Docker Hub.
    Official,
    /// It was seen first.
    FirstSeen,
    /// Its name is shorter.
    ShorterName,
    /// Its name comes first in the alphabet.
    Alphabet,
}

struct Ranked {
    image: ImageId,
    comparison: Comparison,
    other_platform: u8,
    undeclared: bool,
    unofficial: bool,
    first_seen: i64,
    name: String,
}

/// Sorts equal candidates, best first.
pub(super) fn rank(
    index: &Index,
    subject: Subject<'_>,
    candidates: Vec<(ImageId, Comparison)>,
) -> (Vec<(ImageId, Comparison)>, Option<RankedBy>) {
    if candidates.len() < 2 {
        return (candidates, None);
    }
    let mut ranked: Vec<Ranked> = candidates.into_iter().map(|candidate| describe(index, subject, candidate)).collect();
    ranked.sort_by(|a, b| order(a, b).0);
    let reason = match ranked.as_slice() {
        [first, second, ..] => Some(order(first, second).1),
        _ => None,
    };
    (ranked.into_iter().map(|r| (r.image, r.comparison)).collect(), reason)
}

fn describe(index: &Index, subject: Subject<'_>, (image, comparison): (ImageId, Comparison)) -> Ranked {
    let names = index.names_of(image);
    let best = names.first();
    let other_platform = match (&subject.image.platform, index.platform_of(image, None)) {
        (Some(own), Some(its)) if own.same(&its) => 0,
        (Some(own), Some(its)) if own.same_machine(&its) => 1,
        _ => 2,
    };
    Ranked {
        image,
        comparison,
        other_platform,
        undeclared: !declares(index, subject, image, &names),
        unofficial: !best.is_some_and(Name::is_official),
        first_seen: index.first_seen(image).map_or(i64::MAX, |time| time.seconds),
        name: best.map_or_else(|| index.reference_of(image), |name| name.reference.clone()),
    }
}

fn order(a: &Ranked, b: &Ranked) -> (Ordering, RankedBy) {
    let steps = [
        (a.other_platform.cmp(&b.other_platform), RankedBy::Platform),
        (a.undeclared.cmp(&b.undeclared), RankedBy::Declared),
        (a.unofficial.cmp(&b.unofficial), RankedBy::Official),
        (a.first_seen.cmp(&b.first_seen), RankedBy::FirstSeen),
        (a.name.len().cmp(&b.name.len()), RankedBy::ShorterName),
    ];
    let decisive = steps.into_iter().find(|(order, _)| order.is_ne());
    decisive.unwrap_or_else(|| (a.name.cmp(&b.name).then(a.image.cmp(&b.image)), RankedBy::Alphabet))
}

/// Whether the image declares this one as its base.
fn declares(index: &Index, subject: Subject<'_>, image: ImageId, names: &[Name]) -> bool {
    subject.image.declared.iter().any(|declared| names_image(index, declared, image, names))
}

/// Whether a declaration is of this image, by the digest of its manifest or of
/// an index that lists it, or by name. A digest decides where the index knows
/// what it is of: a tag may have led to more than one build.
pub(super) fn names_image(index: &Index, declared: &Declared, image: ImageId, names: &[Name]) -> bool {
    let by_name = || {
        let canonical = declared.name.as_deref().and_then(canonical);
        canonical.is_some_and(|name| names.iter().any(|known| known.reference == name))
    };
    let by_digest = |digest| {
        let same = |manifest: ManifestId| index.manifest_digest(manifest).is_some_and(|d| d.0 == digest);
        index.manifests_of(image).iter().any(|manifest| {
            let manifest = ManifestId(manifest.get());
            same(manifest) || index.indexes_of(manifest).iter().any(|index| same(ManifestId(index.get())))
        })
    };
    declared.digest.filter(|digest| is_read(index, *digest)).map_or_else(by_name, by_digest)
}

/// Whether the index holds what a declared digest is of.
pub(super) fn is_read(index: &Index, digest: Digest) -> bool {
    let found = index.find_manifest(ManifestDigest(digest)).and_then(|id| index.manifest(id));
    found.is_some_and(|manifest| manifest.kind.get() != 0)
}

/// A declared name in the index's spelling; `None` where it names a digest and
/// no tag.
pub(super) fn canonical(name: &str) -> Option<String> {
    let reference: forebear_image::Reference = name.parse().ok()?;
    Some(format!("{}:{}", reference.repository, reference.tag?))
}
