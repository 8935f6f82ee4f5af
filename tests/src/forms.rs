//! Images of the test kit as local files, without a tool in between.

use std::path::Path;

use forebear_testkit::Image;
use serde_json::json;

/// `dir:` as `skopeo copy … dir:` writes it, without the layers.
///
/// # Panics
/// When the folder cannot be written to.
pub fn write_dir(image: &Image, folder: &Path) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let config = image.config_digest.0.hex();
    for (name, bytes) in [("manifest.json", &image.manifest), (config.as_str(), &image.config)] {
        std::fs::write(folder.join(name), bytes).expect("the folder can be written to");
    }
}

/// `oci:`: documents that lead from one to the next, the last of them not an
/// index, and any others; without the layers.
///
/// # Panics
/// When the folder cannot be written to.
pub fn write_layout(top: &[u8], others: &[&[u8]], folder: &Path) {
    let blobs = folder.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).expect("the folder can be made");
    for bytes in others.iter().chain([&top]) {
        let name = forebear_image::Digest::sha256(bytes).hex();
        std::fs::write(blobs.join(name), bytes).expect("the folder can be written to");
    }
    let digest = forebear_image::Digest::sha256(top).to_string();
    let index = json!({ "schemaVersion": 2, "manifests": [{ "digest": digest, "size": top.len() }] });
    std::fs::write(folder.join("index.json"), index.to_string()).expect("the folder can be written to");
    std::fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("written");
}
