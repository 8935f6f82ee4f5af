//! Provenance as BuildKit writes it, in both versions and both modes, and what
//! only looks like it.

use base64::Engine as _;
use forebear_image::declared::Source;
use forebear_image::provenance::{self, MAX_MATERIALS, MAX_SUBJECTS, Provenance, STATEMENT_CAP};
use forebear_image::{ManifestDigest, ManifestFacts, attestation, manifest};
use serde_json::{Value, json};

const SUBJECT: &str = "sha256:e8275b2b76280af67e26f068e5d585eb905f8dfd2f1918b3229db98133cb4862";
const ALPINE: &str =
    "docker.io/library/alpine:3.17 sha256:8914eb54f968791faf6a8638949e480fef81e697984fba772b3976835194c6d4";
const GOLANG: &str =
    "docker.io/library/golang:1.19.4-alpine sha256:a9b24b67dc83b3383d22a14941c2b2b2ca6a103d805cac6820fd1355943beaf1";
const FRONTEND: &str =
    "docker.io/docker/dockerfile:1 sha256:9ba7531bd80fb0a858632727cf7a112fbfd19b17e94c4e84ced81e24ef1a0dbc";

fn sample(name: &str) -> Vec<u8> {
    let file = format!("{}/tests/samples/provenance/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&file).unwrap_or_else(|e| panic!("{file}: {e}"))
}

/// `name digest`, `-` for what is absent.
fn told(provenance: &Provenance) -> Vec<String> {
    let told = |material: &forebear_image::declared::Declared| {
        assert_eq!(material.source, Source::Provenance);
        let digest = material.digest.map_or_else(|| "-".to_owned(), |digest| digest.to_string());
        format!("{} {digest}", material.name.as_deref().unwrap_or("-"))
    };
    provenance.materials.iter().map(told).collect()
}

#[test]
fn m19_materials_of_both_versions_and_modes() {
    #[track_caller]
    fn check(name: &str, expected: &[&str]) {
        let provenance = provenance::parse(&sample(name)).unwrap().unwrap();
        assert_eq!(told(&provenance), expected, "{name}");
        assert_eq!(provenance.subjects, [SUBJECT.parse::<ManifestDigest>().unwrap()], "{name}");
        assert_eq!(provenance.of(SUBJECT.parse().unwrap()).unwrap().len(), expected.len());
    }
    let lint = format!("ghcr.io/acme/tools/lint:v2 sha256:{}", "ab".repeat(32));
    check("v0.2-min", &[ALPINE, FRONTEND, GOLANG]);
    // One golang for both platforms of the build; git and HTTP are no images.
    check("v0.2-max", &[FRONTEND, GOLANG, &lint]);
    check("v1-min", &[ALPINE, FRONTEND, GOLANG]);
    check("v1-max", &[FRONTEND, GOLANG, &lint]);
}

/// A statement of version 0.2 with these materials.
fn statement(materials: &Value) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "subject": [{"name": "_", "digest": {"sha256": SUBJECT.trim_start_matches("sha256:")}}],
        "predicate": {"buildType": "https://mobyproject.org/buildkit@v1", "materials": materials},
    })
}

fn parse(document: &Value) -> Result<Option<Provenance>, String> {
    provenance::parse(document.to_string().as_bytes()).map_err(|e| e.to_string())
}

