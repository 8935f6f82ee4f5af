//! `tag_images`.

use forebear_index::RepositoryId;

use super::image::key;
use crate::column::{Column, Kind, Source, column};
use crate::registry::registry_of;
use crate::scope::Scope;
use crate::table::{Push, Table};

use super::observed::{ENDED, FIRST_SEEN, LAST_SEEN, REPOSITORY, TAG};

pub(crate) struct TagImages;

const COLUMNS: &[Column] = &[
    REPOSITORY,
    TAG,
    column(
        "platform",
        Kind::Word,
        &[Source::Index, Source::Config],
        "os/architecture[/variant][:os.version], as the index that lists it and the config say.",
    )
    .or_null("neither says"),
    column("manifest", Kind::Digest, &[Source::Index, Source::Crawl], "The platform's manifest; key of manifests.")
        .or_null("the entry is damaged"),
    column("image", Kind::Digest, &[Source::Manifest], "Its image; key of images.")
        .or_null("the manifest was not read"),
    FIRST_SEEN,
    LAST_SEEN,
    ENDED,
];

impl Table for TagImages {
    fn name(&self) -> &'static str {
        "tag_images"
    }
    fn row(&self) -> &'static str {
        "an observation of a tag and a platform that it offered"
    }
    fn key(&self) -> &'static [&'static str] {
        &["repository", "tag", "first_seen", "manifest", "platform"]
    }
    fn note(&self) -> &'static str {
        "Periods are those of `tags`, so that a tag that led to A, to B and to A again has three rows for each platform. \
         An index may offer several manifests for one platform, and one manifest for several. All names of an image are \
         here and nowhere else: count repositories by this table."
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        2
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.view.repository_count() as usize
    }
    fn weight(&self, scope: &Scope, thing: usize) -> usize {
        u32::try_from(thing).map_or(1, |id| scope.view.tags_of(RepositoryId(id)).count() * 4)
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Ok(id) = u32::try_from(thing).map(RepositoryId) else { return };
        let view = &scope.view;
        let registry = registry_of(view.repository_name(id));
        let last_run = view.last_run_of(id);
        for tag in view.tags_of(id) {
            for observation in view.observations_of_tag(tag).filter(|own| scope.has_observation(*own)) {
                let Some((name, target)) = view.name(observation).zip(view.observed_manifest(observation)) else {
                    continue;
                };
                for (manifest, platform, image) in scope.offered(target) {
                    push(
                        registry,
                        vec![
                            view.repository_name(id).into(),
                            view.tag_name(tag).into(),
                            platform.map(|platform| platform.to_string()).into(),
                            view.manifest_digest(manifest).map(|digest| digest.0).into(),
                            image.and_then(|image| key(view, image)).into(),
                            name.first_seen.into(),
                            name.last_seen.into(),
                            view.has_ended(observation, last_run).into(),
                        ],
                    );
                }
            }
        }
    }
}
