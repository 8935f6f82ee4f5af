//! `declared`.

use forebear_index::ImageId;
use forebear_index::names::in_full;
use forebear_index::resolve::{Subject, judge};

use super::image::Named;
use crate::column::{Column, Kind, Source, Unit, column};
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct DeclaredBases;

const COLUMNS: &[Column] = &[
    column(
        "image",
        Kind::Digest,
        &[Source::Manifest],
        "The image: its config digest, or its manifest digest where the config was not read; key of images.",
    ),
    column(
        "position",
        Kind::Number(Unit::Place),
        &[Source::Derived],
        "Its place among what the image declares; the parent is called by the first that names it.",
    ),
    column(
        "source",
        Kind::Word,
        &[Source::Manifest, Source::Config, Source::Attestation],
        "Where it stands: annotation, label, history, buildpacks, s2i, home-assistant, provenance.",
    ),
    column("name", Kind::Text, &[Source::Manifest, Source::Config, Source::Attestation], "The base's name as written.")
        .or_null("none is written"),
    column(
        "digest",
        Kind::Digest,
        &[Source::Manifest, Source::Config, Source::Attestation],
        "The base's digest as written.",
    )
    .or_null("none is written"),
    column(
        "reference",
        Kind::Text,
        &[Source::Derived],
        "The name in full, docker.io/library/debian:12; what an image of that name is matched by.",
    )
    .or_null("it is no name with a tag"),
    column(
        "verdict",
        Kind::Word,
        &[Source::Derived],
        "What layers and history say of it: agrees, contradicts, not_indexed, inherited, ancestor, not_comparable, local, material.",
    ),
];

impl Table for DeclaredBases {
    fn name(&self) -> &'static str {
        "declared"
    }
    fn row(&self) -> &'static str {
        "a declaration of a base"
    }
    fn key(&self) -> &'static [&'static str] {
        &["image", "position"]
    }
    fn note(&self) -> &'static str {
        "`reference` is the declared base's; the image's own is that of `images`."
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        2
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.images.len()
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        // Most declare none, and need not be loaded.
        let declares = |image: &&ImageId| !scope.view.declared_bases(**image).is_empty();
        let Some(own) = scope.images.get(thing).filter(declares).and_then(|_| Named::at(scope, thing)) else { return };
        let judged = judge(&scope.view, Subject { image: &own.image, known: Some(own.id) });
        for (position, base) in judged.declared.into_iter().enumerate() {
            let reference = base.declared.reference().filter(|name| name.tag.is_some()).map(|name| in_full(&name));
            push(
                own.registry(),
                vec![
                    own.key.as_str().into(),
                    position.into(),
                    base.declared.source.as_str().into(),
                    base.declared.name.into(),
                    base.declared.digest.into(),
                    reference.into(),
                    base.verdict.as_str().into(),
                ],
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use forebear_image::declared;

    use super::*;

    #[test]
    fn p823_the_column_lists_every_declaration() {
        let column = COLUMNS.iter().find(|column| column.name == "source").expect("a column");
        for source in declared::Source::ALL {
            let word = source.as_str();
            assert!(column.meaning.contains(word), "the column 'source' of declared does not list '{word}'");
        }
    }
}
