//! Documents as Go's `encoding/json` reads them: names of fields fold, keys of
//! maps never, `null` is empty, and one odd field costs that field.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use forebear_image::config::{self, ConfigFacts};
use forebear_image::{Image, ImageManifest, ManifestFacts, inspect, manifest, provenance};
use serde_json::{Value, json};

const DIGEST: &str = "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";
const OTHER: &str = "sha256:9f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";

#[track_caller]
fn config(document: &str) -> ConfigFacts {
    config::parse(document.as_bytes()).unwrap_or_else(|error| panic!("{document}: {error}"))
}

#[track_caller]
fn image(document: &str) -> ImageManifest {
    match manifest::parse(document.as_bytes(), None) {
        Ok(ManifestFacts::Image(image)) => image,
        other => panic!("{document}: {other:?}"),
    }
}

/// What is told of odd fields.
fn told(facts: &ConfigFacts) -> Vec<String> {
    facts.runtime.odd.iter().map(ToString::to_string).collect()
}

/// A config whose every part is there, with these fields in place of its own.
fn with(fields: &Value) -> String {
    let mut document = json!({
        "os": "linux", "architecture": "amd64", "config": {"Cmd": ["sh"]},
        "rootfs": {"type": "layers", "diff_ids": [DIGEST]}, "history": [{"created_by": "RUN x"}],
    });
    for (key, value) in fields.as_object().unwrap() {
        document[key] = value.clone();
    }
    document.to_string()
}

/// P10: Windows bases of mcr.microsoft.com write `rootfS`.
/// P201: nixery writes `cmd`; Go folds two letters beyond ASCII too.
#[test]
fn p10_p201_names_of_fields_fold() {
    let folded = config(&format!(
        r#"{{"OS":"windows","ARCHITECTURE":"amd64","os.Version":"10.0.19042.985","rootfS":{{"type":"layers","Diff_IDs":["{DIGEST}"]}},
            "hi\u017ftory":[{{"Created_By":"Apply image","Empty_Layer":false}}],
            "config":{{"cmd":["sh"],"env":["A=1"],"wor\u212aingdir":"/w","exposedports":{{"80/tcp":{{}}}},"labels":{{"A":"1","a":"2"}},
                       "healthcheck":{{"test":["NONE"]}}}}}}"#
    ));
    assert_eq!(folded.platform.unwrap().to_string(), "windows/amd64:10.0.19042.985");
    assert_eq!((folded.diff_ids.len(), folded.history[0].created_by.as_str()), (1, "Apply image"));
    let runtime = folded.runtime;
    assert_eq!((runtime.cmd, runtime.env), (Some(vec!["sh".to_owned()]), vec!["A=1".to_owned()]));
    assert_eq!(runtime.working_dir.as_deref(), Some("/w"));
    assert_eq!(runtime.healthcheck.unwrap().test, ["NONE"]);
    // Keys of maps do not.
    assert_eq!(runtime.labels.into_iter().collect::<Vec<_>>(), [("A".into(), "1".into()), ("a".into(), "2".into())]);
    assert!(runtime.odd.is_empty());

    let manifest = image(&format!(
        r#"{{"SchemaVersion":2,"Config":{{"Digest":"{DIGEST}","SIZE":3}},"LAYERS":[{{"digeſt":"{OTHER}","MediaType":"a/tar"}}],
            "Annotations":{{"K":"1","k":"2"}}}}"#
    ));
    assert_eq!((manifest.config.to_string(), manifest.config_size), (DIGEST.to_owned(), 3));
    assert_eq!((manifest.layers[0].digest.to_string(), manifest.annotations.len()), (OTHER.to_owned(), 2));
}

