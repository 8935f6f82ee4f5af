//! Everything an index can be asked. The fuzz target asks it too.

use forebear_image::{BlobDigest, DiffId};
use forebear_index::find::Thing;
use forebear_index::resolve::{self, Subject};
use forebear_index::{ImageId, ManifestId, RepositoryId, TagId, View, stats};

/// Asks everything there is to ask; what comes back does not matter.
pub(crate) fn exercise(view: &View) -> usize {
    let mut said = format!("{:?}", stats::stats(view)).len();
    for id in (0..view.image_count().min(40)).map(ImageId) {
        let names = view.names_of(id);
        for name in &names {
            said += format!("{name:?} {:?}", view.tag_now(name, id)).len();
            said += usize::from(view.manifest_of_name(id, name).is_some());
        }
        said += view.reference_of(id).len();
        said += usize::from(view.stored_parent(id).is_some());
        let Some(image) = view.load(id, None) else { continue };
        let chain = image.chain_id();
        for known in [Some(id), None] {
            let subject = Subject { image: &image, known };
            let resolution = resolve::resolve(view, subject);
            said += format!("{resolution:?} {chain:?}").len();
            said += resolve::children(view, subject).len() + resolve::all_children(view, subject).len();
            if let Ok(parent) = resolution.parent {
                let history = view.history_of(parent.image);
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
        for thing in view.find_things(&prefix, 20).into_values().flatten() {
            said += match thing {
                Thing::DiffId(layer) => view.images_with(layer).count(),
                Thing::Blob(blob) => view.images_with_blob(blob).len(),
                Thing::Config(_) | Thing::Manifest(_) => 1,
            };
        }
    }
    for id in (0..view.manifest_count().min(60)).map(ManifestId) {
        let blobs = view.blobs_of(id).map(|blob| format!("{} {:?} {:?}", blob.digest(), blob.size(), blob.diff_id()));
        said += blobs.map(|blob| blob.len()).sum::<usize>();
        let entries = view.entries_of(id).map(|entry| format!("{:?} {:?}", entry.manifest(), entry.platform()));
        said += entries.map(|entry| entry.len()).sum::<usize>();
        said += view.offered_platforms(id).len() + view.indexes_of(id).len() + view.observations_of(id).len();
        if let Some(manifest) = view.manifest(id) {
            said += format!("{:?} {:?} {:?}", manifest.kind(), manifest.media_type(), manifest.platform()).len();
        }
        said += usize::from(view.manifest_digest(id).and_then(|digest| view.find_manifest(digest)).is_some());
    }
    for id in (0..view.repository_count().min(40)).map(RepositoryId) {
        said += view.repository_name(id).len() + format!("{:?}", view.repository_complete_at(id)).len();
        for tag in view.tags_of(id).take(20).chain([TagId(u32::MAX)]) {
            said += view.tag_name(tag).len() + usize::from(view.tag_target(tag).is_some());
            said += usize::from(view.find_tag(id, view.tag_name(tag)).is_some());
        }
    }
    said += view.repositories_ending_in("copy").len();
    said += usize::from(view.find_diff_id(DiffId::of(b"A")).is_some());
    said + usize::from(view.find_blob(BlobDigest::of(b"!x")).is_some())
}
