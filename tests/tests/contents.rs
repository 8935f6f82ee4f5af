//! What is inside: `verify`, `layers --files` and `dockerfile --files`, from a
//! registry and from files.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::process::Command;

use forebear_image::{BlobDigest, ConfigDigest, DiffId};
use forebear_testkit::server::{Fault, Matcher, Times};
use forebear_testkit::{Server, demo, real};
use forebear_tests::{Data, binary, run};
use serde_json::{Value, json};
use tempfile::TempDir;

const SNAKE: &str = "dyego/snake-game";

fn demo_data() -> (Data, Server) {
    let server = Server::start(demo::world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    (data, server)
}

fn live(server: &Server, repository: &str) -> String {
    format!("docker://{}/{repository}", server.host())
}

fn verified(data: &Data, image: &str, code: i32) -> Value {
    data.query(&["verify", image, "--format", "json"]).expect_code(code).json()
}

/// The parts that are not intact: what, where, the first flaw's code.
fn wrong(answer: &Value) -> Vec<(String, Option<u64>, String)> {
    let parts = answer["parts"].as_array().expect("parts are a list");
    let wrong = parts.iter().filter(|part| part["intact"] == false);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    wrong.map(|part| (text(&part["part"]), part["position"].as_u64(), text(&part["flaws"][0]["code"]))).collect()
}

fn skopeo_copy(source: &str, target: &str, extra: &[&str]) {
    let mut command = Command::new("skopeo");
    command.args(["--insecure-policy", "copy", "--src-tls-verify=false"]).args(extra).args([source, target]);
    _ = run(&mut command, "").expect_code(0);
}

/// Files of a folder, however deep.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn s3_verify_hashes_the_whole_tree_and_names_the_wrong_blob() {
    if !real::have("skopeo") {
        return real::skipped("skopeo is not installed");
    }
    let (data, server) = demo_data();
    let folder = TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let forms = ["dir:dir", "oci:oci", "oci-archive:oci.tar", "docker-archive:docker.tar"];
    for form in forms {
        let (transport, name) = form.split_once(':').expect("a form");
        let form = format!("{transport}:{}", at(name).display());
        skopeo_copy(&live(&server, SNAKE), &form, &[]);
        let answer = verified(&data, &form, 0);
        assert_eq!(answer["intact"], true, "{form}");
        let layers = answer["parts"].as_array().expect("parts").iter().filter(|part| part["part"] == "layer");
        assert_eq!(layers.count(), 10, "{form}");
    }
    for (transport, name, not_named) in
        [("dir", "dir", &["version", "manifest.json"][..]), ("oci", "oci", &["oci-layout", "index.json"])]
    {
        let form = format!("{transport}:{}", at(name).display());
        let mut seen = Vec::new();
        for file in files_below(&at(name)) {
            let bytes = std::fs::read(&file).expect("a file");
            // Every file but those that nothing names by a digest.
            if not_named.iter().any(|name| file.ends_with(name)) {
                continue;
            }
            let mut flipped = bytes.clone();
            let middle = flipped.len() / 2;
            flipped[middle] ^= 1;
            std::fs::write(&file, &flipped).expect("written");
            let ran = data.query(&["verify", &form, "--format", "json"]);
            std::fs::write(&file, &bytes).expect("written");
            let wrong = wrong(&ran.expect_code(1).json());
            let [(part, position, code)] = &wrong[..] else { panic!("{}: {wrong:?}", file.display()) };
            assert_eq!(code, "digest", "{}", file.display());
            seen.push((part.clone(), *position));
        }
        seen.sort();
        let layers = (0..10).map(|at| ("layer".to_owned(), Some(at)));
        let mut expected: Vec<_> = [("config".to_owned(), None)].into_iter().chain(layers).collect();
        if transport == "oci" {
            expected.push(("manifest".to_owned(), None));
        }
        assert_eq!(seen, expected, "{form}");
    }
}

