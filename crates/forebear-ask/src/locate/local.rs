//! Images in local files.

use forebear_archive::{Archive, LocalImage};
use forebear_image::image::Identity;
use forebear_index::View;

use crate::error::AskError;
use crate::located::Located;
use crate::note::Note;
use crate::options::AskOptions;

/// Reads a local form. Where it carries no history and the index knows the
/// same image, the index's history is used.
pub(super) fn find(index: &View, options: &AskOptions, archive: &Archive, text: &str) -> Result<Located, AskError> {
    let found = archive.image(options.platform.as_ref()).map_err(|error| AskError::archive(text, error))?;
    let LocalImage { name: _, mut image, config, notes } = found;
    let notes = notes.iter().map(|note| Note::Local { image: text.to_owned(), message: note.to_string() }).collect();
    let known = config.map(Identity::Config).or(image.identity).and_then(|identity| index.find_image(&identity));
    if image.history.is_none()
        && let Some(known) = known
        && let Some(own) = index.load(known, None)
    {
        let (manifest_digest, blobs) = (image.manifest_digest, std::mem::take(&mut image.layers));
        image = own;
        image.manifest_digest = manifest_digest.or(image.manifest_digest);
        if blobs.len() == image.layers.len() && blobs.iter().any(|layer| layer.blob.is_some()) {
            for (layer, blob) in image.layers.iter_mut().zip(blobs) {
                (layer.blob, layer.size, layer.media_type) = (blob.blob, blob.size, blob.media_type);
            }
        }
    }
    let names = known.map(|id| index.names_of(id)).unwrap_or_default();
    let names = names.into_iter().map(|name| name.reference).collect();
    Ok(Located { reference: text.to_owned(), names, image, notes, known })
}
