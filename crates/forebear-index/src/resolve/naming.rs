//! Whether a declaration names an image, and whether the index holds what it
//! names.

use forebear_image::declared::Declared;
use forebear_image::{Digest, ManifestDigest, Platform, Reference};

use crate::format::records::Manifest;
use crate::ids::{ImageId, ManifestId, TagId};
use crate::names::{Name, in_full};
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

    /// The name of one of them that is this one on whatever registry.
    pub(super) fn of_name(&self, local: &str) -> Option<String> {
        let wanted: Reference = format!("localhost/{local}").parse().ok()?;
        let same = |name: &&Name| {
            let known: Option<Reference> = name.reference.parse().ok();
            known.is_some_and(|known| {
                known.tag == wanted.tag && is_path_of(&known.repository.path, &wanted.repository.path)
            })
        };
        self.0.iter().flat_map(|(_, names)| names).find(same).map(|name| name.reference.clone())
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
    let target = target_of(view, declared);
    let is_image = |id: ManifestId| view.image_of(id).is_some();
    target.is_some_and(|target| {
        is_image(target)
            || match platform {
                Some(platform) => view.for_platform(target, platform).is_some_and(is_image),
                None => view.entries_of(target).any(|entry| is_image(entry.manifest())),
            }
    })
}

/// Images that a declaration names, of this platform where they are of several.
pub(super) fn images_named(view: &View, declared: &Declared, platform: Option<&Platform>) -> Vec<ImageId> {
    let Some(target) = target_of(view, declared) else { return Vec::new() };
    let fitting = platform.and_then(|platform| view.for_platform(target, platform));
    match fitting.and_then(|fitting| view.image_of(fitting)) {
        Some(image) => vec![image],
        None => view.images_under(target),
    }
}

/// Images that a declaration may be of: those below the digest it names, else below
/// whatever its tag has ever led to.
pub(super) fn ever_named(view: &View, declared: &Declared) -> Vec<ImageId> {
    let targets: Vec<ManifestId> = match declared.digest.filter(|digest| is_read(view, *digest)) {
        Some(digest) => view.find_manifest(ManifestDigest(digest)).into_iter().collect(),
        None => {
            let observations = tag_of(view, declared).into_iter().flat_map(|tag| view.observations_of_tag(tag));
            observations.filter_map(|observation| view.observed_manifest(observation)).collect()
        }
    };
    targets.into_iter().flat_map(|target| view.images_under(target)).collect()
}

/// The manifest or index that a declaration names.
fn target_of(view: &View, declared: &Declared) -> Option<ManifestId> {
    match declared.digest {
        Some(digest) => view.find_manifest(ManifestDigest(digest)),
        None => tag_of(view, declared).and_then(|tag| view.tag_target(tag)),
    }
}

fn tag_of(view: &View, declared: &Declared) -> Option<TagId> {
    let reference = declared.reference()?;
    let repository = view.find_repository(&reference.repository)?;
    view.find_tag(repository, reference.tag.as_deref()?)
}

/// Whether a declaration is of this image, by the digest of its manifest or of
/// an index that lists it, or by name. A digest decides where the index knows
/// what it is of: a tag may have led to more than one build.
pub(super) fn names_image(view: &View, declared: &Declared, image: ImageId, names: &[Name]) -> bool {
    let by_name = || {
        // One that names a digest and no tag is of no name.
        let name =
            declared.reference().filter(|reference| reference.tag.is_some()).map(|reference| in_full(&reference));
        name.is_some_and(|name| names.iter().any(|known| known.reference == name))
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

/// Whether a path on a registry is this one: there may be more before it, as a
/// project's or a mirror's.
fn is_path_of(known: &str, wanted: &str) -> bool {
    known.strip_suffix(wanted).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}