#[test]
fn uris_as_references() {
    #[track_caller]
    fn check(uri: &str, expected: Option<&str>) {
        let read = parse(&statement(&json!([{ "uri": uri }]))).unwrap().unwrap();
        assert_eq!(told(&read), expected.into_iter().collect::<Vec<_>>(), "{uri}");
    }
    let digest = format!("sha256:{}", "cd".repeat(32));
    let with = |text: &str| text.replace("DIGEST", &digest);
    // util/purl/image_test.go
    check("pkg:docker/alpine@latest", Some("docker.io/library/alpine:latest -"));
    check("pkg:docker/alpine", Some("docker.io/library/alpine:latest -"));
    check(&with("pkg:docker/alpine?digest=DIGEST"), Some(&with("docker.io/library/alpine@DIGEST DIGEST")));
    check(&with("pkg:docker/library/alpine@3.15?digest=DIGEST"), Some(&with("docker.io/library/alpine:3.15 DIGEST")));
    check("pkg:docker/user/test@v2", Some("docker.io/user/test:v2 -"));
    check("pkg:docker/ghcr.io/foo/bar@v2", Some("ghcr.io/foo/bar:v2 -"));
    check("pkg:docker/busybox@latest?platform=linux%2Fs390x", Some("docker.io/library/busybox:latest -"));
    // Ports, written out or encoded, and digests where versions stand.
    check("pkg:docker/localhost:5000/a/b@1", Some("localhost:5000/a/b:1 -"));
    check("pkg:docker/127.0.0.1%3A5000/b@1", Some("127.0.0.1:5000/b:1 -"));
    check(&with("pkg:docker/alpine@DIGEST"), Some(&with("docker.io/library/alpine@DIGEST DIGEST")));
    check(
        &with("pkg:docker/alpine@DIGEST").replace("sha256:", "sha256%3A"),
        Some(&with("docker.io/library/alpine@DIGEST DIGEST")),
    );
    check("PKG:Docker/alpine@3.19#a/b", Some("docker.io/library/alpine:3.19 -"));
    // The OCI type has its repository apart; BuildKit uses it for local layouts.
    let oci = "pkg:oci/debian@DIGEST?arch=amd64&repository_url=docker.io%2Flibrary%2Fdebian&tag=12";
    check(&with(oci), Some(&with("docker.io/library/debian:12 DIGEST")));
    check(&with("pkg:oci/not/real?digest=DIGEST"), Some(&with("- DIGEST")));
    check(&with("pkg:docker/a@1?digest=DIGEST&ref_type=blob"), None);
    // An image, whatever its name may be: it must not seem to be known.
    for unreadable in
        ["pkg:docker/Alpine%20Linux@3", "pkg:docker/%zz", "pkg:docker/a@-", "pkg:oci/local@1", "pkg:docker/a%ff"]
    {
        check(unreadable, Some(&format!("{unreadable} -")));
    }
    for other in
        ["https://github.com/a/b.git#main", "pkg:golang/a/b@v1", "pkg:dockerx/a", "alpine:3.19", "", "pkg:docker"]
    {
        check(other, None);
    }
}

#[test]
fn digests_as_in_toto_writes_them() {
    #[track_caller]
    fn check(digest: &Value, expected: &str) {
        let read = parse(&statement(&json!([{"uri": "pkg:docker/a@1", "digest": digest}]))).unwrap().unwrap();
        assert_eq!(told(&read), [format!("docker.io/library/a:1 {expected}")], "{digest}");
    }
    let (hex, long) = ("0a".repeat(32), "0b".repeat(64));
    check(&json!({"sha256": hex, "sha512": long}), &format!("sha256:{hex}"));
    check(&json!({"sha512": long}), &format!("sha512:{long}"));
    check(&json!({"sha256": hex.to_uppercase()}), &format!("sha256:{hex}"));
    for none in [
        json!({"sha1": "4b220de5058abfd01ff619c9d2ff6b09a049bea0"}),
        json!({"sha256": "12"}),
        json!(null),
        json!("x"),
        json!({"sha256": 1}),
    ] {
        check(&none, "-");
    }
}

fn envelope(payload_type: &str, payload: &[u8]) -> Value {
    let payload = base64::engine::general_purpose::STANDARD.encode(payload);
    json!({"payloadType": payload_type, "payload": payload, "signatures": [{"keyid": "", "sig": "MEUCIQ=="}]})
}

