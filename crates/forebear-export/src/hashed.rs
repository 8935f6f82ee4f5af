//! A file that is hashed while it is written.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use std::fs::File;

use crate::error::ExportError;

/// What was written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// A new file.
pub(crate) struct HashedFile {
    path: PathBuf,
    out: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl HashedFile {
    pub(crate) fn create(path: &Path) -> Result<Self, ExportError> {
        let file = File::create(path).map_err(ExportError::write(path))?;
        Ok(Self { path: path.to_owned(), out: BufWriter::new(file), hash: Sha256::new(), bytes: 0 })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Syncs it, after which nothing is written: a full disk may say so here first.
    pub(crate) fn finish(&mut self) -> Result<Written, ExportError> {
        let end = |out: &mut BufWriter<File>| {
            out.flush()?;
            out.get_ref().sync_all()
        };
        end(&mut self.out).map_err(ExportError::write(&self.path))?;
        Ok(Written { bytes: self.bytes, sha256: hex::encode(self.hash.finalize_reset()) })
    }
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
