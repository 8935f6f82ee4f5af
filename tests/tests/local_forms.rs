//! Every local form gives the answer that the reference gives: S1 to S4 from
//! files, written by skopeo and by a real Docker Engine.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::path::Path;
use std::process::Command;

use forebear_testkit::{Server, demo, real};
use forebear_tests::{Data, run};
use serde_json::Value;

fn skopeo_copy(source: &str, target: &str, extra: &[&str]) {
    let mut command = Command::new("skopeo");
    command.args(["--insecure-policy", "copy", "--src-tls-verify=false"]).args(extra).args([source, target]);
    _ = run(&mut command, "").expect_code(0);
}

fn demo_data() -> (Data, Server) {
    let server = Server::start(demo::world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    (data, server)
}

/// What must be equal whatever form an image is read from.
fn essence(answer: &Value) -> Value {
    let steps = answer["steps"].as_array().expect("steps are a list");
    let lines: Vec<&Value> = steps.iter().map(|step| &step["dockerfile"]).collect();
    serde_json::json!([
        answer["parent"]["reference"],
        answer["parent"]["layers"],
        answer["parent"]["evidence"],
        answer["image"]["config_digest"],
        answer["image"]["chain_id"],
        lines,
    ])
}

#[test]
fn s3_every_form_gives_the_same_answer() {
    if !real::have("skopeo") {
        return real::skipped("skopeo is not installed");
    }
    let (data, server) = demo_data();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let source = format!("docker://{}/dyego/snake-game:latest", server.host());
    let expected = essence(&data.ask("parent", "dyego/snake-game"));
    assert_eq!(expected[0], "docker.io/library/golang:1.13-alpine");
    assert_eq!(expected[1], 5);
    let forms = [
        format!("dir:{}", at("dir")),
        format!("oci:{}", at("oci")),
        format!("oci:{}:v1", at("oci-tagged")),
        format!("oci-archive:{}", at("oci.tar")),
        format!("oci-archive:{}:v1", at("oci-tagged.tar")),
        format!("docker-archive:{}", at("docker.tar")),
        format!("docker-archive:{}:example.com/snake:1", at("docker-tagged.tar")),
    ];
    for form in &forms {
        skopeo_copy(&source, form, &[]);
        let answer = data.ask("parent", form);
        assert_eq!(&answer["image"]["reference"], form);
        // Conversion between Docker's and OCI's formats keeps the config's
        // meaning, not its bytes; `dir:` converts nothing.
        let mut got = essence(&answer);
        let same_config = got[3] == expected[3];
        got[3] = expected[3].clone();
        assert_eq!(got, expected, "{form}");
        assert!(same_config || !form.starts_with("dir:"), "{form}: the config was rewritten");
        assert_eq!(data.query(&["lineage", form]).code, 0);
    }
    // Unnamed: the only image of a tagged form.
    for form in [format!("oci:{}", at("oci-tagged")), format!("docker-archive:{}", at("docker-tagged.tar"))] {
        assert_eq!(essence(&data.ask("parent", &form))[0], expected[0], "{form}");
    }
    gzipped(&data, &at("docker.tar"), &expected);
    recompressed(&data, &source, &at("zstd"), &expected);
}

/// An archive that is compressed as a whole.
fn gzipped(data: &Data, tar: &str, expected: &Value) {
    let bytes = std::fs::read(tar).expect("the archive");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &bytes).expect("compressed");
    let file = format!("{tar}.gz");
    std::fs::write(&file, gzip.finish().expect("compressed")).expect("written");
    assert_eq!(essence(&data.ask("parent", &format!("docker-archive:{file}")))[0], expected[0]);
}

/// S4: no blob digest is equal, the diff_ids are.
fn recompressed(data: &Data, source: &str, folder: &str, expected: &Value) {
    let form = format!("dir:{folder}");
    skopeo_copy(source, &form, &["--dest-compress", "--dest-compress-format", "zstd", "--format", "oci"]);
    let answer = data.ask("parent", &form);
    assert_eq!((&essence(&answer)[0], &essence(&answer)[1]), (&expected[0], &expected[1]));
}

#[test]
fn s4_docker_save_and_inspect_of_a_real_engine() {
    let Some(storage) = real::real_file("stories/stories.storage.tar.zst") else { return };
    let Some(save) = real::real_file("stories/foobar.docker-save.tar.zst") else { return };
    let Some(inspect) = real::real_file("stories/foobar.inspect.json") else { return };
    let Some(registry) = real::DockerRegistry::start(&storage) else { return };
    let crawled = |repositories: &[&str]| {
        let data = Data::new();
        let mut arguments = vec!["--now", "2026-11-21T00:00:00Z"];
        repositories.iter().for_each(|repository| arguments.extend(["--repo", repository]));
        _ = data.crawl_hub(&registry.host(), &arguments);
        data
    };
    // A tar that is compressed with zstd is read as it is.
    let forms = [format!("docker-archive:{}", save.display()), format!("inspect:{}", inspect.display())];
    for (repositories, history) in [(&["library/*"] as &[&str], false), (&["library/*", "august/*"], true)] {
        let data = crawled(repositories);
        for form in &forms {
            let answer = data.ask("parent", form);
            assert_eq!(answer["parent"]["reference"], "docker.io/library/alpine:3.3", "{form}");
            assert_eq!(answer["parent"]["layers"], 1, "{form}");
            let known = history || form.starts_with("docker-archive");
            let evidence = if known { "layers+history" } else { "layers" };
            assert_eq!(answer["parent"]["evidence"], evidence, "{form}");
            assert_eq!(answer["steps"].as_array().map(Vec::len), Some(1), "{form}");
            if known {
                assert_eq!(answer["steps"][0]["dockerfile"], "RUN echo helloworld > foobar.txt", "{form}");
            }
        }
    }
}