#[test]
fn envelopes_are_opened() {
    let inside = sample("v1-min");
    let signed = envelope("application/vnd.in-toto+json", &inside);
    let bundle = json!({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": signed});
    let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&inside);
    let other_alphabet = json!({"payloadType": "application/vnd.in-toto+json", "payload": url_safe});
    for document in [&signed, &bundle, &other_alphabet] {
        assert_eq!(told(&parse(document).unwrap().unwrap()), [ALPINE, FRONTEND, GOLANG]);
    }
}

#[test]
fn what_is_refused_and_why() {
    #[track_caller]
    fn check(document: &Value, reason: &str) {
        let error = parse(document).unwrap_err();
        assert!(error.contains(reason) && error.len() < 1_000, "{error}");
    }
    let many = |count: usize| (0..count).map(|n| json!({"uri": format!("pkg:docker/a@{n}")})).collect::<Vec<_>>();
    check(&json!([]), "no in-toto statement");
    check(&json!({}), "'_type'");
    check(&json!({"_type": "https://example.com"}), "'_type'");
    check(&statement(&json!("x".repeat(100_000))), "no in-toto statement");
    check(&statement(&json!(many(MAX_MATERIALS + 1))), "more than 256 images");
    assert_eq!(parse(&statement(&json!(many(MAX_MATERIALS)))).unwrap().unwrap().materials.len(), MAX_MATERIALS);
    let mut stateless = statement(&json!([]));
    stateless["predicate"] = json!(null);
    check(&stateless, "states nothing");
    let mut about_all = statement(&json!([]));
    let subject = |n: usize| json!({"digest": {"sha256": format!("{n:064x}")}});
    about_all["subject"] = (0..=MAX_SUBJECTS).map(subject).collect();
    check(&about_all, "more than 256 subjects");
    check(&envelope("text/plain", b"{}"), "an envelope around 'text/plain'");
    check(&json!({"payloadType": "application/vnd.in-toto+json", "payload": "%"}), "no base64");
    // An envelope in an envelope is none of a statement.
    let twice = envelope("application/vnd.in-toto+json", statement(&json!([])).to_string().as_bytes());
    check(&envelope("application/vnd.in-toto+json", twice.to_string().as_bytes()), "'_type'");
    for bytes in [b"" as &[u8], b"not JSON", b"\xff\xfe", b"<html>", br#"{"_type":"a","_type":"b"}"#] {
        assert!(provenance::parse(bytes).is_err(), "{}", bytes.escape_ascii());
    }
    assert!(provenance::parse("[".repeat(100_000).as_bytes()).is_err());
}

#[test]
fn millions_of_entries_cost_no_memory() {
    let entry = r#"{"uri":"git://x"},"#;
    let list = entry.repeat(STATEMENT_CAP / entry.len() - 100);
    let document = statement(&json!([])).to_string().replace("[]", &format!("[{}]", list.trim_end_matches(',')));
    assert!(document.len() > STATEMENT_CAP / 2);
    assert_eq!(provenance::parse(document.as_bytes()).unwrap().unwrap().materials, []);
}

#[test]
fn other_statements_are_passed_by() {
    let mut bill = statement(&json!([]));
    bill["predicateType"] = json!("https://spdx.dev/Document");
    bill["predicate"] = json!("of any shape");
    assert_eq!(parse(&bill), Ok(None));
    let mut other = statement(&json!([{"uri": "pkg:docker/gcr.io/kaniko/executor@v1"}]));
    other["predicate"]["buildType"] = json!("tekton.dev/v1beta1/TaskRun");
    assert_eq!(parse(&other), Ok(None));
    // Nothing said of the builder: read like BuildKit's.
    other["predicate"]["buildType"] = json!("");
    assert_eq!(parse(&other).unwrap().unwrap().materials.len(), 1);
    let bare = json!({"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1", "predicate": {}});
    assert_eq!(parse(&bare), Ok(Some(Provenance { subjects: vec![], materials: vec![] })));
    assert_eq!(parse(&statement(&json!(null))).unwrap().unwrap().materials, []);
}

#[test]
fn a_statement_about_another_manifest() {
    let provenance = provenance::parse(&sample("v0.2-min")).unwrap().unwrap();
    let other = ManifestDigest::of(b"another");
    let error = provenance.of(other).unwrap_err().to_string();
    assert_eq!(error, format!("it is about {SUBJECT}, not about {other}"));
}

/// Entries of an index: `i1` an image, `a1` an attestation of it.
fn index(entries: &[&str]) -> Vec<forebear_image::ChildManifest> {
    let digest = |name: &str| ManifestDigest::of(name.as_bytes()).to_string();
    let entry = |text: &&str| match text.split_once('>') {
        None => json!({"digest": digest(text), "platform": {"os": "linux", "architecture": "amd64"}}),
        Some((name, subject)) => json!({
            "digest": digest(name),
            "platform": {"os": "unknown", "architecture": "unknown"},
            "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": digest(subject)},
        }),
    };
    let list = json!({"schemaVersion": 2, "manifests": entries.iter().map(entry).collect::<Vec<_>>()});
    match manifest::parse(list.to_string().as_bytes(), None) {
        Ok(ManifestFacts::Index { children, .. }) => children,
        other => panic!("{other:?}"),
    }
}

