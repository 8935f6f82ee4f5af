//! Bytes against their digests.

use bytes::Bytes;
use forebear_image::media_type::{DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, essence};
use forebear_image::{Digest, ManifestDigest, schema1};

/// Bodies over this many bytes are hashed off the async runtime.
const LARGE: usize = 256 * 1024;

/// Two digests that should be one.
#[derive(Debug, PartialEq)]
pub(crate) struct Mismatch {
    pub(crate) expected: Digest,
    pub(crate) actual: Digest,
}

/// What is claimed of a manifest's digest.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Claimed {
    /// It was asked for by this digest, and nothing else will do.
    Asked(ManifestDigest),
    /// It was asked for by a tag, and the registry told this digest, or none.
    Told(Option<ManifestDigest>),
}

/// The digest a manifest is addressed by: the one it was asked by, once its
/// bytes have been found to agree; else the one the registry told, if they
/// agree; else their own. Bytes that are no JSON and not what the registry told
/// were damaged on their way: then it is the header that is right.
pub(crate) fn manifest(
    bytes: &[u8],
    content_type: Option<&str>,
    claimed: Claimed,
) -> Result<ManifestDigest, Box<Mismatch>> {
    let payload = if may_be_schema1(content_type) { schema1::payload(bytes) } else { None };
    let matches =
        |digest: &ManifestDigest| digest.0.matches(bytes) || payload.as_ref().is_some_and(|p| digest.0.matches(p));
    let signed = payload.as_deref().unwrap_or(bytes);
    let mismatch = |expected: ManifestDigest| Mismatch { expected: expected.0, actual: Digest::sha256(signed) };
    match claimed {
        Claimed::Asked(digest) | Claimed::Told(Some(digest)) if matches(&digest) => Ok(digest),
        Claimed::Asked(asked) => Err(Box::new(mismatch(asked))),
        Claimed::Told(Some(told)) if !is_json(bytes) => Err(Box::new(mismatch(told))),
        Claimed::Told(_) => Ok(ManifestDigest::of(signed)),
    }
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

/// Whether the label leaves room for a schema 1 manifest: it says so, or says
/// nothing that this project knows.
fn may_be_schema1(content_type: Option<&str>) -> bool {
    !matches!(essence(content_type.unwrap_or_default()), OCI_INDEX | DOCKER_LIST | OCI_MANIFEST | DOCKER_MANIFEST)
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

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use forebear_image::media_type::SCHEMA1_SIGNED;

    /// A schema 1 manifest signed in form, with `extra` slipped in after the
    /// part that the signature covers.
    fn signed(payload: &str, extra: &str) -> String {
        let head = payload.strip_suffix('}').unwrap();
        let tail = URL_SAFE_NO_PAD.encode("}");
        let protected = URL_SAFE_NO_PAD.encode(format!(r#"{{"formatLength":{},"formatTail":"{tail}"}}"#, head.len()));
        format!(r#"{head}{extra},"signatures":[{{"protected":"{protected}"}}]}}"#)
    }

    const PAYLOAD: &str = r#"{"schemaVersion":1,"name":"x"}"#;

    #[test]
    fn r17_manifests_are_what_they_are_called() {
        #[track_caller]
        fn check(bytes: &str, label: Option<&str>, asked: Option<&str>, told: Option<&str>, expected: Option<&str>) {
            let of = |text: &str| ManifestDigest::of(text.as_bytes());
            let claimed = asked.map_or(Claimed::Told(told.map(of)), |asked| Claimed::Asked(of(asked)));
            let got = manifest(bytes.as_bytes(), label, claimed);
            assert_eq!(got.ok(), expected.map(of));
        }
        let oci = Some(OCI_MANIFEST);
        check("{}", oci, None, None, Some("{}"));
        check("{}", oci, Some("{}"), Some("{}"), Some("{}"));
        check("{}", oci, None, Some("{}"), Some("{}"));
        // A header that is wrong is none.
        check("{}", oci, None, Some("x"), Some("{}"));
        check("{}", oci, Some("x"), None, None);
        check("{}", oci, Some("{}"), Some("x"), Some("{}"));
        check("{}", oci, Some("x"), Some("x"), None);
        // Of damaged bytes it is the header that is right.
        check("{", oci, None, Some("{}"), None);
        check("{", oci, None, None, Some("{"));
        let document = signed(PAYLOAD, "");
        check(&document, Some(SCHEMA1_SIGNED), None, None, Some(PAYLOAD));
        check(&document, Some(SCHEMA1_SIGNED), Some(PAYLOAD), None, Some(PAYLOAD));
        check(&document, None, Some(PAYLOAD), None, Some(PAYLOAD));
        // Stored by a registry that knows nothing of schema 1.
        check(&document, Some(SCHEMA1_SIGNED), Some(&document), None, Some(&document));
        // Under a modern label it is bytes like any others.
        check(&document, oci, Some(PAYLOAD), None, None);
        // More than the signed part is not vouched for by its digest.
        let forged = signed(PAYLOAD, r#","fsLayers":[]"#);
        check(&forged, Some(SCHEMA1_SIGNED), Some(PAYLOAD), None, None);
        let replaced = signed(PAYLOAD, r#","name":"y""#);
        check(&replaced, Some(SCHEMA1_SIGNED), Some(PAYLOAD), None, None);
    }

    #[tokio::test]
    async fn blobs_of_all_sizes_are_checked() {
        for size in [0, LARGE, LARGE + 1] {
            let bytes = Bytes::from(vec![7; size]);
            let right = Digest::sha256(&bytes);
            assert_eq!(blob(bytes.clone(), right).await, None);
            assert_eq!(blob(bytes, Digest::sha256(b"other")).await, Some(right));
        }
    }
}
