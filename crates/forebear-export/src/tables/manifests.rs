//! `manifests`.

use forebear_index::ManifestId;

use super::image::key;
use super::words::{manifest_kind, manifest_registry};
use crate::column::{Column, Kind, Source, column};
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct Manifests;

const COLUMNS: &[Column] = &[
    column("digest", Kind::Digest, &[Source::Crawl, Source::Index], "Its digest; key of this table."),
    column(
        "kind",
        Kind::Word,
        &[Source::Manifest],
        "image, index, artifact, attestation, or unread: something refers to it, and it was not read.",
    ),
    column("media_type", Kind::Word, &[Source::Manifest], "Its media type; of an artifact the artifact type.")
        .or_null("it was not read, or names none"),
    column("image", Kind::Digest, &[Source::Manifest], "The image it describes; key of images.")
        .or_null("it describes none, or was not read"),
];

impl Table for Manifests {
    fn name(&self) -> &'static str {
        "manifests"
    }
    fn row(&self) -> &'static str {
        "a manifest or an index"
    }
    fn key(&self) -> &'static [&'static str] {
        &["digest"]
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        1
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.view.manifest_count() as usize
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Ok(id) = u32::try_from(thing).map(ManifestId) else { return };
        let view = &scope.view;
        let Some(manifest) = view.manifest(id).filter(|_| scope.has_manifest(id)) else { return };
        push(
            &manifest_registry(scope, id),
            vec![
                manifest.digest().0.into(),
                manifest_kind(manifest.kind()).into(),
                manifest.media_type().into(),
                manifest.image().and_then(|image| key(view, image)).into(),
            ],
        );
    }
}