/// P202: the same in every other document.
#[test]
fn p202_names_fold_in_every_document() {
    let list = format!(
        r#"{{"Manifests":[{{"Digest":"{DIGEST}","Platform":{{"OS":"linux","Architecture":"arm","Variant":"v6"}},"ArtifactType":"a/b"}}]}}"#
    );
    let Ok(ManifestFacts::Index { children, .. }) = manifest::parse(list.as_bytes(), None) else { panic!("{list}") };
    assert_eq!(children[0].platform.as_ref().unwrap().to_string(), "linux/arm/v6");
    assert_eq!(children[0].artifact_type.as_deref(), Some("a/b"));

    let v1 = json!({"OS": "linux", "Container_Config": {"cmd": ["make"]}, "Throwaway": false}).to_string();
    let schema1 = json!({"schemaversion": 1, "Architecture": "arm64", "FSLayers": [{"BlobSum": DIGEST}],
                         "History": [{"V1Compatibility": v1}]});
    let Ok(ManifestFacts::Schema1 { layers, config }) = manifest::parse(schema1.to_string().as_bytes(), None) else {
        panic!("{schema1}")
    };
    assert_eq!((layers.len(), config.history[0].created_by.as_str()), (1, "make"));
    assert_eq!(config.platform.unwrap().to_string(), "linux/arm64");

    let shown = json!([{"ID": DIGEST, "repoTags": ["a:1"], "os": "linux", "architecture": "amd64",
                        "rootFs": {"layers": [OTHER]}, "config": {"user": "app"}}]);
    let inspected = inspect::parse(shown.to_string().as_bytes(), None).unwrap();
    assert_eq!((inspected.name.as_deref(), inspected.image.layers.len()), (Some("a:1"), 1));
    assert_eq!(inspected.image.runtime.unwrap().user.as_deref(), Some("app"));

    let statement = json!({"_Type": "https://in-toto.io/Statement/v1", "PredicateType": "https://slsa.dev/provenance/v0.2",
        "Subject": [{"Digest": {"sha256": &DIGEST[7..]}}],
        "Predicate": {"BuildType": "https://mobyproject.org/buildkit@v1", "Materials": [{"URI": "pkg:docker/alpine@3.19"}]}});
    let read = provenance::parse(statement.to_string().as_bytes()).unwrap().unwrap();
    assert_eq!((read.subjects.len(), read.materials.len()), (1, 1));
}

/// P37: null among annotations. P203: null anywhere else.
#[test]
fn p37_p203_null_is_empty() {
    let manifest = image(&format!(
        r#"{{"schemaVersion":2,"mediaType":null,"artifactType":null,"manifests":null,"config":{{"digest":"{DIGEST}","platform":null,"size":null}},
            "layers":[{{"digest":"{OTHER}","mediaType":null,"annotations":null}}],
            "annotations":{{"a":null,"org.opencontainers.image.base.name":"alpine:3.19"}}}}"#
    ));
    assert_eq!(manifest.annotations["a"], "");
    let declared = Image::from_manifest(None, &manifest, None).declared;
    assert_eq!(declared[0].name.as_deref(), Some("alpine:3.19"));
    assert!(manifest.odd.is_empty());

    let facts = config(&with(&json!({
        "created": null, "author": null, "variant": null,
        "config": {"Env": ["A=1", null], "Labels": {"a": null}, "Cmd": null, "Healthcheck": null, "WorkingDir": null, "Shell": [null]},
        "history": [null, {"created_by": null, "empty_layer": null}],
    })));
    assert_eq!((facts.runtime.env.join(","), facts.runtime.labels["a"].as_str()), ("A=1,".to_owned(), ""));
    assert_eq!(facts.runtime.shell, Some(vec![String::new()]));
    assert_eq!((facts.history.len(), facts.history[0].empty, facts.history_unread), (2, false, false));
    assert!(facts.runtime.odd.is_empty());
    assert!(config("null").diff_ids.is_empty());
}

/// P38: one field of another type. P204: more of them. Everything else is read.
#[test]
fn p38_p204_one_odd_field_costs_that_field() {
    #[track_caller]
    fn check(fields: &Value, expected: &[&str]) {
        let facts = config(&with(fields));
        assert_eq!(told(&facts), expected, "{fields}");
        assert_eq!((facts.diff_ids.len(), facts.history_unread), (1, false), "{fields}");
        let image = Image::from_config(&facts);
        assert_eq!(image.history.unwrap().len(), facts.history.len());
    }
    let setting = |name: &str, value: Value| json!({"config": {name: value}});
    check(&setting("Entrypoint", json!("/bin/sh -c")), &[]);
    check(&setting("Labels", json!([])), &["config.Labels is a list, and is left out"]);
    check(
        &setting("Labels", json!({"build": 7, "ok": true, "a": "b"})),
        &["config.Labels has values that are no texts, which are left out"],
    );
    check(&setting("Volumes", json!(["/data"])), &["config.Volumes is a list, and is left out"]);
    check(&setting("ExposedPorts", json!(["80/tcp"])), &["config.ExposedPorts is a list, and is left out"]);
    check(&setting("Env", json!({"A": "1"})), &["config.Env is an object, and is left out"]);
    check(&setting("Env", json!(["A=1", 7])), &["config.Env is a list with the number 7 in it, and is left out"]);
    check(
        &setting("Healthcheck", json!({"Test": ["CMD", "x"], "Interval": "30s"})),
        &["config.Healthcheck.Interval is the text \"30s\", and is left out"],
    );
    check(&setting("Healthcheck", json!("curl")), &["config.Healthcheck is the text \"curl\", and is left out"]);
    check(&setting("OnBuild", json!("RUN x")), &["config.OnBuild is the text \"RUN x\", and is left out"]);
    check(&setting("User", json!(1000)), &["config.User is the number 1000, and is left out"]);
    check(&setting("StopSignal", json!(15)), &["config.StopSignal is the number 15, and is left out"]);
    check(&setting("ArgsEscaped", json!("true")), &["config.ArgsEscaped is the text \"true\", and is left out"]);
    check(&json!({"config": []}), &["config is a list, and is left out"]);
    check(&json!({"created": 1_704_067_200}), &["created is the number 1704067200, and is left out"]);
    check(&json!({"author": {"name": "x"}}), &["author is an object, and is left out"]);
    check(&json!({"os": 1.5}), &["os is the number 1.5, and is left out"]);
    let step = |name: &str, value: Value| json!({"history": [{"created_by": "RUN x", name: value}, {name: 0}]});
    check(&step("author", json!([])), &["history[].author is a list, and is left out"]);
    check(&step("comment", json!(false)), &["history[].comment is false, and is left out"]);
}

