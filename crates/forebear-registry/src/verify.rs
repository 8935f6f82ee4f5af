//! Bytes against their digests.

use bytes::Bytes;
use forebear_image::media_type::{DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, essence};
use forebear_image::{Digest, ManifestDigest, schema1};
use serde_json::Value;

use crate::error::ErrorKind;

/// Bodies over this many bytes are hashed off the async runtime.
const LARGE: usize = 256 * 1024;

/// The digest a manifest is addressed by, once its bytes have been found to
/// agree with the digest it was asked by and the one the registry told.
pub(crate) fn manifest(
    bytes: &[u8],
    content_type: Option<&str>,
    asked: Option<ManifestDigest>,
    told: Option<ManifestDigest>,
) -> Result<ManifestDigest, ErrorKind> {
    let told = told.filter(|told| asked != Some(*told));
    let payload = if may_be_schema1(content_type) { signed_payload(bytes) } else { None };
    for expected in [asked, told].into_iter().flatten() {
        let matches = expected.0.matches(bytes) || payload.as_ref().is_some_and(|p| expected.0.matches(p));
        if !matches {
            let actual = Digest::sha256(payload.as_deref().unwrap_or(bytes));
            return Err(ErrorKind::DigestMismatch { expected: expected.0, actual });
        }
    }
    Ok(asked.or(told).unwrap_or_else(|| ManifestDigest::of(payload.as_deref().unwrap_or(bytes))))
}

/// Whether the label leaves room for a schema 1 manifest: it says so, or says
/// nothing that this project knows.
fn may_be_schema1(content_type: Option<&str>) -> bool {
    !matches!(essence(content_type.unwrap_or_default()), OCI_INDEX | DOCKER_LIST | OCI_MANIFEST | DOCKER_MANIFEST)
}

/// The payload of a signed schema 1 manifest, which its digest is of.
///
/// The signature block lies outside the payload. The document is accepted only
/// if that block is all it has more than its payload: else a registry could
/// put other layers beside the ones that were hashed.
fn signed_payload(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(bytes).ok()?;
    document.as_object_mut()?.shift_remove("signatures")?;
    let payload = schema1::payload(bytes)?;
    let hashed: Value = serde_json::from_slice(&payload).ok()?;
    (hashed == document).then_some(payload)
}

/// Hashes a blob by the algorithm of `expected`: `None` if it agrees, else
/// what it is.
pub(crate) async fn blob(bytes: Bytes, expected: Digest) -> Option<Digest> {
    if bytes.len() <= LARGE {
        return mismatch(&bytes, expected);
    }
    let task = tokio::task::spawn_blocking({
        let bytes = bytes.clone();
        move || mismatch(&bytes, expected)
    });
    match task.await {
        Ok(result) => result,
        // The runtime is shutting down; the answer still has to be right.
        Err(_) => mismatch(&bytes, expected),
    }
}

fn mismatch(bytes: &[u8], expected: Digest) -> Option<Digest> {
    (!expected.matches(bytes)).then(|| Digest::sha256(bytes))
}
