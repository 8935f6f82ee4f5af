//! The digests that files of an archive are named by. What states a digest is
//! compared with it.

use forebear_image::{BlobDigest, DiffId, Digest};

/// The digest that a config's file is named by: `<hex>.json` (docker save),
/// `sha256:<hex>` (crane, kaniko, bazel), or `blobs/sha256/<hex>`.
pub(super) fn config_named(file: &str) -> Option<Digest> {
    let name = file.rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(".json").unwrap_or(name);
    digest(name.strip_prefix("sha256:").unwrap_or(name))
}

/// The digest that a layer's file is named by: `blobs/sha256/<hex>` (docker
/// save), or `<hex>.tar.gz` (crane, jib), which go-containerregistry takes from
/// the blob. A folder's name, as in `<hex>/layer.tar`, is an id of version 1
/// and no digest; `<hex>.tar` is a diff_id, which the config states, too.
pub(super) fn layer_named(file: &str, diff_id: Option<DiffId>) -> Option<BlobDigest> {
    let name = file.rsplit('/').next().unwrap_or_default();
    if file.starts_with("blobs/") {
        return digest(name).map(BlobDigest);
    }
    let name = name.strip_suffix(".tar.gz").or(name.strip_suffix(".tgz"))?;
    let named = digest(name.strip_prefix("sha256:").unwrap_or(name))?;
    // Named by what it unpacks to: no word on the bytes as they are.
    (diff_id.map(|diff_id| diff_id.0) != Some(named)).then_some(BlobDigest(named))
}

fn digest(hex: &str) -> Option<Digest> {
    format!("sha256:{hex}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_state_digests() {
        let hex = "ab".repeat(32);
        let stated = Some(Digest::Sha256([0xab; 32]));
        for config in
            [format!("{hex}.json"), format!("sha256:{hex}"), format!("blobs/sha256/{hex}"), format!("./x/{hex}.json")]
        {
            assert_eq!(config_named(&config), stated, "{config}");
        }
        for config in ["config.json", "sha256:12", "manifest.json", &format!("{hex}.tar"), ""] {
            assert_eq!(config_named(config), None, "{config}");
        }
        let other = Some(DiffId::of(b"x"));
        for layer in [format!("{hex}.tar.gz"), format!("blobs/sha256/{hex}"), format!("sha256:{hex}.tar.gz")] {
            assert_eq!(layer_named(&layer, other), stated.map(BlobDigest), "{layer}");
        }
        for layer in [format!("{hex}/layer.tar"), format!("{hex}.tar"), "layer.tar.gz".to_owned()] {
            assert_eq!(layer_named(&layer, other), None, "{layer}");
        }
        assert_eq!(layer_named(&format!("{hex}.tar.gz"), stated.map(DiffId)), None);
    }
}
