//! Images in local files.

use forebear_archive::{Archive, LocalImage};
use forebear_image::image::Identity;
use forebear_index::View;

use crate::common::Common;
use crate::output;

use super::Located;

/// Reads a local form. Where it carries no history and the index knows the
/// same image, the index's history is used.
pub(super) fn read(index: &View, common: &Common, archive: &Archive, text: &str) -> anyhow::Result<Located> {
    let LocalImage { name: _, mut image, config, notes } = archive.image(common.platform.as_ref())?;
    notes.iter().for_each(|note| output::remark(&format!("{text}: {note}")));
    if let (Some(wanted), Some(own)) = (&common.platform, &image.platform)
        && !own.satisfies(wanted)
    {
        anyhow::bail!("{text} is for {own}, not for {wanted}");
    }
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
    Ok(Located { reference: text.to_owned(), names, image, known })
}
