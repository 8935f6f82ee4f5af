//! A report of `trivy image --format json`. It holds the image's config, written anew,
//! and the digest of the config as it was.
//!
//! Source: trivy `pkg/types/report.go`.

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

pub(super) fn parse(object: &Object) -> Result<Inspected, InspectError> {
    let malformed = |reason: &str| InspectError::Malformed { tool: Tool::Trivy, reason: reason.to_owned() };
    let metadata = object.object("Metadata").ok_or_else(|| malformed("it has no Metadata"))?;
    let config = metadata.object("ImageConfig").ok_or_else(|| malformed("its Metadata has no ImageConfig"))?;
    let mut image = Image::from_config(&config::parse(config.text().as_bytes())?);
    let own = metadata.text_of("ImageID").and_then(|text| digest(&text));
    image.identity = own.map(|digest| Identity::Config(ConfigDigest(digest)));
    let repo_digests = metadata.value::<List<String, MAX_NAMES>>("RepoDigests").unwrap_or_default().0;
    let known_by = each_once([own].into_iter().chain(repo_digests.iter().map(|name| of_name(name))));
    let name = object.text_of("ArtifactName");
    Ok(Inspected { name, known_by, repo_digests, ..Inspected::of(Tool::Trivy, image) })
}