#[test]
fn s4_both_digests_of_a_layer_are_proved() {
    if !real::have("skopeo") {
        return real::skipped("skopeo is not installed");
    }
    let (data, server) = demo_data();
    let folder = TempDir::new().expect("a folder");
    let form = format!("dir:{}", folder.path().join("zstd").display());
    skopeo_copy(
        &live(&server, SNAKE),
        &form,
        &["--dest-compress", "--dest-compress-format", "zstd", "--format", "oci"],
    );
    let answer = verified(&data, &form, 0);
    let layers: Vec<&Value> =
        answer["parts"].as_array().expect("parts").iter().filter(|part| part["part"] == "layer").collect();
    assert!(layers.iter().all(|layer| layer["compression"] == "zstd" && layer["diff_id"].is_string()), "{answer}");
}

#[test]
fn s4_a_save_of_a_real_engine_is_intact() {
    let Some(save) = real::real_file("stories/foobar.docker-save.tar.zst") else { return };
    let (data, _server) = demo_data();
    let answer = verified(&data, &format!("docker-archive:{}", save.display()), 0);
    assert_eq!(answer["parts"].as_array().map(Vec::len), Some(3));
}

/// An image of one layer in a `dir:` folder, every digest right unless said
/// otherwise.
fn write_dir(folder: &Path, layer: &[u8], diff_id: DiffId) -> String {
    let config = json!({"architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [diff_id.to_string()]}, "history": [{"created_by": "COPY . / # buildkit"}]});
    let config = config.to_string();
    let name = ConfigDigest::of(config.as_bytes());
    let blob = BlobDigest::of(layer);
    let oci = "application/vnd.oci.image";
    let manifest = json!({"schemaVersion": 2, "mediaType": format!("{oci}.manifest.v1+json"),
        "config": {"mediaType": format!("{oci}.config.v1+json"), "size": config.len(), "digest": name.to_string()},
        "layers": [{"mediaType": format!("{oci}.layer.v1.tar"), "size": layer.len(), "digest": blob.to_string()}]});
    for (file, bytes) in [
        ("manifest.json".to_owned(), manifest.to_string().as_bytes()),
        (name.0.hex(), config.as_bytes()),
        (blob.0.hex(), layer),
    ] {
        std::fs::write(folder.join(file), bytes).expect("written");
    }
    format!("dir:{}", folder.display())
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o640);
        builder.append_data(&mut header, name, *content).expect("a tar");
    }
    builder.into_inner().expect("a tar")
}

/// A blob may be what the manifest says and not be what the config says.
#[test]
fn a_diff_id_that_lies_is_found() {
    let folder = TempDir::new().expect("a folder");
    let form = write_dir(folder.path(), &tar_of(&[("a", b"x")]), DiffId::of(b"something else"));
    let data = Data::new();
    assert_eq!(wrong(&verified(&data, &form, 1)), [("layer".to_owned(), Some(0), "diff_id".to_owned())]);
    let text = data.query(&["verify", &form]).expect_code(1).stdout;
    assert!(text.contains("WRONG") && text.contains("uncompressed it hashes to sha256:"), "{text}");
}

#[test]
fn verify_over_a_registry_that_lies_or_breaks_off() {
    let (data, server) = demo_data();
    let image = live(&server, SNAKE);
    let layers = data.ask("layers", SNAKE)["layers"].clone();
    let blob = layers[3]["digest"].as_str().expect("a digest").to_owned();
    let third = |code: &str| vec![("layer".to_owned(), Some(3), code.to_owned())];
    let matcher = || Matcher::get(&blob);
    assert_eq!(verified(&data, &image, 0)["intact"], true);

    server.fault(matcher(), Fault::WrongBytes, Times::N(1));
    assert_eq!(wrong(&verified(&data, &image, 1)), third("digest"));
    server.fault(matcher(), Fault::status(404, "BLOB_UNKNOWN"), Times::N(1));
    assert_eq!(wrong(&verified(&data, &image, 1)), third("missing"));
    // What breaks off is asked for again.
    server.fault(matcher(), Fault::ResetAfter(100), Times::N(2));
    assert_eq!(verified(&data, &image, 0)["intact"], true);
    // What cannot be read is neither intact nor wrong.
    server.fault(matcher(), Fault::status(403, "DENIED"), Times::N(1));
    let answer = verified(&data, &image, 2);
    assert_eq!((wrong(&answer).len(), &answer["intact"]), (0, &json!(false)));
    assert!(answer["parts"][5]["unread"].as_str().is_some_and(|why| why.contains("403")), "{answer}");

    // Documents too.
    let config = data.ask("parent", SNAKE)["image"]["config_digest"].as_str().expect("a digest").to_owned();
    server.fault(Matcher::get(&config), Fault::WrongBytes, Times::N(1));
    let answer = verified(&data, &image, 1);
    assert_eq!(wrong(&answer)[0].0, "config");
    assert_eq!(answer["parts"].as_array().map(Vec::len), Some(12), "layers are still hashed by their blobs");
    server.fault(Matcher::get("/manifests/"), Fault::WrongBytes, Times::N(1));
    assert_eq!(wrong(&verified(&data, &image, 1)), [("manifest".to_owned(), None, "digest".to_owned())]);
    let error = data.query(&["verify", &live(&server, "no/such")]).expect_code(2).stderr;
    assert!(error.contains("no/such"), "{error}");
}

