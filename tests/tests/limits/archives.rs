//! Local archives made to do harm, in the hands of the binary itself: it ends,
//! says why, and leaves nothing behind.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use forebear_ask::{Form, Takes};
use forebear_testkit::{Image, ImageBuilder, Server, World, real};
use forebear_tests::{Data, Ran, binary, run};
use serde_json::json;

use super::assert_refused;

fn crawled() -> (Data, Image) {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").cmd(&["sh"]).build();
    let app = ImageBuilder::from(&base).run("make").build();
    let mut world = World::new();
    world.push("library/base:1", &base);
    let server = Server::start(world);
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &[]);
    (data, app)
}

/// What `docker save` writes of an image.
fn saved(image: &Image) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, bytes).unwrap();
    };
    let config = format!("blobs/sha256/{}", image.config_digest.0.hex());
    let layers: Vec<String> = image.diff_ids().iter().map(|id| format!("blobs/sha256/{}", id.0.hex())).collect();
    add(&config, &image.config);
    for (name, layer) in layers.iter().zip(&image.layers) {
        add(name, layer.tar.as_ref().unwrap());
    }
    add("manifest.json", json!([{ "Config": config, "RepoTags": null, "Layers": layers }]).to_string().as_bytes());
    tar.into_inner().unwrap()
}

/// Asks about a file, in a process that is ended after half a minute.
fn ask(data: &Data, form: &str, path: &Path) -> Ran {
    let mut command = Command::new("timeout");
    command.arg("30").arg(binary("forebear")).arg("parent").arg(format!("{form}:{}", path.display()));
    run(command.env("FOREBEAR_DATA", data.path()), "")
}

#[test]
fn an_archive_that_would_fill_the_disk() {
    let (data, _) = crawled();
    let folder = tempfile::tempdir().unwrap();
    // Zeros, as many as make it a bomb and not one more megabyte.
    let zeros = vec![0; 1024 * 1024];
    for name in ["bomb.tar.zst", "bomb.tar.gz"] {
        let path = folder.path().join(name);
        let file = std::fs::File::create(&path).unwrap();
        let mut bomb: Box<dyn std::io::Write> = match name {
            "bomb.tar.zst" => Box::new(zstd::Encoder::new(file, 1).unwrap().auto_finish()),
            _ => Box::new(flate2::write::GzEncoder::new(file, flate2::Compression::fast())),
        };
        // Not the zeros that end an archive, but a file of them.
        let mut header = tar::Header::new_gnu();
        header.set_path("zeros").unwrap();
        header.set_size(1 << 40);
        header.set_cksum();
        bomb.write_all(header.as_bytes()).unwrap();
        for _ in 0..1025 {
            bomb.write_all(&zeros).unwrap();
        }
        drop(bomb);
        for form in ["docker-archive", "oci-archive"] {
            assert_refused(&ask(&data, form, &path), &["unpacks to more than 1073741824 bytes", name]);
        }
    }
}

#[test]
fn what_is_cut_off_corrupt_or_no_file() {
    let (data, app) = crawled();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.tar");
    let whole = saved(&app);
    std::fs::write(&path, &whole).unwrap();
    let ran = ask(&data, "docker-archive", &path);
    assert!(ran.code == 0 && ran.stdout.contains("docker.io/library/base:1"), "{ran:?}");
    for at in [0, 1, 511, 512, 513, 1024, whole.len() / 2] {
        std::fs::write(&path, &whole[..at]).unwrap();
        assert_refused(&ask(&data, "docker-archive", &path), &["image.tar"]);
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&whole).unwrap();
    let mut gzip = gzip.finish().unwrap();
    std::fs::write(&path, &gzip[..gzip.len() - 9]).unwrap();
    assert_refused(&ask(&data, "docker-archive", &path), &["cannot read"]);
    let at = gzip.len() / 2;
    gzip[at] ^= 0xff;
    std::fs::write(&path, &gzip).unwrap();
    assert_refused(&ask(&data, "docker-archive", &path), &["cannot read"]);

    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for form in Form::all().filter(|form| form.takes() == Takes::File).map(Form::name) {
        assert_refused(&ask(&data, form, &fifo), &["it is a pipe or a device"]);
        assert_refused(&ask(&data, form, Path::new("/dev/zero")), &["it is a pipe or a device"]);
        // An archive may be unpacked; this folder holds none.
        let no_archive = if form == "docker-archive" { "it has no manifest.json" } else { "it is a folder" };
        assert_refused(&ask(&data, form, folder.path()), &[no_archive]);
    }
    for form in Form::all().filter(|form| form.takes() == Takes::Folder).map(Form::name) {
        assert_refused(&ask(&data, form, &fifo), &["fifo"]);
    }
}

/// `docker image inspect x | forebear parent inspect:/dev/stdin`.
#[test]
fn a_document_from_a_pipe() {
    let (data, app) = crawled();
    let layers: Vec<String> = app.diff_ids().iter().map(ToString::to_string).collect();
    let inspected = json!([{ "Id": app.config_digest.to_string(), "RootFS": { "Layers": layers } }]).to_string();
    for text in [inspected.clone(), format!("\u{feff}{inspected}")] {
        let ran = data.query_with(&["parent", "inspect:/dev/stdin", "--format", "json"], &text).expect_code(0);
        assert_eq!(ran.json()["parent"]["reference"], "docker.io/library/base:1");
    }
}

#[test]
fn a_file_that_may_not_be_read() {
    if !real::have("setpriv") {
        return real::skipped("setpriv is not installed");
    }
    let (data, app) = crawled();
    let folder = tempfile::tempdir().unwrap();
    // Where the target folder is nobody's business, a copy of the binary is.
    let program = folder.path().join("forebear");
    std::fs::copy(binary("forebear"), &program).unwrap();
    let path = folder.path().join("image.tar");
    std::fs::write(&path, saved(&app)).unwrap();
    let readable = |mode: u32| {
        for open in [folder.path(), data.path(), &program] {
            std::fs::set_permissions(open, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
        command.arg("parent").arg(format!("docker-archive:{}", path.display()));
        run(command.env("FOREBEAR_DATA", data.path()), "")
    };
    let ran = readable(0o644);
    if ran.stderr.contains("setpriv") {
        return real::skipped("this user may not become another");
    }
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_refused(&readable(0o600), &["ermission denied", "image.tar"]);
}
