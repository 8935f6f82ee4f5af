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
        let image = view.load(id, is_copied.then(|| called(view, id).1).flatten())?;
        Some(Self { scope, id, key: key(view, id)?, image, name: OnceCell::new() })
    }

    /// The name that is shown for it, which takes a look at all that it has.
    pub(crate) fn name(&self) -> Option<&Name> {
        let find = || shown(&self.scope.view.names_of(self.id), &[]).cloned();
        self.name.get_or_init(find).as_ref()
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
    if !scope.by_registry {
        return String::new();
    }
    shown(&scope.view.names_of(id), &[]).map_or_else(String::new, |name| registry_of(&name.reference).to_owned())
}

/// How an image is called, and its manifest of that name.
pub(crate) fn called(view: &View, id: ImageId) -> (String, Option<ManifestId>) {
    let names = view.names_of(id);
    let shown = shown(&names, &[]);
    let manifest = shown.and_then(|name| view.manifest_of_name(id, name)).or_else(|| view.manifests_of(id).next());
    (shown.map_or_else(|| view.reference_of(id), |name| name.reference.clone()), manifest)
}
