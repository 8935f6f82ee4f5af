//! Declared bases beside the answer: agrees, contradicts, not in the index.

use forebear_image::Platform;
use forebear_image::declared::{Declared, Source};
use serde::{Deserialize, Serialize};

use crate::names::Name;
use crate::reader::{ImageId, Index, ManifestId, TagId};

use super::rank::{canonical, is_read, names_image};
use super::{Parent, Subject, materials};

/// What the layers and history say of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The parent is the declared base.
    Agrees,
    /// The declared base is known, and is not the parent.
    Contradicts,
    /// The declared base is not in the index.
    NotIndexed,
    /// Of provenance: another image that the build read, for a stage, a
    /// `COPY --from`, or as the frontend.
    Material,
}

impl Verdict {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Contradicts => "contradicts",
            Self::NotIndexed => "not_indexed",
            Self::Material => "material",
        }
    }
}

/// A declared base with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredBase {
    /// What is declared.
    pub declared: Declared,
    /// What to make of it.
    pub verdict: Verdict,
}

/// Compares every declaration with the parent that was found: those that name
/// a base one by one, provenance as the list it is.
pub(super) fn compare(index: &Index, subject: Subject<'_>, parent: Option<&Parent>) -> Vec<DeclaredBase> {
    let equal = Candidates::of(index, parent.map_or(&[], |parent| &parent.equal));
    let one = |declared: &Declared| {
        let agrees = match parent {
            Some(_) => equal.are_named_by(index, declared),
            None => declared.is_scratch(),
        };
        if agrees {
            Verdict::Agrees
        } else if declared.is_scratch() || is_indexed(index, declared) {
            Verdict::Contradicts
        } else {
            Verdict::NotIndexed
        }
    };
    let (listed, declared): (Vec<&Declared>, Vec<&Declared>) =
        subject.image.declared.iter().partition(|declared| declared.source == Source::Provenance);
    let verdicts: Vec<Verdict> = declared.iter().map(|declared| one(declared)).collect();
    let of_materials = materials::judge(index, subject.image.platform.as_ref(), parent, &equal, &listed);
    let all = declared.into_iter().zip(verdicts).chain(listed.into_iter().zip(of_materials));
    all.map(|(declared, verdict)| DeclaredBase { declared: declared.clone(), verdict }).collect()
}

/// Images of one answer, each with its names.
pub(super) struct Candidates(Vec<(ImageId, Vec<Name>)>);

impl Candidates {
    pub(super) fn of(index: &Index, images: &[ImageId]) -> Self {
        Self(images.iter().map(|image| (*image, index.names_of(*image))).collect())
    }

    /// Whether a declaration names one of them.
    pub(super) fn are_named_by(&self, index: &Index, declared: &Declared) -> bool {
        self.0.iter().any(|(image, names)| names_image(index, declared, *image, names))
    }
}

/// Whether the index knows the declared base. A digest decides where there is
/// one: a tag of that name may since lead elsewhere.
fn is_indexed(index: &Index, declared: &Declared) -> bool {
    match declared.digest {
        Some(digest) => is_read(index, digest),
        None => tag_of(index, declared).is_some(),
    }
}

/// Whether the index holds the declared image itself, for this platform: what
/// a digest or a tag leads to may be a list of others.
pub(super) fn is_held(index: &Index, declared: &Declared, platform: Option<&Platform>) -> bool {
    let target = match declared.digest {
        Some(digest) => index.find_manifest(forebear_image::ManifestDigest(digest)),
        None => tag_of(index, declared).and_then(|tag| index.tag_target(tag)),
    };
    let is_image = |id: ManifestId| index.manifest(id).is_some_and(|manifest| ImageId::some(manifest.image).is_some());
    target.is_some_and(|target| {
        is_image(target)
            || match platform {
                Some(platform) => index.for_platform(target, platform).is_some_and(is_image),
                None => index.index_entries(target).iter().any(|e| ManifestId::some(e.manifest).is_some_and(is_image)),
            }
    })
}

fn tag_of(index: &Index, declared: &Declared) -> Option<TagId> {
    let name = canonical(declared.name.as_deref()?)?;
    let reference: forebear_image::Reference = name.parse().ok()?;
    let repository = index.find_repository(&reference.repository)?;
    index.find_tag(repository, reference.tag.as_deref()?)
}