/// P205: where a step cannot be read, the history is not; where a diff_id cannot
/// be, they are not. The rest counts.
#[test]
fn p205_history_or_diff_ids_that_cannot_be_read() {
    #[track_caller]
    fn check(fields: &Value, diff_ids: usize, history: Option<usize>, expected: &str) {
        let facts = config(&with(fields));
        assert_eq!(told(&facts), [expected], "{fields}");
        assert_eq!(facts.diff_ids.len(), diff_ids, "{fields}");
        assert_eq!(Image::from_config(&facts).history.map(|history| history.len()), history, "{fields}");
        assert_eq!(facts.runtime.cmd, Some(vec!["sh".to_owned()]));
    }
    check(&json!({"history": "none"}), 1, None, "history is the text \"none\", and is left out");
    check(&json!({"history": ["RUN x"]}), 1, None, "history is a list with the text \"RUN x\" in it, and is left out");
    check(
        &json!({"history": [{"created_by": "a", "empty_layer": "true"}]}),
        1,
        None,
        "history is a list with an object whose empty_layer is the text \"true\" in it, and is left out",
    );
    check(
        &json!({"history": [{"created_by": ["a"]}]}),
        1,
        None,
        "history is a list with an object whose created_by is a list in it, and is left out",
    );
    check(&json!({"rootfs": [DIGEST]}), 0, Some(1), "rootfs is a list, and is left out");
    check(
        &json!({"rootfs": {"diff_ids": [DIGEST, "md5:1"]}}),
        0,
        Some(1),
        "rootfs.diff_ids is a list with the text \"md5:1\" in it, and is left out",
    );
    check(&json!({"rootfs": {"diff_ids": {}}}), 0, Some(1), "rootfs.diff_ids is an object, and is left out");
}

