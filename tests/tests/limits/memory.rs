//! Documents of a few megabytes that would become gigabytes: what both binaries
//! take for them stays bounded, however many come at once.

use std::io::Write as _;
use std::path::Path;

use forebear_image::media_type::{OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, SCHEMA1_SIGNED};
use forebear_testkit::{ImageBuilder, Server, World};
use forebear_tests::Data;
use forebear_tests::memory::measured;
use serde_json::{Value, json};

/// In MiB: the program, its cache, its threads, room for large bodies, and one
/// large document.
const BOUND: u64 = 200;
/// Tags of a repository, each with a document of its own.
const TAGS: usize = 24;
/// Bytes of a config, and of a manifest, just below what is read of one.
const CONFIG: usize = 15_000_000;
const MANIFEST: usize = 4_000_000;

/// `item,item,…,item`, this many bytes.
fn repeated(item: &str, bytes: usize) -> String {
    [&format!("{item},").repeat(bytes / (item.len() + 1)), item].concat()
}

/// `"0":"","1":"",…`, this many bytes.
fn entries(value: &str, bytes: usize) -> String {
    let one = 9 + value.len();
    let all: Vec<String> = (0..bytes / one).map(|at| format!("\"{at:x}\":{value}")).collect();
    all.join(",")
}

/// A config that no other tag has, with this in it.
fn config(at: usize, more: &str) -> Vec<u8> {
    format!(r#"{{"os":"linux","architecture":"amd64","x":{at},{more}}}"#).into_bytes()
}

fn settings(at: usize, name: &str, value: &str) -> Vec<u8> {
    config(at, &format!(r#""rootfs":{{"type":"layers","diff_ids":[]}},"config":{{"{name}":{value}}}"#))
}

fn manifest(at: usize, more: &str) -> Vec<u8> {
    let config = json!({ "mediaType": OCI_CONFIG, "digest": format!("sha256:{at:064}"), "size": 1 });
    format!(r#"{{"schemaVersion":2,"mediaType":"{OCI_MANIFEST}","x":{at},"config":{config},{more}}}"#).into_bytes()
}

fn index(at: usize, entries: &str) -> Vec<u8> {
    format!(r#"{{"schemaVersion":2,"mediaType":"{OCI_INDEX}","x":{at},"manifests":[{entries}]}}"#).into_bytes()
}

/// What a tag leads to.
enum Tagged {
    /// An image with this config.
    Config(Vec<u8>),
    /// This manifest, of this type.
    Manifest(&'static str, Vec<u8>),
}

/// Crawls [`TAGS`] of them and asks the registry for one of them. Returns the
/// report of the crawl.
#[track_caller]
fn check(what: &str, document: impl Fn(usize) -> Tagged) -> Value {
    let plain = ImageBuilder::scratch("linux/amd64").absent_layers().add_rootfs("base").build();
    let mut world = World::new();
    for at in 0..TAGS {
        let name = format!("acme/app:{at}");
        match document(at) {
            Tagged::Config(config) => {
                _ = world.push(&name, &ImageBuilder::copy_of(&plain).raw_config(&config).build());
            }
            Tagged::Manifest(media_type, bytes) => _ = world.push_raw(&name, media_type, &bytes),
        }
    }
    let server = Server::start(world);
    let data = Data::new();
    let host = server.host();
    let arguments = ["run", "--registry", &host, "--cache", "16", "--format", "json", "--quiet"];
    let (crawled, crawl) = measured(&mut data.command("forebear-crawl", &arguments));
    let image = format!("docker://{host}/acme/app:0");
    let (_, query) = measured(&mut data.command("forebear", &["parent", &image]));
    say(&format!("{what}: at most {crawl} MiB to crawl, {query} MiB to ask"));
    assert!(crawl < BOUND && query < BOUND, "{what}: {crawl} MiB to crawl, {query} MiB to ask");
    assert!([0, 3].contains(&crawled.code), "{crawled:?}");
    crawled.json()
}

/// Asks for a document as a file, in this form.
#[track_caller]
fn check_file(form: &str, bytes: &[u8], words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("manifest.json");
    std::fs::write(&file, bytes).unwrap();
    let path = if form == "dir" { folder.path() } else { Path::new(&file) };
    let data = Data::new();
    let image = format!("{form}:{}", path.display());
    let (ran, most) = measured(data.command("forebear", &["parent", &image]).env_remove("FOREBEAR_DATA"));
    say(&format!("{form}: at most {most} MiB"));
    assert!(most < BOUND, "{form}: {most} MiB");
    super::assert_refused(&ran, &[words]);
}

fn say(line: &str) {
    drop(std::io::stderr().write_all(format!("{line}\n").as_bytes()));
}

/// What is told of the first document, without what names it.
#[track_caller]
fn warned(report: &Value) -> String {
    assert_eq!(report["failures"], json!({}), "{report}");
    assert_eq!(report["warnings"].as_array().map(Vec::len), Some(TAGS), "{report}");
    report["warnings"][0]["message"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn p408_millions_of_layers() {
    let layers = repeated("{}", MANIFEST - 300);
    let document = |at: usize| Tagged::Manifest(OCI_MANIFEST, manifest(at, &format!(r#""layers":[{layers}]"#)));
    let report = check("layers", document);
    assert_eq!(report["failures"], json!({ "manifest": TAGS }), "{report}");
    assert!(report["first_failure"].as_str().unwrap().contains(", more than the 2000 allowed"), "{report}");
}

#[test]
fn p408_millions_of_entries_of_an_index() {
    let listed = repeated("{}", MANIFEST - 300);
    let report = check("entries", |at| Tagged::Manifest(OCI_INDEX, index(at, &listed)));
    assert_eq!(report["failures"], json!({ "manifest": TAGS }), "{report}");
    assert!(report["first_failure"].as_str().unwrap().contains(", more than the 5000 allowed"), "{report}");
}

#[test]
fn p408_a_signed_document_is_compared_with_what_was_signed() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let lists = repeated("{}", MANIFEST - 500);
    let report = check("signed", |at| {
        let head = format!(r#"{{"schemaVersion":1,"name":"x","tag":"{at}","fsLayers":[{lists}]"#);
        let tail = URL_SAFE_NO_PAD.encode("}");
        let protected = json!({ "formatLength": head.len(), "formatTail": tail }).to_string();
        let protected = URL_SAFE_NO_PAD.encode(protected);
        let document = format!(r#"{head},"signatures":[{{"protected":"{protected}"}}]}}"#);
        Tagged::Manifest(SCHEMA1_SIGNED, document.into_bytes())
    });
    assert_eq!(report["failures"], json!({ "manifest": TAGS }), "{report}");
}

#[test]
fn p408_millions_of_steps() {
    let steps = repeated("{}", CONFIG);
    let report = check("history", |at| Tagged::Config(config(at, &format!(r#""history":[{steps}]"#))));
    let expected = "history is a list of 5000001 entries, more than the 20000 that are read, and is left out";
    assert_eq!(warned(&report), expected);
}

#[test]
fn p408_millions_of_variables() {
    let texts = format!("[{}]", repeated("\"\"", CONFIG));
    let report = check("Env", |at| Tagged::Config(settings(at, "Env", &texts)));
    let expected = "config.Env is a list of 5000001 entries, more than the 20000 that are read, and is left out";
    assert_eq!(warned(&report), expected);
}

#[test]
fn p408_more_than_a_million_labels() {
    let texts = format!("{{{}}}", entries("\"\"", CONFIG));
    let report = check("Labels", |at| Tagged::Config(settings(at, "Labels", &texts)));
    let expected = "config.Labels is an object of more than the 20000 keys that are read, and is left out";
    assert_eq!(warned(&report), expected);
}

/// A text in which there is a document of its own.
#[test]
fn p408_a_label_that_is_read_as_json() {
    let inside = repeated("{}", CONFIG);
    let label = format!(r#"{{"io.buildpacks.lifecycle.metadata":"[{inside}]"}}"#);
    let report = check("a label", |at| Tagged::Config(settings(at, "Labels", &label)));
    assert_eq!((&report["failures"], &report["images_new"]), (&json!({}), &json!(TAGS)), "{report}");
}

/// All of what is legal, in images that share nothing.
#[test]
fn p409_long_histories() {
    let report = check("long histories", |at| {
        let step = |step: usize| format!(r#"{{"created_by":"{:x<100}"}}"#, format!("RUN make {at} {step} "));
        let steps: Vec<String> = (0..20_000).map(step).collect();
        Tagged::Config(config(at, &format!(r#""history":[{}]"#, steps.join(","))))
    });
    assert_eq!((&report["failures"], &report["images_new"]), (&json!({}), &json!(TAGS)), "{report}");
    assert_eq!(report["warnings"], json!([]), "{report}");
}

#[test]
fn p410_files() {
    let layers = manifest(0, &format!(r#""layers":[{}]"#, repeated("{}", CONFIG)));
    check_file("manifest", &layers, "layers: 5000001, more than the 2000 allowed");
    check_file("dir", &layers, "layers: 5000001, more than the 2000 allowed");
    let listed = format!(r#"[{{"Id":"x","RootFS":{{"Layers":[{}]}}}}]"#, repeated("\"\"", CONFIG));
    check_file("inspect", listed.as_bytes(), "its Id is no digest");
    let id = format!("sha256:{:064}", 0);
    let listed = format!(r#"[{{"Id":"{id}","RootFS":{{"Layers":[{}]}}}}]"#, repeated("\"\"", CONFIG));
    check_file("inspect", listed.as_bytes(), "Layers: 5000001, more than the 2000 allowed");
    check_file("inspect", format!("[{}]", repeated("{}", CONFIG)).as_bytes(), "it does not look like");
}
