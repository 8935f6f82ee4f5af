//! What Syft and Grype say of the image that they looked into: both write the same
//! object, which holds the config byte for byte. The manifest beside it is one that they
//! made up where the image came from an engine or an archive.
//!
//! Source: syft `syft/source/image_metadata.go`, grype `grype/presenter/models/source.go`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::document::Object;
use super::error::InspectError;
use super::inspected::Inspected;
use super::known::{digest, each_once};
use super::tool::Tool;
use crate::config;
use crate::digest::ConfigDigest;
use crate::image::{Identity, Image};

/// The object is `source.metadata`; of Grype, and of older Syft, `source.target`.
pub(super) fn parse(tool: Tool, object: &Object) -> Result<Inspected, InspectError> {
    let malformed = |reason: String| InspectError::Malformed { tool, reason };
    let source = object.object("source").unwrap_or_default();
    let source = source.object("metadata").or_else(|| source.object("target")).unwrap_or_default();
    let config = source.text_of("config").ok_or_else(|| malformed("its source has no config".to_owned()))?;
    let config = STANDARD.decode(config).map_err(|error| malformed(format!("its source's config: {error}")))?;
    let mut image = Image::from_config(&config::parse(&config)?);
    let own = ConfigDigest::of(&config);
    image.identity = Some(Identity::Config(own));
    let manifest = source.text_of("manifestDigest").and_then(|text| digest(&text));
    let known_by = each_once([Some(own.0), manifest]);
    Ok(Inspected { name: source.text_of("userInput"), known_by, ..Inspected::of(tool, image) })
}