#[test]
fn s1_schema1_files_and_inspect_without_history() {
    let Some(storage) = real::real_file("stories/stories.storage.tar.zst") else { return };
    let Some(child) = real::real_file("stories/childimage.schema1.json") else { return };
    let Some(registry) = real::DockerRegistry::start(&storage) else { return };
    let data = Data::new();
    _ = data.crawl_hub(&registry.host(), &["--repo", "library/*", "--repo", "lizrice/imagetest"]);
    // Schema 1 carries its history, so a metadata-only child has a parent.
    let answer = data.ask("parent", &format!("manifest:{}", child.display()));
    assert_eq!(answer["parent"]["reference"], "docker.io/lizrice/imagetest:latest");
    assert_eq!(answer["parent"]["evidence"], "history");
    assert_eq!(answer["steps"].as_array().map(Vec::len), Some(2));
    // The same image by its schema 2 manifest has no history at hand: it is
    // identical to its base, and nobody's child.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("manifest.json");
    if !real::have("skopeo") {
        return real::skipped("skopeo is not installed");
    }
    let raw = run(
        Command::new("skopeo")
            .args(["inspect", "--raw", "--tls-verify=false"])
            .arg(format!("docker://{}/lizrice/childimage", registry.host())),
        "",
    );
    std::fs::write(&file, raw.expect_code(0).stdout).expect("written");
    let ran = data.query(&["parent", &format!("manifest:{}", file.display()), "--format", "json"]).expect_code(1);
    let identical = ran.json()["identical"].clone();
    assert!(identical.as_array().is_some_and(|list| !list.is_empty()), "{identical}");
}

#[test]
fn broken_files_are_told() {
    let (data, _server) = demo_data();
    let folder = tempfile::tempdir().expect("a folder");
    #[track_caller]
    fn check(data: &Data, form: &str, path: &Path, parts: &[&str]) {
        let text = format!("{form}:{}", path.display());
        let ran = data.query(&["parent", &text]).expect_code(2);
        for part in parts.iter().chain(&[path.to_str().expect("UTF-8")]) {
            assert!(ran.stderr.contains(part), "no '{part}' in: {}", ran.stderr);
        }
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
    let file = folder.path().join("x");
    check(&data, "docker-archive", &file, &["no such file"]);
    std::fs::write(&file, "this is no tar").expect("written");
    check(&data, "docker-archive", &file, &["cannot be read"]);
    check(&data, "inspect", &file, &["docker image inspect"]);
    check(&data, "manifest", &file, &["not a manifest"]);
    check(&data, "oci", &file, &["it is a file"]);
    std::fs::write(&file, "").expect("written");
    check(&data, "docker-archive", &file, &["manifest.json"]);
    std::fs::write(&file, "[]").expect("written");
    check(&data, "inspect", &file, &["no image"]);
    std::fs::write(&file, r#"[{"Id":"x"}]"#).expect("written");
    check(&data, "inspect", &file, &["docker image inspect"]);
    check(&data, "dir", folder.path(), &["manifest.json"]);
    check(&data, "oci", folder.path(), &["index.json"]);
    std::fs::write(folder.path().join("index.json"), r#"{"schemaVersion":2,"manifests":[{"digest":"sha256:12"}]}"#)
        .expect("written");
    check(&data, "oci", folder.path(), &["not a manifest"]);
    let digest = "0".repeat(64);
    let index = format!(r#"{{"schemaVersion":2,"manifests":[{{"digest":"sha256:{digest}","size":2}}]}}"#);
    std::fs::write(folder.path().join("index.json"), index).expect("written");
    check(&data, "oci", folder.path(), &["has no blobs/sha256/0000"]);
    std::fs::create_dir_all(folder.path().join("blobs/sha256")).expect("a folder");
    std::fs::write(folder.path().join("blobs/sha256").join(&digest), "{}").expect("written");
    check(&data, "oci", folder.path(), &["manifest is sha256:44136fa355b3678a"]);
    let archive = folder.path().join("escape.tar");
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    tar.append_link(&mut header, "manifest.json", "/etc/passwd").expect("a link");
    std::fs::write(&archive, tar.into_inner().expect("a tar")).expect("written");
    check(&data, "docker-archive", &archive, &["leads outside"]);
}
