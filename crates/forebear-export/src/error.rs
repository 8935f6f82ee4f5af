//! What may go wrong with an export.

use std::io;
use std::path::{Path, PathBuf};

use arrow_schema::ArrowError;
use parquet::errors::ParquetError;

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// There is something that no export wrote.
    #[error(
        "{folder} holds {found}, which no export wrote; name a new folder, an empty one, or an earlier export, which is \
         replaced as a whole"
    )]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// A file in it.
        found: String,
    },
    /// What the export is to be written to is no folder.
    #[error("{0} is no folder; an export is a folder of tables")]
    NoFolder(PathBuf),
    /// What a graph is to be written to is a folder.
    #[error("{0} is a folder; a graph is one file: name it")]
    NoFile(PathBuf),
    /// A file could not be written.
    #[error("cannot write {file}; nothing was exported")]
    Write {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A table could not be encoded.
    #[error("cannot write {file}; nothing was exported")]
    Parquet {
        /// The file.
        file: PathBuf,
        /// Why.
        source: ParquetError,
    },
    /// A table's rows do not fit its schema.
    #[error("the rows of table {table} do not fit its schema: that is a bug of forebear")]
    Rows {
        /// The table.
        table: &'static str,
        /// Why.
        source: ArrowError,
    },
    /// Whoever asked for it wants it no more.
    #[error("interrupted; nothing was exported")]
    Cancelled,
    /// There is no such table.
    #[error("there is no table '{0}'; there are {1}")]
    NoSuchTable(String, String),
    /// What was asked for chooses no image.
    #[error("no image in the index is for {0}")]
    NoSuchPlatform(String),
    /// The globs are wrong, or mean nothing.
    #[error(transparent)]
    Ask(#[from] forebear_ask::AskError),
}

impl ExportError {
    pub(crate) fn write(file: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Write { file: file.to_owned(), source }
    }
}