#[test]
fn layers_with_files_that_are_added_changed_and_deleted() {
    let (data, server) = demo_data();
    let image = live(&server, SNAKE);
    let answer = data.query(&["layers", &image, "--files", "--format", "json"]).expect_code(0).json();
    let plain = data.ask("layers", &image);
    for (with, without) in
        answer["layers"].as_array().expect("layers").iter().zip(plain["layers"].as_array().expect("layers"))
    {
        assert_eq!(
            (&with["step"], &with["from"], &with["digest"]),
            (&without["step"], &without["from"], &without["digest"])
        );
        assert_eq!((&without["files"], &without["contents"]), (&Value::Null, &Value::Null));
        assert_eq!(with["contents"]["intact"], true);
        assert_eq!(with["contents"]["added"], with["files"].as_array().map(Vec::len).expect("files"));
    }
    // A manifest is a pull: it is fetched once, as is the config.
    server.clear_requests();
    _ = data.query(&["layers", &image, "--files"]).expect_code(0);
    let asked = server.requests();
    let count = |part: &str| asked.iter().filter(|request| request.path.contains(part)).count();
    assert_eq!((count("/manifests/"), count("/blobs/")), (1, 11));
    // A registry that hands out other bytes: the list is not believed.
    let blob = plain["layers"][0]["digest"].as_str().expect("a digest");
    server.fault(Matcher::get(blob), Fault::WrongBytes, Times::N(1));
    let answer = data.query(&["layers", &image, "--files", "--format", "json"]).expect_code(2).json();
    assert!(answer["layers"][0]["contents"]["error"].is_string(), "{answer}");
    assert_eq!(answer["layers"][1]["contents"]["intact"], true);
    // Of what lies above an unknown layer, nothing is claimed to be new.
    assert_eq!(answer["layers"][1]["files"][0]["change"], "written");
    // An index holds no layers.
    let error = data.query(&["layers", SNAKE, "--files"]).expect_code(2).stderr;
    assert!(error.contains("docker://dyego/snake-game"), "{error}");
}

#[test]
fn whiteouts_escapes_and_terminal_codes() {
    let folder = TempDir::new().expect("a folder");
    let (data, _server) = demo_data();
    let mut layer = tar_of(&[("app/.wh.old", b""), ("app/.wh..wh..opq", b""), ("app/\u{1b}[31mred", b"12345")]);
    layer.truncate(layer.len() - 1024);
    // A name that no decent builder writes.
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..16].copy_from_slice(b"../../etc/shadow");
    header.set_size(0);
    header.set_mode(0o600);
    header.set_cksum();
    layer.extend_from_slice(header.as_bytes());
    let form = write_dir(folder.path(), &layer, DiffId::of(&layer));
    let answer = data.query(&["layers", &form, "--files", "--format", "json"]).expect_code(0).json();
    let files = &answer["layers"][0]["files"];
    let row = |at: usize| json!([files[at]["path"], files[at]["change"], files[at]["kind"], files[at]["mode"]]);
    assert_eq!(row(0), json!(["app/old", "removed", "whiteout", "0640"]));
    assert_eq!(row(1), json!(["app/", "removed", "opaque_whiteout", "0640"]));
    assert_eq!(row(2), json!(["app/\u{1b}[31mred", "added", "file", "0640"]));
    assert_eq!(row(3), json!(["../../etc/shadow", "outside", "file", "0600"]));
    let text = data.query(&["layers", &form, "--files"]).expect_code(0).stdout;
    assert!(!text.contains('\u{1b}') && text.contains("\\u{1b}[31mred"), "{text}");
    assert!(text.contains("!      0 B   ../../etc/shadow"), "{text}");
    let dockerfile = data.query(&["dockerfile", &form, "--files"]);
    assert!(dockerfile.stdout.contains("(2 files, 5 B)"), "{}", dockerfile.stdout);
}

