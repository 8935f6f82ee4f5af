//! `ancestors`.

use super::image::{key, registry};
use crate::column::{Column, Kind, Source, Unit, column};
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct Ancestors;

const COLUMNS: &[Column] = &[
    column(
        "image",
        Kind::Digest,
        &[Source::Manifest],
        "The image: its config digest, or its manifest digest where the config was not read; key of images.",
    ),
    column("ancestor", Kind::Digest, &[Source::Derived], "Its parent, that one's parent, and so on; key of images.")
        .or_null("the entry is damaged"),
    column("generation", Kind::Number(Unit::Images), &[Source::Derived], "How far up, in images: 1 is the parent."),
];

impl Table for Ancestors {
    fn name(&self) -> &'static str {
        "ancestors"
    }
    fn row(&self) -> &'static str {
        "an image and one of its ancestors"
    }
    fn key(&self) -> &'static [&'static str] {
        &["image", "generation"]
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        1
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.images.len()
    }
    fn weight(&self, _scope: &Scope, _thing: usize) -> usize {
        3
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Some(id) = scope.images.get(thing) else { return };
        let Some(image) = key(&scope.view, *id) else { return };
        let registry = registry(scope, *id);
        for (generation, ancestor) in (1_u32..).zip(scope.ancestors(*id)) {
            push(&registry, vec![image.as_str().into(), key(&scope.view, ancestor).into(), generation.into()]);
        }
    }
}
