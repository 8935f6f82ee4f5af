//! What tables about images have in common.

use std::cell::OnceCell;

use forebear_image::Image;
use forebear_index::names::{Name, shown};
use forebear_index::{ImageId, ManifestId, View};

use crate::registry::registry_of;
use crate::scope::Scope;

/// An image with its name.
pub(crate) struct Named<'a> {
    scope: &'a Scope,
    pub(crate) id: ImageId,
    pub(crate) key: String,
    pub(crate) image: Image,
    name: OnceCell<Option<Name>>,
}

impl<'a> Named<'a> {
    /// The image at a place in the order of digests.
    pub(crate) fn at(scope: &'a Scope, thing: usize) -> Option<Self> {
        let (view, id) = (&scope.view, *scope.images.get(thing)?);
        // Copies differ in their blobs: told are those that its name leads to.
        let is_copied = view.manifests_of(id).nth(1).is_some();
        let name = OnceCell::new();
        let named = || name.get_or_init(|| best_name(view, id)).as_ref();
        let manifest = named_manifest(view, id, is_copied.then(named).flatten());
        let image = view.load(id, manifest)?;
        Some(Self { scope, id, key: key(view, id)?, image, name })
    }

    /// The name that is shown for it, which takes a look at all that it has.
    pub(crate) fn name(&self) -> Option<&Name> {
        self.name.get_or_init(|| best_name(&self.scope.view, self.id)).as_ref()
    }

    /// The registry of that name, where tables are divided by it; empty where it has none.
    pub(crate) fn registry(&self) -> &str {
        let name = self.scope.by_registry.then(|| self.name()).flatten();
        name.map_or("", |name| registry_of(&name.reference))
    }
}

/// The key of an image.
pub(crate) fn key(view: &View, id: ImageId) -> Option<String> {
    Some(view.image(id)?.identity().to_string())
}

/// The registry of an image's name, where tables are divided by it.
pub(crate) fn registry(scope: &Scope, id: ImageId) -> String {
    let name = scope.by_registry.then(|| best_name(&scope.view, id)).flatten();
    name.map_or_else(String::new, |name| registry_of(&name.reference).to_owned())
}

/// How an image is called, and its manifest of that name.
pub(crate) fn called(view: &View, id: ImageId) -> (String, Option<ManifestId>) {
    let name = best_name(view, id);
    let manifest = named_manifest(view, id, name.as_ref());
    (name.map_or_else(|| view.reference_of(id), |name| name.reference), manifest)
}

fn best_name(view: &View, id: ImageId) -> Option<Name> {
    shown(&view.names_of(id), &[]).cloned()
}

/// The manifest that a name leads to; the first one of an image without.
fn named_manifest(view: &View, id: ImageId, name: Option<&Name>) -> Option<ManifestId> {
    name.and_then(|name| view.manifest_of_name(id, name)).or_else(|| view.manifests_of(id).next())
}
