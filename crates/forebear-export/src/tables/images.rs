//! `images`.

use forebear_image::image::Identity;
use forebear_index::names::Name;

use super::image::Named;
use crate::column::{Column, Kind, Source, Unit, column};
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct Images;

const COLUMNS: &[Column] = &[
    column(
        "image",
        Kind::Digest,
        &[Source::Manifest],
        "Its config digest, or its manifest digest where the config was not read; key of this table.",
    ),
    column("config_digest", Kind::Digest, &[Source::Manifest], "Digest of its config.")
        .or_null("the config was not read"),
    column(
        "manifest",
        Kind::Digest,
        &[Source::Manifest, Source::Crawl],
        "One of its manifests, the one its reference leads or led to; key of manifests.",
    )
    .or_null("none is known"),
    column(
        "reference",
        Kind::Text,
        &[Source::Crawl, Source::Derived],
        "The name that is shown for it: official first, then current, then most specific; the manifest's digest where no tag led to it. No key: see above.",
    ),
    column(
        "repository",
        Kind::Text,
        &[Source::Crawl, Source::Derived],
        "Repository of that name, one of several: count repositories through tag_images. Key of repositories.",
    )
    .or_null("no tag ever led to it"),
    column("platform", Kind::Word, &[Source::Config, Source::Index], "os/architecture[/variant][:os.version].")
        .or_null("nothing says"),
    column("os", Kind::Word, &[Source::Config, Source::Index], "Operating system, GOOS.").or_null("nothing says"),
    column("architecture", Kind::Word, &[Source::Config, Source::Index], "Architecture, GOARCH.")
        .or_null("nothing says"),
    column("variant", Kind::Word, &[Source::Config, Source::Index], "Variant of the CPU.").or_null("none is said"),
    column("os_version", Kind::Word, &[Source::Config, Source::Index], "Windows build.").or_null("none is said"),
    column(
        "created",
        Kind::Time,
        &[Source::Config],
        "When it was built, by its own word: times before 2013 are placeholders of reproducible builds, and some lie after the crawl that saw it.",
    )
    .or_null("the config has none, or microseconds do not reach"),
    column("layers", Kind::Number(Unit::Layers), &[Source::Manifest, Source::Config], "How many layers it has."),
    column("steps", Kind::Number(Unit::Steps), &[Source::Config], "How many steps its history has.")
        .or_null("the config was not read"),
    column("size", Kind::Number(Unit::Bytes), &[Source::Manifest], "Bytes of its layers' blobs, compressed.")
        .or_null("a size is not known"),
    column("chain_id", Kind::Digest, &[Source::Config, Source::Derived], "OCI chain ID of all layers.")
        .or_null("not all diff_ids are known, or it has no layers"),
    column("official", Kind::Flag, &[Source::Derived], "Whether its name is one of docker.io/library."),
    column("read", Kind::Flag, &[Source::Crawl], "Whether its config was read."),
    column(
        "selected",
        Kind::Flag,
        &[Source::Derived],
        "Whether the filters chose it; false for an ancestor that came with another image.",
    ),
    column(
        "ordinal",
        Kind::Number(Unit::Place),
        &[Source::Derived],
        "Its place in the index; the lower one is the parent where two are equal in all else.",
    ),
];

impl Table for Images {
    fn name(&self) -> &'static str {
        "images"
    }
    fn row(&self) -> &'static str {
        "an image: what has one config, whatever its names and copies"
    }
    fn key(&self) -> &'static [&'static str] {
        &["image"]
    }
    fn note(&self) -> &'static str {
        "`reference` and `repository` are one name of several, for showing. An image that a mirror has as well is one row, under \
         one of its repositories: count repositories through `tag_images`. The builds and platforms that one name led to \
         are a row each, with the same `reference`."
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
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Some(own) = Named::at(scope, thing) else { return };
        let (view, image) = (&scope.view, &own.image);
        let read = view.image(own.id).is_some_and(|image| image.is_read());
        let config = match image.identity {
            Some(Identity::Config(config)) => Some(config.0),
            Some(Identity::Manifest(_)) | None => None,
        };
        let size = image.layers.iter().try_fold(0_u64, |sum, layer| sum.checked_add(layer.size?));
        let platform = image.platform.as_ref();
        push(
            own.registry(),
            vec![
                own.key.as_str().into(),
                config.into(),
                image.manifest_digest.map(|digest| digest.0).into(),
                own.name().map_or_else(|| view.reference_of(own.id), |name| name.reference.clone()).into(),
                own.name().map(Name::repository).into(),
                platform.map(ToString::to_string).into(),
                platform.map(|platform| platform.os.as_str()).into(),
                platform.map(|platform| platform.architecture.as_str()).into(),
                platform.and_then(|platform| platform.variant.as_deref()).into(),
                platform.and_then(|platform| platform.os_version.as_deref()).into(),
                image.created.into(),
                image.layers.len().into(),
                image.history.as_ref().map(Vec::len).into(),
                size.into(),
                image.chain_id().map(|id| id.0).into(),
                own.name().is_some_and(Name::is_official).into(),
                read.into(),
                scope.is_selected(own.id).into(),
                own.id.0.into(),
            ],
        );
    }
}
