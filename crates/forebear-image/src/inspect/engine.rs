//! `docker image inspect`, of every version, and `podman image inspect`, which
//! is the same with history and annotations.
//!
//! `Id` is the config's digest, or under Docker's containerd store (the default
//! since 29) that of a manifest or an index. Then `Descriptor` says so, and
//! `RepoDigests` repeats it.
//! Source: moby `api/types/image/image_inspect.go`, podman
//! `libpod/define/inspect.go`, <https://github.com/moby/moby/issues/49473>.

use serde::Deserialize;

use super::document::Object;
use super::error::InspectError;
use super::known::{digest, each_once, of_name};
use super::tool::Tool;
use super::Inspected;
use crate::annotations::Annotations;
use crate::config::{self, ConfigFacts, HistoryDocument, RuntimeDocument};
use crate::digest::{ConfigDigest, DiffId, Digest, ManifestDigest};
use crate::image::{Identity, Image};
use crate::limits::{MAX_HISTORY, MAX_LAYERS};
use crate::media_type::{DOCKER_MANIFEST, OCI_MANIFEST};
use crate::platform::Platform;
use crate::time::Timestamp;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    id: Option<String>,
    digest: Option<String>,
    repo_tags: Option<Vec<String>>,
    repo_digests: Option<Vec<String>>,
    created: Option<String>,
    author: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    os: Option<String>,
    os_version: Option<String>,
    config: Option<RuntimeDocument>,
    #[serde(rename = "RootFS")]
    root_fs: Option<RootFs>,
    descriptor: Option<Descriptor>,
    history: Option<Vec<HistoryDocument>>,
    annotations: Option<Annotations>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RootFs {
    r#type: Option<String>,
    layers: Option<Vec<DiffId>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: Option<String>,
    digest: Option<Digest>,
}

pub(super) fn parse(tool: Tool, object: &Object) -> Result<Inspected, InspectError> {
    let one: One = object.read(tool)?;
    let repo_digests = one.repo_digests.unwrap_or_default();
    let id = one.id.as_deref().and_then(digest);
    let Some(id) = id else {
        return Err(InspectError::Malformed { tool, reason: "its Id is no digest".to_owned() });
    };
    let pulled = || repo_digests.iter().map(|name| of_name(name));
    let (described, is_manifest) = one.descriptor.map_or((None, false), |descriptor| {
        let media_type = descriptor.media_type.unwrap_or_default();
        (descriptor.digest, media_type == OCI_MANIFEST || media_type == DOCKER_MANIFEST)
    });
    let own_manifest = one.digest.as_deref().and_then(digest).or(described.filter(|_| is_manifest));
    let id_is_config = described != Some(id) && !pulled().any(|digest| digest == Some(id));
    let present = |text: Option<String>| text.filter(|t| !t.is_empty());
    let platform = present(one.os).zip(present(one.architecture)).map(|(os, architecture)| Platform {
        os,
        architecture,
        variant: present(one.variant),
        os_version: present(one.os_version),
    });
    let root = one.root_fs.unwrap_or(RootFs { r#type: None, layers: None });
    let diff_ids = root.layers.unwrap_or_default();
    // An image of none at all says at least what it would have.
    let shows_layers = !diff_ids.is_empty() || (present(root.r#type).is_some() && platform.is_some());
    config::limit("layers", diff_ids.len(), MAX_LAYERS)?;
    config::limit("history entries", one.history.as_ref().map_or(0, Vec::len), MAX_HISTORY)?;
    let shows_history = one.history.is_some();
    let facts = ConfigFacts {
        platform,
        created: one.created.as_deref().and_then(Timestamp::parse_created),
        author: present(one.author),
        diff_ids,
        history: one.history.unwrap_or_default().into_iter().map(HistoryDocument::into_entry).collect(),
        runtime: one.config.unwrap_or_default().into_runtime(),
    };
    let mut image = Image::from_config(&facts);
    if !shows_history {
        // It has one; this tool just does not show it.
        image.history = None;
    }
    one.annotations.iter().for_each(|annotations| image.declare_from(annotations));
    image.identity = match (id_is_config, own_manifest) {
        (true, _) => Some(Identity::Config(ConfigDigest(id))),
        (false, Some(manifest)) => Some(Identity::Manifest(ManifestDigest(manifest))),
        (false, None) => None,
    };
    image.manifest_digest = own_manifest.map(ManifestDigest);
    let known_by = each_once([Some(id), described, own_manifest].into_iter().chain(pulled()));
    let name = one.repo_tags.unwrap_or_default().into_iter().next();
    Ok(Inspected { name, known_by, shows_layers, repo_digests, ..Inspected::of(tool, image) })
}
