//! Signed schema 1 manifests: their digest is of the payload, so the document
//! must be its payload and a signature block, nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use forebear_image::{ManifestDigest, schema1};

/// `{head}{extra},"signatures":[…]}`, whose payload is said to be the first
/// `length` bytes and `tail`.
fn signed(head: &str, extra: &str, length: usize, tail: &str) -> String {
    let tail = URL_SAFE_NO_PAD.encode(tail);
    let protected = URL_SAFE_NO_PAD.encode(format!(r#"{{"formatLength":{length},"formatTail":"{tail}"}}"#));
    format!(r#"{head}{extra},"signatures":[{{"protected":"{protected}"}}]}}"#)
}

#[test]
fn a_signed_document_is_its_payload_and_no_more() {
    #[track_caller]
    fn check(document: &str, expected: Option<&str>) {
        let expected = expected.map(|payload| ManifestDigest::of(payload.as_bytes()));
        assert_eq!(schema1::digest(document.as_bytes()), expected, "{document}");
    }
    const HEAD: &str = r#"{"schemaVersion":1,"name":"x","fsLayers":[]"#;
    let payload = format!("{HEAD}}}");
    check(&payload, Some(&payload));
    check(&signed(HEAD, "", HEAD.len(), "}"), Some(&payload));
    // Beside what is signed.
    check(&signed(HEAD, r#","history":[]"#, HEAD.len(), "}"), None);
    check(&signed(HEAD, r#","name":"y""#, HEAD.len(), "}"), None);
    // Instead of what is signed: the whole payload in the tail.
    let evil = r#"{"schemaVersion":2,"config":{},"layers":[]"#;
    check(&signed(evil, "", 0, &payload), None);
    check(&signed(evil, "", 0, &format!("{evil}}}")), None);
    check(&signed(HEAD, "", HEAD.len() + 9_999, "}"), None);
}
