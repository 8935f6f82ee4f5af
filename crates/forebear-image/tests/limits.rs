//! Each list of a document: at its limit the document is read, at one more that
//! list is refused, or left out, in a sentence that names it and its limit.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use forebear_image::limits::{
    MAX_ANNOTATIONS, MAX_ANNOTATIONS_OF_ENTRIES, MAX_CHILDREN, MAX_ENTRY_ANNOTATIONS, MAX_FEATURES, MAX_HISTORY,
    MAX_HISTORY_TEXT, MAX_LAYERS, MAX_SETTINGS,
};
use forebear_image::{Digest, attestation, config, inspect, manifest, schema1};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What is said of a document: nothing where all of it was read.
type Said = Result<Vec<String>, String>;

fn of_config(document: &Value) -> Said {
    let facts = config::parse(document.to_string().as_bytes()).map_err(|error| error.to_string())?;
    Ok(facts.runtime.odd.iter().map(ToString::to_string).collect())
}

fn of_manifest(document: &Value) -> Said {
    let facts = manifest::parse(document.to_string().as_bytes(), None).map_err(|error| error.to_string())?;
    Ok(facts.odd().iter().map(ToString::to_string).collect())
}

fn of_statements(document: &Value) -> Said {
    attestation::statements(document.to_string().as_bytes()).map_err(|error| error.to_string())?;
    Ok(Vec::new())
}

fn of_inspected(document: &Value) -> Said {
    let inspected = inspect::parse(document.to_string().as_bytes(), None).map_err(|error| error.to_string())?;
    let runtime = inspected.image.runtime.unwrap_or_default();
    Ok(runtime.odd.iter().map(ToString::to_string).collect())
}

fn digest(at: usize) -> String {
    Digest::sha256(&at.to_le_bytes()).to_string()
}

fn list(count: usize, entry: impl Fn(usize) -> Value) -> Value {
    (0..count).map(entry).collect()
}

fn texts(count: usize) -> Value {
    list(count, |at| json!(at.to_string()))
}

fn map(count: usize, value: &Value) -> Value {
    Value::Object((0..count).map(|at| (at.to_string(), value.clone())).collect())
}

fn layers(count: usize) -> Value {
    list(count, |at| json!({ "digest": digest(at), "mediaType": "application/vnd.oci.image.layer.v1.tar" }))
}

fn image(more: Value) -> Value {
    let mut image = json!({ "schemaVersion": 2, "config": { "digest": digest(0) }, "layers": [] });
    image.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    image
}

fn setting(name: &str, value: Value) -> Value {
    json!({ "config": { name: value } })
}

/// A list of a document.
struct Case {
    name: &'static str,
    limit: usize,
    read: fn(&Value) -> Said,
    /// The document with this many.
    document: fn(usize) -> Value,
    /// What is said at one more.
    beyond: Result<&'static str, &'static str>,
}

const LEFT_OUT: &str = "is a list of 20001 entries, more than the 20000 that are read, and is left out";

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { name: "layers", limit: MAX_LAYERS, read: of_manifest, document: |count| image(json!({ "layers": layers(count) })),
           beyond: Err("layers: 2001, more than the 2000 allowed") },
    Case { name: "layers of an attestation", limit: MAX_LAYERS, read: of_statements, document: |count| json!({ "layers": layers(count) }),
           beyond: Err("layers: 2001, more than the 2000 allowed") },
    Case { name: "manifests", limit: MAX_CHILDREN, read: of_manifest,
           document: |count| json!({ "manifests": list(count, |at| json!({ "digest": digest(at) })) }),
           beyond: Err("manifests: 5001, more than the 5000 allowed") },
    Case { name: "annotations", limit: MAX_ANNOTATIONS, read: of_manifest, document: |count| image(json!({ "annotations": map(count, &json!("")) })),
           beyond: Ok("annotations is an object of more than the 1000 keys that are read, and is left out") },
    Case { name: "annotations of an entry", limit: MAX_ENTRY_ANNOTATIONS, read: of_manifest,
           document: |count| json!({ "manifests": [{ "digest": digest(0), "annotations": map(count, &json!("")) }] }),
           beyond: Ok("manifests[].annotations is an object of more than the 64 keys that are read, and is left out") },
    Case { name: "os.features", limit: MAX_FEATURES, read: of_manifest,
           document: |count| json!({ "manifests": [{ "digest": digest(0), "platform": { "os.features": texts(count) } }] }),
           beyond: Ok("manifests[].platform.os.features is a list of 65 entries, more than the 64 that are read, and is left out") },
    Case { name: "fsLayers", limit: MAX_LAYERS, read: of_manifest, document: old,
           beyond: Err("fsLayers: 2001, more than the 2000 allowed") },
    Case { name: "annotations of entries", limit: MAX_ANNOTATIONS_OF_ENTRIES, read: of_manifest,
           document: |count| json!({ "schemaVersion": 2, "manifests": annotated(count) }),
           beyond: Err("annotations: 100001, more than the 100000 allowed") },
    Case { name: "diff_ids", limit: MAX_LAYERS, read: of_config, document: |count| json!({ "rootfs": { "diff_ids": list(count, |at| json!(digest(at))) } }),
           beyond: Err("diff_ids: 2001, more than the 2000 allowed") },
    Case { name: "history", limit: MAX_HISTORY, read: of_config, document: |count| json!({ "history": list(count, |_| json!({})) }),
           beyond: Ok("history is a list of 20001 entries, more than the 20000 that are read, and is left out") },
    Case { name: "texts of a history", limit: MAX_HISTORY_TEXT, read: of_config,
           document: |count| json!({ "history": [{ "comment": "a" }, { "author": "b", "created_by": "c".repeat(count - 2) }, {}] }),
           beyond: Ok("history is a list with more text in it than the 2097152 bytes that are read, and is left out") },
    Case { name: "Env", limit: MAX_SETTINGS, read: of_config, document: |count| setting("Env", texts(count)), beyond: Ok(LEFT_OUT) },
    Case { name: "OnBuild", limit: MAX_SETTINGS, read: of_config, document: |count| setting("OnBuild", texts(count)), beyond: Ok(LEFT_OUT) },
    Case { name: "Cmd", limit: MAX_SETTINGS, read: of_config, document: |count| setting("Cmd", texts(count)), beyond: Ok(LEFT_OUT) },
    Case { name: "Entrypoint", limit: MAX_SETTINGS, read: of_config, document: |count| setting("Entrypoint", texts(count)), beyond: Ok(LEFT_OUT) },
    Case { name: "Shell", limit: MAX_SETTINGS, read: of_config, document: |count| setting("Shell", texts(count)), beyond: Ok(LEFT_OUT) },
    Case { name: "Healthcheck", limit: MAX_SETTINGS, read: of_config, document: |count| setting("Healthcheck", json!({ "Test": texts(count) })), beyond: Ok(LEFT_OUT) },
    Case { name: "Labels", limit: MAX_SETTINGS, read: of_config, document: |count| setting("Labels", map(count, &json!(""))),
           beyond: Ok("config.Labels is an object of more than the 20000 keys that are read, and is left out") },
    Case { name: "Volumes", limit: MAX_SETTINGS, read: of_config, document: |count| setting("Volumes", map(count, &json!({}))),
           beyond: Ok("config.Volumes is an object of more than the 20000 keys that are read, and is left out") },
    Case { name: "ExposedPorts", limit: MAX_SETTINGS, read: of_config, document: |count| setting("ExposedPorts", map(count, &json!({}))),
           beyond: Ok("config.ExposedPorts is an object of more than the 20000 keys that are read, and is left out") },
    Case { name: "RootFS.Layers", limit: MAX_LAYERS, read: of_inspected,
           document: |count| inspected(json!({ "RootFS": { "Type": "layers", "Layers": list(count, |at| json!(digest(at))) } })),
           beyond: Err("it does not look like the output of docker image inspect (Layers: 2001, more than the 2000 allowed)") },
];

