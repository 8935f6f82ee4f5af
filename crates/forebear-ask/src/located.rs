//! An image that was asked about.

use forebear_image::Image;
use forebear_image::declared::Declared;
use forebear_image::descend::DocumentKind;
use forebear_index::names::shown;
use forebear_index::resolve::Subject;
use forebear_index::{ImageId, View};

use crate::note::Note;

/// An image that was asked about, found.
#[derive(Clone, Debug)]
pub struct Located {
    /// How it is called in the answer.
    pub reference: String,
    /// All names it has in the index.
    pub names: Vec<String>,
    /// What is known of it.
    pub image: Image,
    /// What there is to say about how it was found.
    pub notes: Vec<Note>,
    /// Its place in the index, if it is there.
    pub(crate) known: Option<ImageId>,
}

impl Located {
    /// As the resolver takes it.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { image: &self.image, known: self.known }
    }

    /// An image of the index by its id, called by the name that is shown for it.
    pub(crate) fn of_index(index: &View, id: ImageId) -> Option<Self> {
        Self::called(index, id, &[])
    }

    /// An image of the index as the base of another, called as that one declares it, if it
    /// declares one of its names.
    pub(crate) fn as_base_of(index: &View, id: ImageId, child: &Self) -> Option<Self> {
        Self::called(index, id, &child.image.declared)
    }

    fn called(index: &View, id: ImageId, declared: &[Declared]) -> Option<Self> {
        let names = index.names_of(id);
        let shown = shown(&names, declared);
        let manifest = shown.and_then(|name| index.manifest_of_name(id, name));
        let image = index.load(id, manifest)?;
        let reference = shown.map_or_else(|| index.reference_of(id), |name| name.reference.clone());
        let names: Vec<String> = names.into_iter().map(|name| name.reference).collect();
        Some(Self { reference, names, image, notes: Vec::new(), known: Some(id) })
    }

    /// With what is odd in its config, wherever that was read.
    pub(crate) fn telling_odd(mut self) -> Self {
        let odd = self.image.runtime.iter().flat_map(|runtime| &runtime.odd);
        let (image, kind) = (&self.reference, DocumentKind::Config);
        let notes: Vec<Note> =
            odd.map(|field| Note::Odd { image: image.clone(), kind, field: field.clone() }).collect();
        self.notes.extend(notes);
        self
    }

    /// With what there is to say.
    pub(crate) fn noting(mut self, note: Option<Note>) -> Self {
        self.notes.extend(note);
        self
    }
}
