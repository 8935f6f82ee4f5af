//! Reading all rows, those in memory too.

use std::sync::Arc;

use forebear_facts::rows::{ConfigRow, Key, ManifestRow, TextRow};

use super::ahead::{Out, ahead};
use super::cache::RowCache;
use super::covered::Covered;
use super::file::RowFile;
use super::memory::MemoryFile;
use super::snapshot::Snapshot;
use super::spill;
use crate::error::StoreError;

impl RowCache {
    /// Reads every byte of all files.
    ///
    /// # Errors
    /// [`StoreError::Rows`] for the first damage.
    pub fn check(&self) -> Result<(), StoreError> {
        self.reading(Snapshot::check)
    }

    /// All texts, by their SHA-256. Numbers of texts hold until a row is added:
    /// nothing may be added between this and the end of [`RowCache::manifests`].
    ///
    /// # Errors
    /// [`StoreError::Rows`] when a file turns out to be damaged. It is removed: the
    /// next opening finds less covered, and what is missing is to be added again.
    pub fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), StoreError> {
        let (mut made, mut id) = (Vec::new(), 0);
        self.reading(|rows| {
            let make = |out: Out<'_>| {
                rows.texts(|row| {
                    made.clear();
                    made.extend_from_slice(&row.trimmed.to_le_bytes());
                    made.extend_from_slice(row.text.as_bytes());
                    out(row.key, &made)
                })
            };
            ahead(make, |key, row| {
                let row = row.split_first_chunk().and_then(|(trimmed, text)| {
                    Some(TextRow {
                        key,
                        id,
                        trimmed: u32::from_le_bytes(*trimmed),
                        text: std::str::from_utf8(text).ok()?,
                    })
                });
                each(row.ok_or_else(|| no_row("text"))?);
                id += 1;
                Ok(())
            })
        })
    }

    /// Digests that are not SHA-256, by key.
    ///
    /// # Errors
    /// As [`RowCache::texts`].
    pub fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), StoreError> {
        self.reading(|rows| {
            rows.other_digests(|key, text| {
                each((key, text));
                Ok(())
            })
        })
    }

    /// All configs, and what schema 1 manifests say of one, by key.
    ///
    /// # Errors
    /// As [`RowCache::texts`].
    pub fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), StoreError> {
        self.reading(|rows| {
            ahead(
                |out| rows.configs(out),
                |key, row| {
                    each((key, ConfigRow::read(row).ok_or_else(|| no_row("config"))?));
                    Ok(())
                },
            )
        })
    }

    /// All manifests, by key.
    ///
    /// # Errors
    /// As [`RowCache::texts`].
    pub fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), StoreError> {
        self.reading(|rows| {
            ahead(
                |out| rows.manifests(out),
                |key, row| {
                    each((key, ManifestRow::read(row).ok_or_else(|| no_row("manifest"))?));
                    Ok(())
                },
            )
        })
    }

    fn reading(&self, read: impl FnOnce(&Snapshot) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let done = self.snapshot().and_then(|rows| read(&rows));
        done.inspect_err(|error| _ = self.forget_damaged(error))
    }

    /// Files and buffer as they are now.
    fn snapshot(&self) -> Result<Arc<Snapshot>, StoreError> {
        let mut state = self.state();
        if let Some(known) = &state.snapshot {
            return Ok(Arc::clone(known));
        }
        let mut files = state.files.clone();
        if !state.buffer.is_empty() {
            let covered = Covered { after: state.covers(), to: state.reflects, level: 0 };
            let file = Box::new(MemoryFile::default());
            spill::write(&state.buffer, covered, file.as_ref())?;
            files.push(Arc::new(RowFile::open(file, "(rows in memory)".as_ref())?));
        }
        let made = Arc::new(Snapshot::of(files)?);
        state.snapshot = Some(Arc::clone(&made));
        Ok(made)
    }
}

/// Rows were looked at before they were handed over.
fn no_row(what: &'static str) -> StoreError {
    StoreError::Row { what, reason: "its row is no row".to_owned() }
}
