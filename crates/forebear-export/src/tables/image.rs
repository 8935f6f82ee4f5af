//! What tables about images have in common.

use forebear_image::Image;
use forebear_index::names::{Name, shown};
use forebear_index::{ImageId, ManifestId, View};

use crate::scope::{Scope, registry_of};

/// An image with its name.
pub(crate) struct Named {
    pub(crate) id: ImageId,
    pub(crate) key: String,
    pub(crate) name: Option<Name>,
    pub(crate) image: Image,
}

impl Named {
    /// The image at a place in the order of digests.
    pub(crate) fn at(scope: &Scope, thing: usize) -> Option<Self> {
        let (view, id) = (&scope.view, *scope.images.get(thing)?);
        let name = shown(&view.names_of(id), &[]).cloned();
        let image = view.load(id, None)?;
        Some(Self { id, key: key(view, id)?, name, image })
    }

    /// The registry of the name that is shown for it; empty where it has none.
    pub(crate) fn registry(&self) -> &str {
        self.name.as_ref().map_or("", |name| registry_of(&name.reference))
    }
}

/// The key of an image.
pub(crate) fn key(view: &View, id: ImageId) -> Option<String> {
    Some(view.image(id)?.identity().to_string())
}

/// The registry of an image's name.
pub(crate) fn registry(view: &View, id: ImageId) -> String {
    shown(&view.names_of(id), &[]).map_or_else(String::new, |name| registry_of(&name.reference).to_owned())
}

/// How an image is called, and its manifest of that name.
pub(crate) fn called(view: &View, id: ImageId) -> (String, Option<ManifestId>) {
    let names = view.names_of(id);
    let shown = shown(&names, &[]);
    let manifest = shown.and_then(|name| view.manifest_of_name(id, name)).or_else(|| view.manifests_of(id).next());
    (shown.map_or_else(|| view.reference_of(id), |name| name.reference.clone()), manifest)
}
