//! From what the user wrote to an image.

mod indexed;
mod live;
mod local;

use forebear_archive::Form;
use forebear_image::Image;
use forebear_index::resolve::Subject;
use forebear_index::{ImageId, ManifestId, View};

use crate::common::Common;
use crate::contents::Contents;

pub(crate) use live::choose;

/// An image that was asked about.
#[derive(Debug)]
pub(crate) struct Located {
    /// How it is called in the answer.
    pub reference: String,
    /// All names it has in the index.
    pub names: Vec<String>,
    /// What is known of it.
    pub image: Image,
    /// Its place in the index, if it is there.
    pub known: Option<ImageId>,
}

impl Located {
    /// As the resolver takes it.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { image: &self.image, known: self.known }
    }

    /// An image of the index by its id, called by its best name.
    pub(crate) fn of_index(index: &View, id: ImageId) -> Option<Self> {
        let names = index.names_of(id);
        let manifest = names.first().and_then(|name| index.manifest_of_name(id, name));
        let image = index.load(id, manifest)?;
        let names: Vec<String> = names.into_iter().map(|name| name.reference).collect();
        let reference = names.first().cloned().unwrap_or_else(|| index.reference_of(id));
        Some(Self { reference, names, image, known: Some(id) })
    }
}

/// Finds the image that `text` means.
///
/// # Errors
/// A sentence saying what was looked for, where, and what to do.
pub(crate) fn locate(index: &View, common: &Common, text: &str) -> anyhow::Result<Located> {
    if text.starts_with("docker://") || Form::parse(text).is_some() {
        return locate_opened(index, common, &Contents::open(common, text)?, text);
    }
    indexed::find(index, common, text)
}

/// Finds the image that opened contents hold.
///
/// # Errors
/// As [`locate`].
pub(crate) fn locate_opened(index: &View, common: &Common, contents: &Contents, text: &str) -> anyhow::Result<Located> {
    match contents {
        Contents::Live(live) => live::fetch(index, common, live),
        Contents::Local(archive) => local::read(index, common, archive, text),
    }
}

/// An image of the index found by one of its manifests.
fn known(index: &View, reference: String, id: ImageId, manifest: ManifestId) -> anyhow::Result<Located> {
    let image = index.load(id, Some(manifest));
    let image = image.ok_or_else(|| anyhow::anyhow!("the index entry of {reference} is damaged; publish it anew"))?;
    let names = index.names_of(id).into_iter().map(|name| name.reference).collect();
    Ok(Located { reference, names, image, known: Some(id) })
}
