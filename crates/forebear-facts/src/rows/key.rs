//! What stands for digests and texts in rows.

use forebear_image::Digest;

/// What stands for a digest in rows and tables: a SHA-256, or the SHA-256 of
/// another digest's text.
pub type Key = [u8; 32];

/// "No such text" in a column of text numbers.
pub const NONE: u32 = u32::MAX;

/// What a schema 1 manifest's config row stands under, given the manifest's key.
/// No digest: a manifest that calls a schema 1 manifest its config does not
/// find it.
#[must_use]
pub fn schema1_key(manifest: &Key) -> Key {
    Digest::sha256(&[b"schema 1 manifest ".as_slice(), manifest].concat()).key()
}
