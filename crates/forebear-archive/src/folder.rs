//! Files in a folder.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::error::{ArchiveError, Problem};
use crate::files::{Files, Opened};

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

impl Files for Folder {
    fn open(&self, name: &str) -> Result<Option<Opened>, Problem> {
        let file = match fs_err::File::open(self.0.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(Problem::document(name, "it is no file"));
        }
        Ok(Some(Opened { stream: Box::new(file), size: found.len() }))
    }

    fn small(&self, name: &str, cap: u64) -> Result<Option<Vec<u8>>, Problem> {
        let file = match fs_err::File::open(self.0.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Vec::new();
        file.take(cap + 1).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64;
        if size > cap {
            return Err(Problem::TooLarge { what: name.to_owned(), size, limit: cap });
        }
        Ok(Some(bytes))
    }
}