#[test]
fn attestations_of_an_index() {
    #[track_caller]
    fn check(entries: &[&str], expected: &[&str]) {
        let claims = attestation::claims(&index(entries));
        let name = |digest| {
            entries
                .iter()
                .map(|e| e.split('>').next().unwrap_or(e))
                .find(|name| ManifestDigest::of(name.as_bytes()) == digest)
        };
        let got: Vec<String> =
            claims.iter().map(|c| format!("{}>{}", name(c.attestation).unwrap(), name(c.subject).unwrap())).collect();
        assert_eq!(got, expected, "{entries:?}");
    }
    check(&["i1", "i2", "a1>i1", "a2>i2"], &["a1>i1", "a2>i2"]);
    check(&["a1>i1", "i1"], &["a1>i1"]);
    check(&["i1", "a1>i1", "a1>i1"], &["a1>i1"]);
    // About nothing that is listed, or about another attestation.
    check(&["i1", "a1>elsewhere", "a2>a1"], &[]);
    check(&["i1", "a1>i1", "a2>i1", "a3>i1", "a4>i1", "a5>i1"], &["a1>i1", "a2>i1", "a3>i1", "a4>i1"]);
}

#[test]
fn statements_of_an_attestation() {
    #[track_caller]
    fn check(layers: &[(&str, Option<&str>)], expected: &[usize]) {
        let digest = |n: usize| forebear_image::BlobDigest::of(&n.to_le_bytes());
        let layer = |(n, (kind, predicate)): (usize, &(&str, Option<&str>))| json!({"mediaType": kind, "digest": digest(n).to_string(), "annotations": predicate.map(|p| json!({"in-toto.io/predicate-type": p}))});
        let document = json!({"schemaVersion": 2, "layers": layers.iter().enumerate().map(layer).collect::<Vec<_>>()});
        let got = attestation::statements(document.to_string().as_bytes()).unwrap();
        assert_eq!(got, expected.iter().copied().map(digest).collect::<Vec<_>>(), "{layers:?}");
    }
    let (in_toto, dsse, layer) = (
        "application/vnd.in-toto+json",
        "application/vnd.dsse.envelope.v1+json",
        "application/vnd.oci.image.layer.v1.tar",
    );
    let (v02, v1, spdx) = (
        Some("https://slsa.dev/provenance/v0.2"),
        Some("https://slsa.dev/provenance/v1"),
        Some("https://spdx.dev/Document"),
    );
    check(&[(in_toto, spdx), (in_toto, v02)], &[1]);
    check(&[(in_toto, None), (dsse, v1), (layer, v1)], &[1, 0]);
    check(&[(in_toto, Some("https://slsa.dev/provenance/v2"))], &[]);
    check(&[(in_toto, None); 9], &[0, 1, 2, 3]);
    for none in ["", "[]", r#"{"layers":1}"#] {
        assert!(attestation::statements(none.as_bytes()).is_err(), "{none}");
    }
    assert_eq!(attestation::statements(b"{}").unwrap(), []);
}
