//! Everything an index can be asked. The fuzz target asks it too.

use forebear_image::{BlobDigest, DiffId};
use forebear_index::find::Thing;
use forebear_index::format::Section;
use forebear_index::resolve::{self, Subject};
use forebear_index::{ImageId, Index, ManifestId, RepositoryId, TagId, stats};

/// Asks everything there is to ask; what comes back does not matter.
pub(crate) fn exercise(index: &Index) -> usize {
    let mut said = format!("{:?}", stats::stats(index)).len();
    for id in (0..index.image_count().min(40)).map(ImageId) {
        let names = index.names_of(id);
        for name in &names {
            said += format!("{name:?} {:?}", index.tag_now(name, id)).len();
            said += usize::from(index.manifest_of_name(id, name).is_some());
        }
        said += index.reference_of(id).len();
        said += usize::from(index.stored_parent(id).is_some());
        let Some(image) = index.load(id, None) else { continue };
        let chain = image.chain_id();
        for known in [Some(id), None] {
            let subject = Subject { image: &image, known };
            let resolution = resolve::resolve(index, subject);
            said += format!("{resolution:?} {chain:?}").len();
            said += resolve::children(index, subject).len() + resolve::all_children(index, subject).len();
            if let Ok(parent) = resolution.parent {
                let history = index.history_of(parent.image);
                let boundary = forebear_image::added::Boundary {
                    comparison: parent.comparison,
                    layers: parent.layers,
                    history: history.as_deref(),
                };
                said += forebear_image::added::added_steps(&image, Some(boundary)).len();
            }
        }
    }
    for prefix in ["0000", "7f", "a1b2", "ffffffff"] {
        let Ok(prefix) = prefix.repeat(2).parse() else { continue };
        for thing in index.find_things(&prefix, 20).into_values().flatten() {
            said += match thing {
                Thing::DiffId(layer) => index.images_with(layer).len(),
                Thing::Blob(blob) => index.images_with_blob(blob).len(),
                Thing::Config(_) | Thing::Manifest(_) => 1,
            };
        }
    }
    let manifests = index.section_size(Section::Manifests) / Section::Manifests.element_size();
    let manifests = u32::try_from(manifests).unwrap_or(0);
    for id in (0..manifests.min(60)).map(ManifestId) {
        said += index.manifest_blobs(id).len() + index.index_entries(id).len() + index.indexes_of(id).len();
        said += index.offered_platforms(id).len() + index.observations_of(id).len();
        said += usize::from(index.manifest_digest(id).and_then(|digest| index.find_manifest(digest)).is_some());
    }
    for id in (0..index.repository_count().min(40)).map(RepositoryId) {
        said += index.repository_name(id).len() + format!("{:?}", index.repository_complete_at(id)).len();
        for tag in index.tags_of(id).into_iter().take(20).chain([TagId(u32::MAX)]) {
            said += index.tag_name(tag).len() + usize::from(index.tag_target(tag).is_some());
            said += usize::from(index.find_tag(id, index.tag_name(tag)).is_some());
        }
    }
    said += index.repositories_ending_in("copy").len();
    said += usize::from(index.find_diff_id(DiffId::of(b"A")).is_some());
    said + usize::from(index.find_blob(BlobDigest::of(b"!x")).is_some())
}
