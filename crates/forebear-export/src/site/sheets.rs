//! Many small files: written without waiting for the disk after each, which waits once at the
//! end for all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::error::ExportError;
use crate::manifest::FileOfExport;

/// What was written: by path, bytes and hash.
type Written = BTreeMap<String, (u64, [u8; 32])>;

/// Files below one folder.
pub(super) struct Sheets {
    root: PathBuf,
    written: Mutex<Written>,
}

impl Sheets {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), written: Mutex::default() }
    }

    /// Writes a file.
    pub(super) fn put(&self, address: &str, text: &str) -> Result<(), ExportError> {
        let path = self.root.join(address);
        let write = || match std::fs::write(&path, text) {
            // Folders are made when the first file wants to be in them.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                std::fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
                std::fs::write(&path, text)
            }
            written => written,
        };
        write().map_err(ExportError::write(&path))?;
        let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.insert(address.to_owned(), (text.len() as u64, hash));
        Ok(())
    }

    /// What the manifest says of them: each file at the top, and each folder there as one, by
    /// the hash of a list of its files as `sha256sum` writes it.
    pub(super) fn sums(&self) -> Vec<FileOfExport> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let mut folders: BTreeMap<&str, (u64, u64, Sha256)> = BTreeMap::new();
        let mut files = Vec::new();
        for (path, (bytes, hash)) in written.iter() {
            let Some((folder, _)) = path.split_once('/') else {
                files.push(of(path, 1, *bytes, &hex::encode(hash)));
                continue;
            };
            let own = folders.entry(folder).or_insert_with(|| (0, 0, Sha256::new()));
            own.0 += 1;
            own.1 += bytes;
            own.2.update(format!("{}  {path}\n", hex::encode(hash)));
        }
        let folders = folders.into_iter();
        files.extend(folders.map(|(name, (count, bytes, hash))| of(name, count, bytes, &hex::encode(hash.finalize()))));
        files
    }

    /// Waits until the disk has all of them: a full one may say so here first.
    pub(super) fn sync(&self) -> Result<(), ExportError> {
        sync(&self.root).map_err(ExportError::write(&self.root))
    }
}

fn of(path: &str, rows: u64, bytes: u64, sha256: &str) -> FileOfExport {
    FileOfExport { path: path.to_owned(), table: String::new(), rows, bytes, sha256: sha256.to_owned() }
}

#[cfg(target_os = "linux")]
fn sync(root: &Path) -> std::io::Result<()> {
    Ok(rustix::fs::syncfs(std::fs::File::open(root)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync(_root: &Path) -> std::io::Result<()> {
    Ok(())
}
