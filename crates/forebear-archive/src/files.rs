//! Named files of a form, whether they lie in a folder or a tar.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use forebear_files::Unread;

use crate::cap::DOCUMENT_CAP;
use crate::error::Problem;
use crate::instead;

/// Files by their names within the form: `index.json`, `blobs/sha256/…`.
pub(crate) trait Files: std::fmt::Debug + Send + Sync {
    /// Reads a whole file of at most `cap` bytes; `None` when there is none.
    fn small(&self, name: &str, cap: u64) -> Result<Option<Vec<u8>>, Problem>;

    /// Opens a file of any size; `None` when there is none. Several may be
    /// read at a time.
    fn open(&self, name: &str) -> Result<Option<Opened>, Problem>;
}

/// A file being read.
pub struct Opened {
    /// Its content.
    pub stream: Box<dyn Read + Send>,
    /// Its size in bytes.
    pub size: u64,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Opens a file whose whole content is there.
pub(crate) fn open_file(path: &Path) -> Result<File, Problem> {
    forebear_files::open(path).map_err(|unread| match unread {
        Unread::Io(error) => Problem::Io(error),
        // It may be another form's.
        Unread::Folder => Problem::Instead(instead::of_folder(path)),
        unread @ (Unread::Special | Unread::TooLarge { .. } | Unread::NotText) => Problem::document("file", unread),
    })
}

/// A document that must be there.
pub(crate) fn required(files: &(impl Files + ?Sized), name: &str) -> Result<Vec<u8>, Problem> {
    files.small(name, DOCUMENT_CAP)?.ok_or_else(|| Problem::Missing(name.to_owned()))
}
