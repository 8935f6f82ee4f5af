//! `crictl inspecti`: what a container runtime says of an image; containerd and
//! newer CRI-O put its config into `info`.
//!
//! Source: cri-api `ImageStatusResponse`, containerd
//! `internal/cri/server/images/image_status.go`,
//! <https://github.com/cri-o/cri-o/issues/3567>.

use super::document::Object;
use super::error::InspectError;
use super::inspected::Inspected;
use super::known::{digest, each_once, of_name};
use super::tool::Tool;
use crate::config;
use crate::digest::ConfigDigest;
use crate::image::{Identity, Image};
use crate::json::List;
use crate::limits::MAX_NAMES;

/// Names of an image.
type Names = List<String, MAX_NAMES>;

pub(super) fn parse(object: &Object) -> Result<Inspected, InspectError> {
    let status = object.object("status").unwrap_or_default();
    let List(repo_digests): Names = status.value("repoDigests").unwrap_or_default();
    let id = status.text_of("id").and_then(|id| digest(&id));
    let spec = object.object("info").and_then(|info| info.object("imageSpec"));
    let shows_layers = spec.is_some();
    let mut image = match spec {
        Some(spec) => Image::from_config(&config::parse(spec.text().as_bytes())?),
        None => Image::unread(),
    };
    image.identity = id.map(|id| Identity::Config(ConfigDigest(id)));
    let known_by = each_once([id].into_iter().chain(repo_digests.iter().map(|name| of_name(name))));
    let name = status.value::<Names>("repoTags").unwrap_or_default().0.into_iter().next();
    Ok(Inspected { name, known_by, repo_digests, shows_layers, ..Inspected::of(Tool::Crictl, image) })
}
