//! The folder of samples and the list that describes it.

use std::path::PathBuf;

use forebear_testkit::real::real_file;

/// One row of the list.
pub(crate) struct Row {
    /// Name of the file.
    pub(crate) file: String,
    /// Its length.
    pub(crate) bytes: usize,
    /// How its SHA-256 begins.
    pub(crate) sha256: String,
}

/// Where the samples lie.
pub(crate) struct Samples(PathBuf);

impl Samples {
    /// `None`, after saying so, where they are missing.
    pub(crate) fn open() -> Option<Self> {
        real_file("manifests/INDEX.md")?.parent().map(|folder| Self(folder.to_owned()))
    }

    /// A sample, byte for byte.
    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.0.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// The rows of the list, in its order.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let list = String::from_utf8(self.read("INDEX.md")).unwrap();
        let row = |line: &str| {
            let mut cells = line.strip_prefix("| `")?.split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
            let (file, bytes, sha256) = (cells.next()?, cells.next()?, cells.next()?);
            Some(Row { file, bytes: bytes.parse().ok()?, sha256 })
        };
        list.lines().filter_map(row).collect()
    }
}
