//! The formats, a file each.

mod csv;
mod jsonl;
mod layout;
mod parquet;
mod value;

use std::path::Path;

use crate::error::ExportError;
use crate::sink::Sink;

pub(crate) use layout::Layout;

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Apache Parquet, compressed with zstd.
    Parquet,
    /// RFC 4180.
    Csv {
        /// Puts an apostrophe before what a spreadsheet would take for a formula.
        safe: bool,
    },
    /// JSON Lines.
    JsonLines,
}

impl ExportFormat {
    /// The end of a file's name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv { .. } => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    pub(crate) fn create(self, path: &Path, layout: &Layout<'_>) -> Result<Box<dyn Sink>, ExportError> {
        Ok(match self {
            Self::Parquet => Box::new(parquet::ParquetFile::create(path, layout)?),
            Self::Csv { safe } => Box::new(csv::CsvFile::create(path, layout, safe)?),
            Self::JsonLines => Box::new(jsonl::JsonLinesFile::create(path)?),
        })
    }
}
