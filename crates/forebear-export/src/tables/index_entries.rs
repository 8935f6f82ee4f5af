//! `index_entries`.

use forebear_index::ManifestId;

use super::words::manifest_registry;
use crate::column::{Column, Kind, Source, Unit, column};
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct IndexEntries;

const COLUMNS: &[Column] = &[
    column("index", Kind::Digest, &[Source::Index], "The index; key of manifests."),
    column("position", Kind::Number(Unit::Place), &[Source::Index], "Place in the index, from 0."),
    column("manifest", Kind::Digest, &[Source::Index], "What is listed; key of manifests.")
        .or_null("the entry is damaged"),
    column("platform", Kind::Word, &[Source::Index], "Its platform, as the entry states it.")
        .or_null("the entry states none"),
];

impl Table for IndexEntries {
    fn name(&self) -> &'static str {
        "index_entries"
    }
    fn row(&self) -> &'static str {
        "an entry of an index"
    }
    fn key(&self) -> &'static [&'static str] {
        &["index", "position"]
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        2
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.view.manifest_count() as usize
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Ok(id) = u32::try_from(thing).map(ManifestId) else { return };
        let view = &scope.view;
        if view.entries_of(id).next().is_none() || !scope.has_index(id) {
            return;
        }
        let Some(index) = view.manifest_digest(id) else { return };
        let registry = manifest_registry(scope, id);
        for (position, entry) in (0_u32..).zip(view.entries_of(id)) {
            if !scope.has_manifest(entry.manifest()) {
                continue;
            }
            push(
                &registry,
                vec![
                    index.0.into(),
                    position.into(),
                    view.manifest_digest(entry.manifest()).map(|digest| digest.0).into(),
                    entry.platform().map(|platform| platform.to_string()).into(),
                ],
            );
        }
    }
}
