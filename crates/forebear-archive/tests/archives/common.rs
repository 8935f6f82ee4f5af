//! Archives made to order, entry by entry.

use std::path::{Path, PathBuf};

use forebear_archive::{Archive, ArchiveError, LocalImage, Transport};
use forebear_testkit::{Image, ImageBuilder};
use tar::{EntryType, Header};
use tempfile::TempDir;

/// A name in an archive and what it holds.
pub(crate) type Named = (String, Vec<u8>);

/// The image that all archives hold.
pub(crate) fn sample() -> Image {
    ImageBuilder::scratch("linux/amd64").add_rootfs("base").run("make").cmd(&["sh"]).build()
}

/// An image as old versions of `docker save` wrote it.
pub(crate) fn saved(image: &Image) -> Vec<Named> {
    let config = format!("{}.json", image.config_digest.0.hex());
    let mut files = vec![(config.clone(), image.config.to_vec())];
    let mut layers = Vec::new();
    for layer in &image.layers {
        let name = format!("{}/layer.tar", layer.diff_id.0.hex());
        layers.push(name.clone());
        files.push((name, layer.tar.as_ref().unwrap().to_vec()));
    }
    let list = serde_json::json!([{ "Config": config, "RepoTags": ["a:1"], "Layers": layers }]);
    files.insert(1, ("manifest.json".to_owned(), list.to_string().into_bytes()));
    files
}

/// A whole archive.
pub(crate) fn tar(files: &[Named]) -> Vec<u8> {
    let mut bytes: Vec<u8> =
        files.iter().flat_map(|(name, content)| entry(name.as_bytes(), EntryType::Regular, &[], content)).collect();
    bytes.extend([0; 1024]);
    bytes
}

/// One entry whose name and link are these bytes, whatever they are.
pub(crate) fn entry(name: &[u8], kind: EntryType, link: &[u8], content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    let old = header.as_old_mut();
    old.name[..name.len()].copy_from_slice(name);
    old.linkname[..link.len()].copy_from_slice(link);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// Makes an entry claim another size.
pub(crate) fn set_size(entry: &mut [u8], size: u64) {
    let mut header = Header::new_gnu();
    header.as_mut_bytes().copy_from_slice(&entry[..512]);
    header.set_size(size);
    header.set_cksum();
    entry[..512].copy_from_slice(header.as_bytes());
}

/// Writes a file into a folder.
pub(crate) fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A folder with these files.
pub(crate) fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        write(&folder, name, bytes);
    }
    folder
}

/// Reads the image of a file or folder.
pub(crate) fn read(transport: &str, path: &Path) -> Result<LocalImage, ArchiveError> {
    read_text(&format!("{transport}:{}", path.display()))
}

/// Reads the image that a text means.
pub(crate) fn read_text(text: &str) -> Result<LocalImage, ArchiveError> {
    Archive::open(&Transport::parse(text).expect("a local form"))?.image(None)
}

/// An error with its causes, as it is printed. Nothing is told twice.
pub(crate) fn told(error: &ArchiveError) -> String {
    let mut parts = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let text = cause.to_string();
        assert!(!parts.iter().any(|part| part.contains(&text)), "'{text}' is told twice: {parts:?}");
        parts.push(text);
        source = cause.source();
    }
    parts.join(": ")
}