/// P206: two spellings are the field twice: refused where bytes or layers hang
/// on it, elsewhere the last one counts.
#[test]
fn p206_two_spellings_of_one_field() {
    #[track_caller]
    fn refused(document: &str, field: &str) {
        let config = config::parse(document.as_bytes()).map(|_| ()).map_err(|error| error.to_string());
        let manifest = manifest::parse(document.as_bytes(), None).map(|_| ()).map_err(|error| error.to_string());
        let expected = format!("duplicate field `{field}`");
        let told: Vec<String> = [config, manifest].into_iter().filter_map(Result::err).collect();
        assert!(told.iter().any(|error| error.ends_with(&expected)), "{document}: {told:?}");
    }
    refused(&format!(r#"{{"rootfs":{{"diff_ids":["{DIGEST}"]}},"rootfS":{{"diff_ids":[]}}}}"#), "rootfs");
    refused(&format!(r#"{{"rootfs":{{"diff_ids":["{DIGEST}"],"Diff_Ids":null}}}}"#), "diff_ids");
    refused(r#"{"history":[],"History":[]}"#, "history");
    refused(r#"{"history":[{"created_by":"a","Created_by":"b"}]}"#, "created_by");
    refused(r#"{"config":{},"Config":{}}"#, "config");
    refused(&format!(r#"{{"config":{{"digest":"{DIGEST}","Digest":"{OTHER}"}}}}"#), "digest");
    let manifest = format!(r#""schemaVersion":2,"config":{{"digest":"{DIGEST}"}}"#);
    refused(&format!(r#"{{{manifest},"layers":[],"Layers":[]}}"#), "layers");
    refused(&format!(r#"{{{manifest},"layers":[{{"digest":"{DIGEST}","DIGEST":"{OTHER}"}}]}}"#), "digest");
    refused(r#"{"schemaVersion":2,"manifests":[],"manifestS":[]}"#, "manifests");
    refused(&format!(r#"{{"manifests":[{{"digest":"{DIGEST}","diGest":"{OTHER}"}}]}}"#), "digest");
    refused(r#"{"schemaVersion":2,"SCHEMAVERSION":1,"fsLayers":[]}"#, "schemaVersion");
    refused(r#"{"schemaVersion":1,"fsLayers":[],"fslayers":[],"history":[]}"#, "fsLayers");
    // A manifest and an index at once, in whatever spelling.
    let both = manifest::parse(format!(r#"{{"Manifests":[],"CONFIG":{{"digest":"{DIGEST}"}}}}"#).as_bytes(), None);
    assert_eq!(
        both.unwrap_err().to_string(),
        "the document is both a manifest and an index; it is refused as ambiguous"
    );

    let facts = config(
        r#"{"os":"linux","OS":"windows","architecture":"amd64","config":{"User":"a","user":"b","Labels":{"a":"1"},"labels":{"b":"2"}}}"#,
    );
    assert_eq!(facts.platform.as_ref().unwrap().os, "windows");
    assert_eq!((facts.runtime.user.as_deref(), facts.runtime.labels.len()), (Some("b"), 1));
    let twice = |field: &str| format!("{field} is there twice, of which the last one counts");
    assert_eq!(told(&facts), [twice("os"), twice("config.User"), twice("config.Labels")]);
}

/// P207: odd fields of a manifest and of an index.
#[test]
fn p207_odd_fields_of_manifests() {
    let odd = image(&format!(
        r#"{{"schemaVersion":2,"mediaType":7,"config":{{"digest":"{DIGEST}","size":"3"}},
            "layers":[{{"digest":"{OTHER}","size":-1,"mediaType":["x"]}},{{"digest":"{OTHER}","size":"7"}}],"annotations":{{"a":{{"b":"c"}},"d":"e"}}}}"#
    ));
    let told: Vec<String> = odd.odd.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "mediaType is the number 7, and is left out",
            "annotations has values that are no texts, which are left out",
            "config.size is the text \"3\", and is left out",
            "layers[].mediaType is a list, and is left out",
            "layers[].size is the number -1, and is left out",
        ]
    );
    assert_eq!((odd.layers.len(), odd.annotations.len()), (2, 1));
    let list = format!(
        r#"{{"schemaVersion":2,"annotations":[],"manifests":[{{"digest":"{DIGEST}","platform":"linux/amd64","annotations":{{"x":1}}}}]}}"#
    );
    let facts = manifest::parse(list.as_bytes(), None).unwrap();
    let told: Vec<String> = facts.odd().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "annotations is a list, and is left out",
            "manifests[].platform is the text \"linux/amd64\", and is left out",
            "manifests[].annotations has values that are no texts, which are left out",
        ]
    );
}

/// P208: an odd field is told once however often it is there, and shortly.
#[test]
fn p208_many_odd_fields_cost_little() {
    let entry = format!(r#"{{"created_by":"x","author":["{}"],"comment":{{}}}}"#, "A".repeat(1_000));
    let history = vec![entry; 20_000].join(",");
    let facts = config(&format!(r#"{{"history":[{history}]}}"#));
    assert_eq!(facts.history.len(), 20_000);
    let told = told(&facts);
    assert_eq!(
        told,
        ["history[].author is a list, and is left out", "history[].comment is an object, and is left out"]
    );
}

/// P209: what is told of a config is kept with its settings, where it goes.
#[test]
fn p209_what_is_told_is_kept_with_the_settings() {
    let facts = config(&with(&json!({"config": {"User": 7}})));
    let kept = serde_json::to_string(&facts.runtime).unwrap();
    let read: forebear_image::RuntimeConfig = serde_json::from_str(&kept).unwrap();
    assert_eq!(read, facts.runtime);
    assert_eq!(read.odd.len(), 1);
    // Settings as they were kept before there was anything to tell.
    let ordinary = config(&with(&json!({})));
    assert!(!serde_json::to_string(&ordinary.runtime).unwrap().contains("odd"));
}
