//! Facts of images that nobody has to crawl.

use forebear_facts::TagObservation;
use forebear_facts::rows::MemorySource;
use forebear_image::{Reference, Timestamp, config, manifest};
use forebear_testkit::Image;

/// Adds an image, and that a tag led to it at this time.
///
/// # Panics
/// Where that is no name with a tag, or the image's documents cannot be read.
pub fn add(facts: &mut MemorySource, name: &str, image: &Image, time: Timestamp) {
    let reference: Reference = name.parse().expect("a reference");
    facts.configs.push((image.config_digest, config::parse(&image.config).expect("a config")));
    let manifest = manifest::parse(&image.manifest, Some(&image.media_type)).expect("a manifest");
    facts.manifests.push((image.manifest_digest, manifest));
    facts.observations.push(TagObservation {
        repository: reference.repository,
        tag: reference.tag.expect("a tag"),
        first_seen: time,
        last_seen: time,
        digest: image.manifest_digest,
        ended: false,
    });
}
