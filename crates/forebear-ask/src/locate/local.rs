//! Images in local files.

use forebear_archive::{Archive, LocalImage, Unshown};
use forebear_image::Image;
use forebear_index::View;

use super::recognised;
use crate::error::AskError;
use crate::located::Located;
use crate::note::Note;
use crate::options::AskOptions;

/// Reads a local form. What it does not show is taken from the index, where
/// that knows the same image.
pub(super) fn find(index: &View, options: &AskOptions, archive: &Archive, text: &str) -> Result<Located, AskError> {
    let wanted = options.platform.as_ref();
    let found = archive.image(wanted).map_err(|error| AskError::archive(text, error))?;
    let LocalImage { name: _, image, known_by, unshown, notes } = found;
    let known = recognised::find(index, &known_by, &image, wanted);
    if let (None, Some(Unshown { by, pulled_as })) = (known, unshown) {
        let digest = known_by.first().map(ToString::to_string);
        return Err(AskError::ShowsNoLayers { name: text.to_owned(), by, digest, pulled_as });
    }
    let image = match known.and_then(|known| known.load(index)) {
        Some(its) => completed(image, its),
        None => image,
    };
    let notes = notes.iter().map(|note| Note::Local { image: text.to_owned(), message: note.to_string() }).collect();
    let known = known.map(|known| known.id);
    let names = known.map(|id| index.names_of(id)).unwrap_or_default();
    let names = names.into_iter().map(|name| name.reference).collect();
    Ok(Located { reference: text.to_owned(), names, image, notes, known })
}

/// An image of a form, with what the index knows of it: all but its blobs where
/// the form shows no history, else what names it.
fn completed(own: Image, its: Image) -> Image {
    let manifest_digest = own.manifest_digest.or(its.manifest_digest);
    let identity = its.identity.or(own.identity);
    if own.history.is_some() {
        return Image { manifest_digest, identity, ..own };
    }
    let mut image = Image { manifest_digest, identity, ..its };
    if own.layers.len() == image.layers.len() && own.layers.iter().any(|layer| layer.blob.is_some()) {
        for (layer, blob) in image.layers.iter_mut().zip(own.layers) {
            (layer.blob, layer.size, layer.media_type) = (blob.blob, blob.size, blob.media_type);
        }
    }
    image
}
