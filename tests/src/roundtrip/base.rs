//! The image that every Dockerfile of the corpus is built on: busybox, in the
//! form of `docker save`, so that all builders begin with the same config.

use std::path::Path;

use forebear_image::digest::{ConfigDigest, DiffId};
use serde_json::json;

/// The names under which Dockerfiles call it.
pub const NAMES: &[&str] = &["base:latest", "alpine:3.19"];

const PROGRAMS: &[&str] = &["/bin/busybox", "/usr/bin/busybox"];

const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\napp:x:1000:1000::/:/bin/sh\n";
const GROUP: &str = "root:x:0:\nwww-data:x:33:\napp:x:1000:\n";

/// What the Dockerfiles use: the storage driver copies every file for every
/// step, so there are no more than needed.
const APPLETS: &str = "[ awk basename cat chmod chown cp cut date echo env expr false find grep head id ln ls mkdir \
                       mktemp mv printf pwd rm sed sh sleep sort stat tail tar test touch tr true uname wc";

/// Some Dockerfiles want a bash, and run nothing that only it can do.
const BASH: &[u8] = b"#!/bin/sh\nexec /bin/sh \"$@\"\n";

/// Where the machine has a busybox.
#[must_use]
pub fn busybox() -> Option<&'static str> {
    PROGRAMS.iter().copied().find(|path| Path::new(path).exists())
}

/// The image's config, with the history of an image made of an `ADD`.
#[must_use]
pub fn config(layer: &[u8]) -> Vec<u8> {
    let time = "2024-01-27T00:30:48Z";
    let add = format!("/bin/sh -c #(nop) ADD file:{} in / ", DiffId::of(layer).0.hex());
    let config = json!({
        "architecture": if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" },
        "config": {
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "Cmd": ["/bin/sh"],
        },
        "created": time,
        "history": [
            {"created": time, "created_by": add},
            {"created": time, "created_by": "/bin/sh -c #(nop)  CMD [\"/bin/sh\"]", "empty_layer": true},
        ],
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [DiffId::of(layer).to_string()]},
    });
    config.to_string().into_bytes()
}

/// The only layer: the same bytes for the same busybox.
///
/// # Panics
/// When the program cannot be read.
#[must_use]
pub fn layer(busybox: &str) -> Vec<u8> {
    let program = std::fs::read(busybox).expect("busybox can be read");
    let mut tar = tar::Builder::new(Vec::new());
    for folder in ["bin/", "etc/", "root/", "usr/", "usr/bin/", "var/", "var/www/"] {
        entry(&mut tar, folder, tar::EntryType::Directory, 0o755, b"");
    }
    entry(&mut tar, "tmp/", tar::EntryType::Directory, 0o1777, b"");
    entry(&mut tar, "bin/busybox", tar::EntryType::Regular, 0o755, &program);
    entry(&mut tar, "etc/passwd", tar::EntryType::Regular, 0o644, PASSWD.as_bytes());
    entry(&mut tar, "etc/group", tar::EntryType::Regular, 0o644, GROUP.as_bytes());
    for applet in APPLETS.split_whitespace() {
        link(&mut tar, &format!("bin/{applet}"), "busybox");
    }
    entry(&mut tar, "bin/bash", tar::EntryType::Regular, 0o755, BASH);
    tar.into_inner().expect("a vector can be written to")
}

/// The whole image as `docker load` takes it.
#[must_use]
pub fn archive(layer: &[u8]) -> Vec<u8> {
    let config = config(layer);
    let name = format!("{}.json", ConfigDigest::of(&config).0.hex());
    let manifest = json!([{ "Config": name, "RepoTags": NAMES, "Layers": ["layer.tar"] }]).to_string();
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in [(&*name, &*config), ("layer.tar", layer), ("manifest.json", manifest.as_bytes())] {
        entry(&mut tar, name, tar::EntryType::Regular, 0o644, content);
    }
    tar.into_inner().expect("a vector can be written to")
}

/// A tar of one file, for ADD to unpack.
#[must_use]
pub fn small_archive() -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    entry(&mut tar, "unpacked.txt", tar::EntryType::Regular, 0o644, b"unpacked\n");
    tar.into_inner().expect("a vector can be written to")
}

fn entry(tar: &mut tar::Builder<Vec<u8>>, name: &str, kind: tar::EntryType, mode: u32, content: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    tar.append_data(&mut header, name, content).expect("a vector can be written to");
}

fn link(tar: &mut tar::Builder<Vec<u8>>, name: &str, target: &str) {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_mode(0o777);
    header.set_size(0);
    tar.append_link(&mut header, name, target).expect("a vector can be written to");
}
