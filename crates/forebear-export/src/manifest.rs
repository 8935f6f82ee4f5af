//! `MANIFEST.json`: what an export holds, and that a folder is one.

use std::path::Path;

use forebear_index::View;
use serde::{Deserialize, Serialize};

use crate::request::ExportRequest;
use crate::scope::Filter;

/// The file's name.
pub(crate) const FILE: &str = "MANIFEST.json";
/// Version of the tables: it grows when a column's meaning changes.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// What an export holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `forebear export`.
    pub(crate) made_by: String,
    /// Version of the tables.
    pub schema_version: u32,
    /// The index, by the checksum that stands for all of it.
    pub index: String,
    /// Start of the last run that it knows of, until the time that was asked as of.
    pub observed_until: Option<String>,
    /// The time that was asked as of.
    pub as_of: Option<String>,
    /// Which images, where not all: `named acme/*`.
    #[serde(default)]
    pub filters: Vec<String>,
    /// The column that tables are folders by.
    #[serde(default)]
    pub partitioned_by: Option<String>,
    /// The format.
    pub format: String,
    /// The files.
    pub files: Vec<FileOfExport>,
}

/// One file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileOfExport {
    /// Its path in the folder.
    pub path: String,
    /// The table that it holds, or a part of.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// Its bytes.
    pub bytes: u64,
    /// SHA-256 of it.
    pub sha256: String,
}

impl Manifest {
    pub(crate) fn new(view: &View, request: &ExportRequest) -> Self {
        let mut own = Self::of(view, &request.filter, request.format.extension());
        own.partitioned_by = request.by_registry.then(|| "registry".to_owned());
        own
    }

    /// Of what has no tables.
    pub(crate) fn of(view: &View, filter: &Filter, format: &str) -> Self {
        Self {
            made_by: "forebear export".to_owned(),
            schema_version: SCHEMA_VERSION,
            index: format!("{:016x}", view.index().checksum()),
            observed_until: view.last_run().map(|time| time.to_string()),
            as_of: view.as_of().map(|time| time.to_string()),
            filters: filter.sentences(),
            partitioned_by: None,
            format: format.to_owned(),
            files: Vec::new(),
        }
    }

    /// What the footers of files say.
    pub(crate) fn about(&self) -> Vec<(String, String)> {
        let mut about = vec![
            ("forebear.schema_version".to_owned(), self.schema_version.to_string()),
            ("forebear.index".to_owned(), self.index.clone()),
        ];
        about.extend(self.observed_until.iter().map(|time| ("forebear.observed_until".to_owned(), time.clone())));
        about.extend(self.as_of.iter().map(|time| ("forebear.as_of".to_owned(), time.clone())));
        about
    }

    /// That of an earlier export; `None` where a folder is none.
    pub(crate) fn of_folder(folder: &Path) -> Option<Self> {
        let text = std::fs::read(folder.join(FILE)).ok()?;
        serde_json::from_slice::<Self>(&text).ok().filter(|own| own.made_by == "forebear export")
    }
}
