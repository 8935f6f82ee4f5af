//! Files in a folder.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::error::Problem;
use crate::files::{Files, Opened, open_file};
use crate::instead;
use crate::stdin::STDIN;

/// A folder whose files are looked up by fixed, checked names.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

/// A folder whose documents name its files: what they lead to must lie inside
/// it, symbolic links followed. Old archives have those, from one layer to
/// another.
#[derive(Debug)]
pub(crate) struct Confined {
    root: PathBuf,
    folder: Folder,
}

impl Folder {
    /// Opens a folder that has a document of this name: without it, it is
    /// something else.
    pub(crate) fn open(path: &Path, root: &str) -> Result<Self, Problem> {
        if path == Path::new(STDIN) {
            return Err(Problem::FolderFromStdin);
        }
        if !path.metadata()?.is_dir() {
            let instead = open_file(path).ok().and_then(|mut file| instead::of_file(&mut file, path, ""));
            return Err(Problem::document(
                "folder",
                instead.map_or_else(|| "it is a file".to_owned(), |it| format!("it is a file; {it}")),
            ));
        }
        if path.join(root).exists() {
            return Ok(Self(path.to_owned()));
        }
        Err(Problem::Without { missing: root.to_owned(), instead: instead::of_folder(path) })
    }

    /// Opens a file in it; `None` when there is none.
    fn file(&self, name: &str) -> Result<Option<File>, Problem> {
        match open_file(&self.0.join(name)) {
            Ok(file) => Ok(Some(file)),
            Err(Problem::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(Problem::Io(error)) => Err(Problem::document(name, error)),
            Err(Problem::Document { source, .. }) => Err(Problem::Document { what: name.to_owned(), source }),
            Err(problem) => Err(problem),
        }
    }
}

impl Confined {
    /// As [`Folder::open`].
    pub(crate) fn open(path: &Path, root: &str) -> Result<Self, Problem> {
        Ok(Self { root: path.canonicalize()?, folder: Folder::open(path, root)? })
    }

    /// Fails for a name that leads outside; one that leads nowhere is left to
    /// whoever opens it.
    fn check(&self, name: &str) -> Result<(), Problem> {
        let is_inside = match self.root.join(name).canonicalize() {
            Ok(file) => file.starts_with(&self.root),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
            Err(error) => return Err(error.into()),
        };
        if is_inside { Ok(()) } else { Err(Problem::Escape(name.to_owned())) }
    }
}

impl Files for Confined {
    fn open(&self, name: &str) -> Result<Option<Opened>, Problem> {
        self.check(name)?;
        Files::open(&self.folder, name)
    }

    fn small(&self, name: &str, cap: u64) -> Result<Option<Vec<u8>>, Problem> {
        self.check(name)?;
        self.folder.small(name, cap)
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
