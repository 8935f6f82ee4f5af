//! Digests as tools write them.

use crate::digest::Digest;

/// A digest with its algorithm or, as podman and CRI-O write SHA-256, without.
pub(super) fn digest(text: &str) -> Option<Digest> {
    let is_hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex { format!("sha256:{text}").parse().ok() } else { text.parse().ok() }
}

/// The digest of `NAME@DIGEST`.
pub(super) fn of_name(name: &str) -> Option<Digest> {
    name.rsplit_once('@')?.1.parse().ok()
}

/// Digests in their order, each once.
pub(super) fn each_once(digests: impl IntoIterator<Item = Option<Digest>>) -> Vec<Digest> {
    let mut once = Vec::new();
    for digest in digests.into_iter().flatten() {
        if !once.contains(&digest) {
            once.push(digest);
        }
    }
    once
}
