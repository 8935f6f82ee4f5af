//! `docker-archive:` of a folder: what `docker save` writes, unpacked.

use std::os::unix::fs::symlink;
use std::path::Path;

use forebear_archive::{Archive, Transport};
use tempfile::TempDir;

use super::common::{Named, read, sample, saved, tar, told, write};

/// The files of an archive, unpacked.
fn unpacked(files: &[Named]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    folder
}

fn open(path: &Path) -> Archive {
    Archive::open(&Transport::parse(&format!("docker-archive:{}", path.display())).unwrap()).unwrap()
}

#[test]
fn a_folder_is_read_as_its_archive() {
    let files = saved(&sample());
    let folder = unpacked(&files);
    let archive = write(&folder, "whole.tar", &tar(&files));
    let (from_folder, from_archive) = (read("docker-archive", folder.path()), read("docker-archive", &archive));
    assert_eq!(from_folder.unwrap().image, from_archive.unwrap().image);
    let tree = open(folder.path()).tree(None).unwrap();
    assert_eq!(tree.layers.len(), sample().layers.len());
    for layer in &tree.layers {
        assert!(open(folder.path()).layer(layer).unwrap().is_some(), "{layer:?}");
    }
}

#[test]
fn links_lead_from_one_layer_to_another_and_not_outside() {
    let files = saved(&sample());
    let folder = unpacked(&files);
    let layer = folder.path().join(&files.last().unwrap().0);
    let moved = folder.path().join("elsewhere.tar");
    std::fs::rename(&layer, &moved).unwrap();
    symlink("../elsewhere.tar", &layer).unwrap();
    let last = || open(folder.path()).tree(None).unwrap().layers.pop().unwrap();
    assert!(open(folder.path()).layer(&last()).unwrap().is_some());
    let outside = tempfile::tempdir().unwrap();
    std::fs::remove_file(&layer).unwrap();
    symlink(write(&outside, "secret", b"x"), &layer).unwrap();
    let error = told(&open(folder.path()).layer(&last()).unwrap_err());
    assert!(error.ends_with("leads outside of it"), "{error}");
}

#[test]
fn names_that_lead_outside_are_refused() {
    let outside = tempfile::tempdir().unwrap();
    let secret = write(&outside, "secret.json", b"{}");
    let relative = format!("../{}/secret.json", outside.path().file_name().unwrap().to_str().unwrap());
    for config in [secret.to_str().unwrap(), relative.as_str()] {
        let list = serde_json::json!([{ "Config": config, "Layers": [] }]).to_string();
        let folder = unpacked(&[("manifest.json".to_owned(), list.into_bytes())]);
        let error = told(&read("docker-archive", folder.path()).unwrap_err());
        assert!(error.ends_with("leads outside of it"), "{error}");
        let error = told(&open(folder.path()).tree(None).unwrap_err());
        assert!(error.ends_with("leads outside of it"), "{error}");
    }
}
