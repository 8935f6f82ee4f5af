//! A bare config.

use super::error::InspectError;
use super::inspected::Inspected;
use super::tool::Tool;
use crate::config;
use crate::digest::Digest;
use crate::image::Image;

/// A bare config, as `skopeo inspect --config` and `crane config` print it. Its
/// digest is known only where it is printed byte for byte.
pub(super) fn parse(file: &[u8], config: &[u8]) -> Result<Inspected, InspectError> {
    let image = Image::from_config(&config::parse(config)?);
    let spellings = [file, file.trim_ascii_end(), config];
    let mut inspected = Inspected::of(Tool::Config, image);
    inspected.known_by = spellings.map(Digest::sha256).to_vec();
    inspected.known_by.dedup();
    Ok(inspected)
}