/// Entries with so many annotations among them.
fn annotated(count: usize) -> Vec<Value> {
    let entry = |at: usize, own: usize| {
        json!({ "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest(at), "size": 1,
                "annotations": map(own, &json!("")) })
    };
    (0..count.div_ceil(50)).map(|at| entry(at, (count - at * 50).min(50))).collect()
}

fn inspected(more: Value) -> Value {
    let mut image = json!({ "Id": digest(0), "RepoTags": [], "Os": "linux", "Architecture": "amd64" });
    image.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!([image])
}

fn old(count: usize) -> Value {
    let layers = list(count, |at| json!({ "blobSum": digest(at) }));
    let history = list(count, |_| json!({ "v1Compatibility": "{}" }));
    json!({ "schemaVersion": 1, "architecture": "amd64", "fsLayers": layers, "history": history })
}

#[test]
fn p401_every_list_ends_at_its_limit() {
    for Case { name, limit, read, document, beyond } in CASES {
        assert_eq!(read(&document(*limit)), Ok(Vec::new()), "{name}");
        let said = match read(&document(limit + 1)) {
            Ok(said) => Ok(said.join("; ")),
            Err(said) => Err(said),
        };
        match (&said, beyond) {
            (Ok(said), Ok(words)) | (Err(said), Err(words)) => assert!(said.ends_with(words), "{name}: {said}"),
            _ => panic!("{name}: {said:?}"),
        }
    }
}

/// A history that has more than is read is unread, and not one of fewer steps.
#[test]
fn p401_a_history_that_is_too_long_is_unread() {
    let read = |document: &Value| config::parse(document.to_string().as_bytes()).unwrap();
    let facts = read(&json!({ "author": "a", "history": list(MAX_HISTORY + 1, |_| json!({})) }));
    assert_eq!((facts.history.len(), facts.history_unread, facts.author.as_deref()), (0, true, Some("a")));
    let facts = read(&json!({ "history": list(MAX_HISTORY, |_| json!({})) }));
    assert_eq!((facts.history.len(), facts.history_unread), (MAX_HISTORY, false));
}

proptest! {
    /// However many there are, and whatever stands behind the limit, as long as it
    /// is JSON.
    #[test]
    fn p401_however_many_there_are(count in 0..3_000_usize, odd in prop::sample::select(vec!["1", "[[]]", "{\"a\":[]}", "null"])) {
        let one = format!(r#"{{"digest":"{}","mediaType":"application/vnd.oci.image.layer.v1.tar"}}"#, digest(1));
        let mut layers = vec![one.as_str(); count];
        if count > MAX_LAYERS {
            layers.push(odd);
        }
        let layers = layers.join(",");
        let document = format!(r#"{{"config":{{"digest":"{}"}},"layers":[{layers}]}}"#, digest(0));
        let read = manifest::parse(document.as_bytes(), None);
        if count <= MAX_LAYERS {
            prop_assert!(read.is_ok());
        } else {
            let count = count + 1;
            prop_assert_eq!(read.unwrap_err().to_string(), format!("layers: {count}, more than the 2000 allowed"));
        }
    }
}

/// Signatures are a list too, of which the first counts.
#[test]
fn p402_a_schema_1_manifest_with_many_signatures() {
    let mut document = old(1);
    document["signatures"] = list(100_000, |_| json!({ "header": {} }));
    let bytes = document.to_string().into_bytes();
    assert_eq!(schema1::payload(&bytes), Some(bytes.clone()));
}
