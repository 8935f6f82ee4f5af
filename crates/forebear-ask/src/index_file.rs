//! The index file itself.

use std::path::PathBuf;

use forebear_image::Timestamp;
use forebear_index::Index;
use serde::Serialize;

/// Whether an index file is what its checksums say.
#[derive(Clone, Debug, Serialize)]
pub struct IndexAnswer {
    /// The file.
    pub file: PathBuf,
    /// Bytes of the file, all of them read.
    pub bytes: usize,
    /// Whether it is.
    pub intact: bool,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Start of the last run that it knows of.
    pub observed_until: Option<Timestamp>,
}

/// Reads all of an index.
pub(crate) fn verify(index: &Index) -> IndexAnswer {
    let problem = index.verify().err().map(|error| error.to_string());
    IndexAnswer {
        file: index.file().to_owned(),
        bytes: index.bytes().len(),
        intact: problem.is_none(),
        problem,
        observed_until: index.meta().observed_until,
    }
}
