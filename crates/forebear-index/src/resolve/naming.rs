//! Whether a declaration names an image, and whether the index holds what it
//! names.

use forebear_image::declared::Declared;
use forebear_image::{Digest, ManifestDigest, Platform, Reference};

use crate::format::records::Manifest;
use crate::ids::{ImageId, ManifestId, TagId};
use crate::names::Name;
use crate::view::View;

/// Images of one answer, each with its names.
pub(super) struct Candidates(Vec<(ImageId, Vec<Name>)>);

impl Candidates {
    pub(super) fn of(view: &View, images: &[ImageId]) -> Self {
        Self(images.iter().map(|image| (*image, view.names_of(*image))).collect())
    }

    /// Whether a declaration names one of them.
    pub(super) fn are_named_by(&self, view: &View, declared: &Declared) -> bool {
        self.0.iter().any(|(image, names)| names_image(view, declared, *image, names))
    }
}

/// Whether the index knows the declared base. A digest decides where there is
/// one: a tag of that name may since lead elsewhere.
pub(super) fn is_indexed(view: &View, declared: &Declared) -> bool {
    match declared.digest {
        Some(digest) => is_read(view, digest),
        None => tag_of(view, declared).is_some(),
    }
}

/// Whether the index holds the declared image itself, for this platform: what
/// a digest or a tag leads to may be a list of others.
pub(super) fn is_indexed_image(view: &View, declared: &Declared, platform: Option<&Platform>) -> bool {
    let target = match declared.digest {
        Some(digest) => view.find_manifest(ManifestDigest(digest)),
        None => tag_of(view, declared).and_then(|tag| view.tag_target(tag)),
    };
    let is_image = |id: ManifestId| view.image_of(id).is_some();
    target.is_some_and(|target| {
        is_image(target)
            || match platform {
                Some(platform) => view.for_platform(target, platform).is_some_and(is_image),
                None => view.entries_of(target).any(|entry| is_image(entry.manifest())),
            }
    })
}

fn tag_of(view: &View, declared: &Declared) -> Option<TagId> {
    let name = canonical(declared.name.as_deref()?)?;
    let reference: Reference = name.parse().ok()?;
    let repository = view.find_repository(&reference.repository)?;
    view.find_tag(repository, reference.tag.as_deref()?)
}

/// Whether a declaration is of this image, by the digest of its manifest or of
/// an index that lists it, or by name. A digest decides where the index knows
/// what it is of: a tag may have led to more than one build.
pub(super) fn names_image(view: &View, declared: &Declared, image: ImageId, names: &[Name]) -> bool {
    let by_name = || {
        let canonical = declared.name.as_deref().and_then(canonical);
        canonical.is_some_and(|name| names.iter().any(|known| known.reference == name))
    };
    let by_digest = |digest| {
        let same = |manifest: ManifestId| view.manifest_digest(manifest).is_some_and(|d| d.0 == digest);
        view.manifests_of(image).any(|manifest| same(manifest) || view.indexes_of(manifest).any(same))
    };
    declared.digest.filter(|digest| is_read(view, *digest)).map_or_else(by_name, by_digest)
}

/// Whether the index holds what a declared digest is of.
fn is_read(view: &View, digest: Digest) -> bool {
    let found = view.find_manifest(ManifestDigest(digest)).and_then(|id| view.manifest_record(id));
    found.is_some_and(Manifest::is_read)
}

/// A declared name in the index's spelling; `None` where it names a digest and
/// no tag.
fn canonical(name: &str) -> Option<String> {
    let reference: Reference = name.parse().ok()?;
    Some(format!("{}:{}", reference.repository, reference.tag?))
}
