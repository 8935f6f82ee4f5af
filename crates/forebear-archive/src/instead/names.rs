//! What a folder or tar is, by the names in it.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use super::answer::Instead;

/// Folders of a root file system.
const ROOT: [&str; 12] = ["bin", "boot", "dev", "etc", "home", "lib", "proc", "root", "sbin", "sys", "usr", "var"];

/// What a folder is. Files of it are only asked for by name.
pub(crate) fn of_folder(path: &Path) -> Instead {
    let has = |name: &str| path.join(name).exists();
    let manifest = || beginning(&path.join("manifest.json"));
    match form(&has, &manifest) {
        Some(Found::Layout) => Instead::form("an OCI layout in a folder", "oci", path),
        Some(Found::Saved) => Instead::form("a folder of what docker save writes", "docker-archive", path),
        Some(Found::Dir) => Instead::form("a folder of one image", "dir", path),
        Some(Found::Other(what)) => what,
        None if has("overlay-images") || has("vfs-images") => Instead::with(
            "podman's image store, which is not read",
            "save the image: podman save -o FILE IMAGE, then docker-archive:FILE",
        ),
        None if has("image/overlay2") || has("io.containerd.content.v1.content") => {
            Instead::with("an engine's image store, which is not read", "save the image: docker save -o FILE IMAGE")
        }
        None if ROOT.iter().filter(|name| has(name)).count() >= 3 => root_file_system(),
        None => Instead::only("a folder"),
    }
}

/// The first bytes of a file; none of what is no file.
fn beginning(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(file) = forebear_files::open(path) {
        _ = file.take(1024).read_to_end(&mut bytes);
    }
    bytes
}

/// What a tar is that has no document of the form it was taken for; `None`
/// where its names say nothing.
pub(crate) fn of_tar<'a>(
    names: impl Iterator<Item = &'a str> + Clone,
    manifest: impl Fn() -> Vec<u8>,
    path: &Path,
) -> Option<Instead> {
    let has = |wanted: &str| {
        names.clone().any(|name| name.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    };
    match form(&has, &manifest) {
        Some(Found::Layout) => return Some(Instead::form("an OCI layout", "oci-archive", path)),
        Some(Found::Saved) => return Some(Instead::form("what docker save writes", "docker-archive", path)),
        Some(Found::Dir) => {
            return Some(Instead::with("a folder of one image, packed", "unpack it and ask dir:FOLDER"));
        }
        Some(Found::Other(what)) => return Some(what),
        None => {}
    }
    if names.clone().next().is_none() {
        return Some(Instead::only("an empty archive"));
    }
    let top: BTreeSet<&str> = names.clone().filter_map(|name| name.split('/').next()).collect();
    if top.contains(".dockerenv") || ROOT.iter().filter(|name| top.contains(*name)).count() >= 2 {
        return Some(root_file_system());
    }
    // The whole in one folder, as `tar -cf x.tar FOLDER` writes it.
    let mut inside = names.clone().filter_map(|name| name.split_once('/'));
    inside.find_map(|(folder, rest)| match rest {
        "index.json" => Some(Instead::with(
            format!("an archive whose OCI layout is in the folder {folder}"),
            format!("unpack it and ask oci:{folder}"),
        )),
        "manifest.json" => Some(Instead::with(
            format!("an archive whose manifest.json is in the folder {folder}"),
            format!("unpack it and ask docker-archive:{folder}"),
        )),
        "Chart.yaml" => Some(Instead::only("a Helm chart, not an image")),
        _ => None,
    })
}

enum Found {
    Layout,
    Saved,
    Dir,
    Other(Instead),
}

fn form(has: &impl Fn(&str) -> bool, manifest: &impl Fn() -> Vec<u8>) -> Option<Found> {
    let other = |what: Instead| Some(Found::Other(what));
    if has("index.json") {
        Some(Found::Layout)
    } else if has("manifest.json") {
        let first = manifest().into_iter().find(|byte| !byte.is_ascii_whitespace());
        Some(if first == Some(b'{') { Found::Dir } else { Found::Saved })
    } else if has("repositories") {
        other(Instead::with(
            "what docker save wrote before Docker 1.10, which has no configs",
            "load and save it anew: docker load, docker save",
        ))
    } else if has("blobs/sha256") {
        other(Instead::only("blobs of an OCI layout without its index.json"))
    } else if has("Chart.yaml") {
        other(Instead::only("a Helm chart, not an image"))
    } else if has("config.json") && has("rootfs") {
        other(Instead::only("an OCI runtime bundle: the file system and settings of a container, not an image"))
    } else {
        None
    }
}

fn root_file_system() -> Instead {
    Instead::with(
        "a file system, as docker export writes a container's, not an image: it has no layers and no history",
        "save the image: docker save -o FILE IMAGE, then docker-archive:FILE",
    )
}