/// Four gibibytes from a few hundred kilobytes, in 400 MB of address space.
#[test]
fn a_compression_bomb_is_listed_and_verified_in_bounded_memory() {
    use std::io::{Read as _, Write as _};
    let folder = TempDir::new().expect("a folder");
    let size: u64 = 4 << 30;
    let mut header = tar::Header::new_gnu();
    header.set_path("zeros").expect("a name");
    header.set_size(size);
    header.set_mode(0o644);
    header.set_cksum();
    let (mut zstd, mut tar) = (zstd::Encoder::new(Vec::new(), 1).expect("zstd"), forebear_content::Hasher::like(None));
    let mut stream = header.as_bytes().as_slice().chain(std::io::repeat(0).take(size + 1024));
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = stream.read(&mut buffer).expect("zeros");
        if read == 0 {
            break;
        }
        tar.update(&buffer[..read]);
        zstd.write_all(&buffer[..read]).expect("zstd");
    }
    let layer = zstd.finish().expect("zstd");
    let form = write_dir(folder.path(), &layer, DiffId(tar.finish()));
    let (data, _server) = demo_data();
    for arguments in [&["layers", "--files"][..], &["verify"]] {
        let mut command = data.command("forebear", &[]);
        command = {
            let mut limited = Command::new("sh");
            limited.args(["-c", "ulimit -v 400000; exec \"$@\"", "sh"]).arg(command.get_program());
            limited.args(arguments).arg(&form).env("FOREBEAR_DATA", data.path());
            limited
        };
        let ran = run(&mut command, "").expect_code(0);
        assert!(ran.stdout.contains("zeros") || ran.stdout.contains("intact: 3 of 3"), "{}", ran.stdout);
    }
}

/// `| head` is no error.
#[test]
fn a_reader_that_goes_away() {
    let (data, server) = demo_data();
    let mut command = Command::new("sh");
    let script = "\"$0\" layers \"$1\" --files | head -n 1";
    command.args(["-c", script]).arg(binary("forebear")).arg(live(&server, SNAKE)).env("FOREBEAR_DATA", data.path());
    let ran = run(&mut command, "").expect_code(0);
    assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
}

/// Of several images JSON is a line each, what cannot be answered too, as for every other command.
#[test]
fn p741_files_of_several_images_are_json_lines() {
    let (data, server) = demo_data();
    let (web, snake, gone) = (live(&server, "acme/web:2.3.0"), live(&server, SNAKE), live(&server, "no/such"));
    for command in ["layers", "dockerfile"] {
        let single = |image: &str| data.query(&[command, image, "--files", "--json"]).expect_code(0).json();
        let ran = data.query(&[command, &web, &gone, &snake, "--files", "--json"]).expect_code(2);
        let lines = ran.json_lines();
        assert_eq!((&lines[0], &lines[2], lines.len()), (&single(&web), &single(&snake), 3), "{command}");
        assert_eq!(lines[1]["image"]["reference"].as_str(), Some(&*gone), "{command}");
        assert!(lines[1]["error"].as_str().is_some_and(|error| error.contains("no/such")), "{command}: {}", lines[1]);
        let list = format!("{web}\n# ours\n{snake}\n");
        let lines = data.query_with(&[command, "-", "--files"], &list).expect_code(0).json_lines();
        assert_eq!(lines, [single(&web), single(&snake)], "{command} -");
    }
}
