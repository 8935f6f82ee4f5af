//! `docker image inspect`, of every version, and `podman image inspect`, which
//! is the same with history and annotations.
//!
//! `Id` is the config's digest, or under Docker's containerd store (the default
//! since 29) that of a manifest or an index. Then `Descriptor` says so, and
//! `RepoDigests` repeats it.
//! Source: moby `api/types/image/image_inspect.go`, podman
//! `libpod/define/inspect.go`, <https://github.com/moby/moby/issues/49473>.

use super::document::Object;
use super::error::InspectError;
use super::inspected::Inspected;
use super::known::{digest, each_once, of_name};
use super::tool::Tool;
use crate::config::{self, ConfigFacts, HistoryDocuments, RuntimeConfig, RuntimeDocument};
use crate::digest::{ConfigDigest, DiffId, ManifestDigest};
use crate::image::{Identity, Image};
use crate::json::{self, FieldError, Found, List, Noted, Texts};
use crate::limits::{MAX_ANNOTATIONS, MAX_LAYERS, MAX_NAMES};
use crate::media_type::{DOCKER_MANIFEST, OCI_MANIFEST};
use crate::platform::Platform;
use crate::time::Timestamp;

json::object! {
    struct One {
        id: String = "Id",
        digest: String = "Digest",
        repo_tags: List<String, MAX_NAMES> = "RepoTags",
        repo_digests: List<String, MAX_NAMES> = "RepoDigests",
        created: String = "Created",
        author: String = "Author",
        architecture: String = "Architecture",
        variant: String = "Variant",
        os: String = "Os",
        os_version: String = "OsVersion",
        config: RuntimeDocument = "Config",
        root_fs: RootFs = "RootFS",
        descriptor: Descriptor = "Descriptor",
        history: HistoryDocuments = "History",
        annotations: Texts<MAX_ANNOTATIONS> = "Annotations",
    }

    struct RootFs {
        kind: String = "Type",
        layers: List<String, MAX_LAYERS> = "Layers",
    }

    struct Descriptor {
        media_type: String = "mediaType",
        digest: String = "digest",
    }
}

pub(super) fn parse(tool: Tool, object: &Object) -> Result<Inspected, InspectError> {
    let malformed = |reason: String| InspectError::Malformed { tool, reason };
    let field = |error: FieldError| InspectError::field(tool, &error);
    let one: One = object.read(tool)?;
    let noted = &mut Noted::new();
    let id = one.id.known().map_err(field)?.filter(|id| !id.is_empty());
    let id = id.map(|id| digest(&id).ok_or_else(|| malformed("its Id is no digest".to_owned()))).transpose()?;
    let repo_digests = one.repo_digests.or_note(noted).unwrap_or_default().0;
    let pulled = || repo_digests.iter().map(|name| of_name(name));
    let descriptor = one.descriptor.or_note(noted).unwrap_or_default();
    let described = descriptor.digest.text_or_note(noted).and_then(|text| digest(&text));
    let is_manifest =
        descriptor.media_type.text_or_note(noted).is_some_and(|of| of == OCI_MANIFEST || of == DOCKER_MANIFEST);
    let own_manifest = one.digest.text_or_note(noted).and_then(|text| digest(&text));
    let own_manifest = own_manifest.or(described.filter(|_| is_manifest));
    let config = id.filter(|id| described != Some(*id) && !pulled().any(|digest| digest == Some(*id)));
    let (os, architecture) = (one.os.text_or_note(noted), one.architecture.text_or_note(noted));
    let platform =
        Platform::of_fields(os, architecture, one.variant.text_or_note(noted), one.os_version.text_or_note(noted));
    let root = one.root_fs.known().map_err(field)?.unwrap_or_default();
    let layers = root.layers.known().map_err(field)?.unwrap_or_default().0;
    let diff_id = |text: &String| text.parse().map_err(|error| malformed(format!("{}: {error}", Found::text(text))));
    let diff_ids = layers.iter().map(diff_id).collect::<Result<Vec<DiffId>, InspectError>>()?;
    // An image of none at all says at least what it would have.
    let shows_layers = !diff_ids.is_empty() || (root.kind.text_or_note(noted).is_some() && platform.is_some());
    // Docker's images have a history, too: it just does not show it.
    let shown = object.has("History");
    let history = config::history(one.history, noted)?.filter(|_| shown);
    let history_unread = history.is_none();
    let created = one.created.or_note(noted).as_deref().and_then(Timestamp::parse_created);
    let author = one.author.text_or_note(noted);
    let settings = one.config.or_note(noted).unwrap_or_default();
    let runtime = noted.within("Config", |noted| settings.into_runtime(noted));
    let annotations = one.annotations.texts_or_note(noted);
    let name = one.repo_tags.or_note(noted).unwrap_or_default().0.into_iter().next();
    let odd = std::mem::take(noted).into_fields();
    let (history, runtime) = (history.unwrap_or_default(), RuntimeConfig { odd, ..runtime });
    let facts = ConfigFacts { platform, created, author, diff_ids, history, history_unread, runtime };
    let mut image = Image::from_config(&facts);
    image.declare_from(&annotations);
    let of_config = config.map(|digest| Identity::Config(ConfigDigest(digest)));
    image.identity = of_config.or(own_manifest.map(|digest| Identity::Manifest(ManifestDigest(digest))));
    image.manifest_digest = own_manifest.map(ManifestDigest);
    let known_by = each_once([id, described, own_manifest].into_iter().chain(pulled()));
    Ok(Inspected { name, known_by, shows_layers, repo_digests, ..Inspected::of(tool, image) })
}
