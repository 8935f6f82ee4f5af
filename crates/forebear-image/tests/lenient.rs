//! Documents that are almost JSON, or JSON with values nobody meant: what is
//! read all the same, and what is refused with a reason.

#![expect(clippy::indexing_slicing, reason = "helpers of tests")]

use forebear_image::config::{self, ConfigFacts};
use forebear_image::dockerfile::{Context, Fidelity, reconstruct};
use forebear_image::history::align;
use forebear_image::{ManifestFacts, inspect, manifest};

const DIGEST: &str = "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";

fn read(document: &[u8]) -> ConfigFacts {
    config::parse(document).unwrap_or_else(|error| panic!("{}: {error}", document.escape_ascii()))
}

/// What is told of the odd fields of a config.
fn odd(facts: &ConfigFacts) -> Vec<String> {
    facts.runtime.odd.iter().map(ToString::to_string).collect()
}

/// The text of the one step of a history.
#[track_caller]
fn check_text(created_by: &[u8], expected: &str, lost: bool) {
    let document = [br#"{"history":[{"created_by":""# as &[u8], created_by, br#""}]}"#].concat();
    let facts = read(&document);
    assert_eq!(facts.history[0].created_by, expected);
    let lines = reconstruct(&align(&facts.history, 1), Context::default());
    assert!(!lines[0].dockerfile.contains('\0'), "{:?}", lines[0]);
    let said = lines[0].note.as_deref().is_some_and(|note| note.contains("no UTF-8"));
    assert_eq!((said, lines[0].fidelity > Fidelity::Exact), (lost, lost || expected.contains('\0')), "{:?}", lines[0]);
}

#[test]
fn steps_with_bytes_that_are_no_text() {
    check_text(b"RUN /bin/sh -c echo a", "RUN /bin/sh -c echo a", false);
    check_text(b"RUN /bin/sh -c echo \xff\xfe", "RUN /bin/sh -c echo \u{fffd}\u{fffd}", true);
    // latin-1, as old Dockerfiles were written in.
    check_text(b"/bin/sh -c #(nop)  MAINTAINER Andr\xe9", "/bin/sh -c #(nop)  MAINTAINER Andr\u{fffd}", true);
    check_text(br"RUN /bin/sh -c echo \ud800", "RUN /bin/sh -c echo \u{fffd}", true);
    check_text(br"RUN /bin/sh -c echo \u0000x", "RUN /bin/sh -c echo \0x", false);
    check_text(br"RUN /bin/sh -c echo \ud83d\ude00", "RUN /bin/sh -c echo \u{1f600}", false);
}

#[test]
fn a_copy_by_go_still_agrees_with_its_original() {
    let original = read(b"{\"history\":[{\"created_by\":\"RUN \xe2\x82 \xff\"}]}");
    let copy = read("{\"history\":[{\"created_by\":\"RUN \u{fffd}\u{fffd} \u{fffd}\"}]}".as_bytes());
    assert_eq!(original.history, copy.history);
}

#[test]
fn every_document_is_read_so() {
    let manifest = [
        br#"{"schemaVersion":2,"config":{"digest":""# as &[u8],
        DIGEST.as_bytes(),
        b"\"},\"layers\":[],\"annotations\":{\"a\":\"\xff\",\"b\":\"\\udfff\"}}",
    ]
    .concat();
    let Ok(ManifestFacts::Image(image)) = manifest::parse(&manifest, None) else { panic!("no image") };
    assert_eq!(image.annotations.into_values().collect::<Vec<_>>(), ["\u{fffd}", "\u{fffd}"]);

    let inspected = b"\xef\xbb\xbf[{\"RepoTags\":[\"a:1\"],\"Author\":\"\xff\",\"RootFS\":{\"Layers\":[]}}]";
    assert_eq!(inspect::parse(inspected, None).unwrap().name.as_deref(), Some("a:1"));
    // As a PowerShell redirects it.
    let text = r#"[{"RepoTags":["a:1"],"RootFS":{"Layers":[]}}]"#;
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(inspect::parse(&utf16, None).unwrap().name.as_deref(), Some("a:1"));

    let v1 = r#"{\"created\":7,\"container_config\":{\"Cmd\":[\"\\ud800\"]}}"#;
    let schema1 = [
        format!(r#"{{"schemaVersion":1,"fsLayers":[{{"blobSum":"{DIGEST}"}}],"name":""#).as_bytes(),
        b"\xff\",\"history\":[{\"v1Compatibility\":\"",
        v1.as_bytes(),
        b"\"}]}",
    ]
    .concat();
    let Ok(ManifestFacts::Schema1 { config, .. }) = manifest::parse(&schema1, None) else { panic!("no schema 1") };
    assert_eq!((config.history[0].created_by.as_str(), config.created), ("\u{fffd}", None));
}

#[test]
fn times_that_cannot_be() {
    #[track_caller]
    fn check(created: &str, expected: Option<&str>) {
        let facts = read(format!(r#"{{"created":{created},"history":[{{"created":{created}}}]}}"#).as_bytes());
        let got = facts.created.map(|time| time.to_string());
        assert_eq!(got.as_deref(), expected, "{created}");
        assert_eq!(facts.history[0].created, facts.created);
    }
    check(r#""0000-01-01T00:00:00Z""#, Some("0000-01-01T00:00:00Z"));
    check(r#""0001-01-01T00:00:00Z""#, None);
    check(r#""0001-01-01T01:00:00+01:00""#, None);
    check(r#""9999-12-30T00:00:00Z""#, Some("9999-12-30T00:00:00Z"));
    check(r#""9999-12-31T23:59:59Z""#, None);
    check(r#""10000-01-01T00:00:00Z""#, None);
    check(r#""2024-02-30T00:00:00Z""#, None);
    check(r#""2024-01-01T00:00:00+23:59""#, Some("2023-12-31T00:01:00Z"));
    check(r#""2024-01-01T00:00:00-99:00""#, None);
    check(r#""2024-01-01 00:00:00 +0000 UTC""#, None);
    check(r#""""#, None);
    check("null", None);
    check("1704067200", None);
    check("{}", None);
}

#[test]
fn sizes_that_cannot_be() {
    #[track_caller]
    fn check(size: &str, expected: Option<u64>) {
        let layer = format!(r#"{{"digest":"{DIGEST}","size":{size}}}"#);
        let document = format!(
            r#"{{"schemaVersion":2,"config":{{"digest":"{DIGEST}","size":{size}}},"layers":[{layer},{layer},{layer}]}}"#
        );
        let Ok(ManifestFacts::Image(image)) = manifest::parse(document.as_bytes(), None) else { panic!("{size}") };
        assert!(image.layers.iter().all(|layer| layer.size == expected), "{size}: {:?}", image.layers);
    }
    check("12", Some(12));
    check("9223372036854775807", Some(9_223_372_036_854_775_807));
    check("9223372036854775808", None);
    check("18446744073709551615", None);
    check("18446744073709551616", None);
    check("-1", None);
    check("1.5", None);
    check("\"12\"", None);
    check("null", None);
}

/// A document that is refused, with these words.
#[track_caller]
fn check_refused(document: &[u8], words: &str) {
    let manifest = manifest::parse(document, None).map(|_| ()).map_err(|error| error.to_string());
    let config = config::parse(document).map(|_| ()).map_err(|error| error.to_string());
    let messages: Vec<String> = [manifest, config].into_iter().filter_map(Result::err).collect();
    assert!(messages.iter().any(|message| message.contains(words)), "{messages:?}");
}

#[test]
fn what_two_readers_would_read_differently_is_refused() {
    let layers = format!(r#""layers":[{{"digest":"{DIGEST}"}}]"#);
    check_refused(
        format!(r#"{{"schemaVersion":2,"config":{{"digest":"{DIGEST}"}},{layers},"layers":[]}}"#).as_bytes(),
        "duplicate field `layers`",
    );
    check_refused(br#"{"history":[],"history":[]}"#, "duplicate field `history`");
    check_refused(format!(r#"{{"rootfs":{{"diff_ids":["{DIGEST}"],"diff_ids":[]}}}}"#).as_bytes(), "duplicate field");
    check_refused(br#"{"history":[{"created_by":"a","created_by":"b"}]}"#, "duplicate field `created_by`");
    // In a map the last one counts, as it does for Docker.
    let facts = read(br#"{"config":{"Labels":{"a":"1","a":"2"}}}"#);
    assert_eq!(facts.runtime.labels.into_values().collect::<Vec<_>>(), ["2"]);
}

#[test]
fn nesting_without_end_is_no_crash() {
    let deep = |field: &str, depth: usize| [format!("{{\"{field}\":").into_bytes(), vec![b'['; depth]].concat();
    let closed = |field: &str, depth: usize| [deep(field, depth), vec![b']'; depth], b"}".to_vec()].concat();
    for field in ["history", "config", "layers", "fsLayers", "created", "annotations"] {
        for depth in [200, 1_000_000] {
            let document = closed(field, depth);
            assert!(manifest::parse(&document, None).is_err(), "{field} {depth}");
            assert!(manifest::parse(&deep(field, depth), None).is_err(), "{field} {depth}");
            assert!(config::parse(&deep(field, depth)).is_err(), "{field} {depth}");
        }
    }
    check_refused(&closed("config", 200), "recursion limit");
    check_refused(&closed("created", 200), "recursion limit");
    // Fields nobody reads are stepped over, however deep.
    assert!(config::parse(&closed("x-unknown", 1_000_000)).is_ok());
    let bom = [b"\xef\xbb\xbf".to_vec(), closed("created", 1_000_000)].concat();
    assert!(config::parse(&bom).is_err());
}

#[test]
fn numbers_out_of_range_are_told() {
    check_refused(br#"{"schemaVersion":1e400}"#, "out of range");
    check_refused(br#"{"created":1e400}"#, "out of range");
    check_refused(br#"{"schemaVersion":-1}"#, "-1");
    check_refused(br#"{"schemaVersion":18446744073709551616,"config":{}}"#, "not a manifest");
    let facts = read(br#"{"config":{"Healthcheck":{"Interval":9223372036854775808,"Timeout":2}}}"#);
    assert_eq!(odd(&facts), ["config.Healthcheck.Interval is the number 9223372036854775808, and is left out"]);
    assert_eq!(facts.runtime.healthcheck.map(|check| (check.interval, check.timeout)), Some((0, 2)));
}

/// A message that repeats a document would be as long as the document, in every
/// row and report that it gets into.
#[test]
fn messages_about_hostile_documents_are_short() {
    #[track_caller]
    fn check(read: impl Fn(&[u8]) -> String, document: &str) {
        let message = read(document.replace("LONG", &"A".repeat(1_000_000)).as_bytes());
        assert!(message.contains("AAAA") && message.chars().count() < 300, "{message:.400}");
    }
    let manifest = |bytes: &[u8]| manifest::parse(bytes, None).unwrap_err().to_string();
    check(manifest, r#"{"schemaVersion":2,"manifests":"LONG"}"#);
    check(manifest, r#"{"schemaVersion":2,"config":{"digest":"LONG"},"layers":[]}"#);
    check(manifest, r#"{"schemaVersion":2,"mediaType":"LONG","config":{},"layers":[]}"#);
    check(manifest, r#"{"schemaVersion":1,"fsLayers":"LONG"}"#);
    check(manifest, r#"{"schemaVersion":1,"fsLayers":[{"blobSum":"LONG"}],"history":[{"v1Compatibility":"{}"}]}"#);
    check(manifest, r#"{"schemaVersion":1,"fsLayers":[],"history":"LONG"}"#);
    // Those that cost a field only, and are told beside what was read.
    check(|bytes| odd(&read(bytes)).join(", "), r#"{"rootfs":"LONG"}"#);
    check(|bytes| odd(&read(bytes)).join(", "), r#"{"rootfs":{"diff_ids":["LONG"]}}"#);
    check(|bytes| odd(&read(bytes)).join(", "), r#"{"history":"LONG"}"#);
}
