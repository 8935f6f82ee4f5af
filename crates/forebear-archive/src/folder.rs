//! Files in a folder.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::error::{ArchiveError, Problem};
use crate::files::{Files, Opened, open_file};

/// A folder whose files are looked up by fixed, checked names.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let fail = |problem| ArchiveError { path: path.to_owned(), problem };
        match fs_err::metadata(path) {
            Ok(found) if found.is_dir() => Ok(Self(path.to_owned())),
            Ok(_) => Err(fail(Problem::document("folder", "it is a file"))),
            Err(error) => Err(fail(error.into())),
        }
    }
}

impl Folder {
    /// Opens a file in it; `None` when there is none.
    fn file(&self, name: &str) -> Result<Option<File>, Problem> {
        match open_file(&self.0.join(name)) {
            Ok(file) => Ok(Some(file)),
            Err(Problem::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(Problem::Document { reason, .. }) => Err(Problem::document(name, reason)),
            Err(problem) => Err(problem),
        }
    }
}

impl Files for Folder {
    fn open(&self, name: &str) -> Result<Option<Opened>, Problem> {
        let Some(file) = self.file(name)? else { return Ok(None) };
        let size = file.metadata()?.len();
        Ok(Some(Opened { stream: Box::new(file), size }))
    }

    fn small(&self, name: &str, cap: u64) -> Result<Option<Vec<u8>>, Problem> {
        let Some(file) = self.file(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(cap + 1).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64;
        if size > cap {
            return Err(Problem::TooLarge { what: name.to_owned(), size, limit: cap });
        }
        Ok(Some(bytes))
    }
}
