//! The files of rows in their folder.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::covered::{Covered, SUFFIX};
use super::damage::Damage;
use super::file::RowFile;
use crate::disk::{Disk, DiskFile};
use crate::error::StoreError;
use crate::log::LogPoint;

/// Begins the name of a file that is being written.
const NEW: &str = ".new-";

/// Where files of rows lie.
#[derive(Debug)]
pub(super) struct Folder {
    disk: Arc<dyn Disk>,
    path: PathBuf,
}

impl Folder {
    /// Finds the files that are in force, the oldest first: a chain that reflects
    /// the log from its first record on. Everything else of ours is removed:
    /// files that were not finished, those whose rows were merged into another,
    /// and what is damaged, with all that comes after it.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a folder, or a file, that cannot be opened.
    pub(super) fn open(disk: Arc<dyn Disk>, path: &Path) -> Result<(Self, Vec<Arc<RowFile>>), StoreError> {
        let folder = Self { disk, path: path.to_owned() };
        let mut found = Vec::new();
        for name in folder.disk.list(&folder.path).map_err(|error| folder.refused("read", error))? {
            if name.starts_with(NEW) {
                folder.remove_name(&name);
            } else if name.ends_with(SUFFIX) {
                match folder.open_file(&name)? {
                    Ok(file) => found.push(file),
                    Err(damaged) => {
                        tracing::warn!(error = &damaged as &dyn std::error::Error, "its rows are made again");
                        folder.remove_name(&name);
                    }
                }
            }
        }
        // Of several that begin at one record, the one that goes furthest first.
        found.sort_by_key(|file| (file.covered().from(), std::cmp::Reverse(file.covered().to.sequence)));
        let mut chain: Vec<Arc<RowFile>> = Vec::new();
        for file in found {
            let end = chain.last().map_or(LogPoint::START, |last| last.covered().to);
            let Covered { after, to, .. } = file.covered();
            if after.meets(end) && to.sequence > end.sequence {
                chain.push(Arc::new(file));
            } else {
                folder.remove(file.path());
            }
        }
        Ok((folder, chain))
    }

    /// Opens a file; inside, what is wrong with it.
    fn open_file(&self, name: &str) -> Result<Result<RowFile, StoreError>, StoreError> {
        let path = self.path.join(name);
        let file = self.disk.open(&path).map_err(|error| self.refused("read", error))?;
        // A file under another's name would be replaced while it is in use.
        let is_own = |file: &RowFile| file.covered().name() == name;
        Ok(RowFile::open(file, &path).and_then(|file| match is_own(&file) {
            true => file.check_places().map(|()| file),
            false => Err(file.damaged(Damage::Foreign)),
        }))
    }

    /// Writes a file beside the others and puts it in its place, where it
    /// survives a power cut. Nothing has changed where that fails.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for what `fill` says of its file, and whatever
    /// else it fails with.
    pub(super) fn place(
        &self,
        covered: Covered,
        fill: impl FnOnce(&dyn DiskFile) -> Result<(), StoreError>,
    ) -> Result<Arc<RowFile>, StoreError> {
        let name = covered.name();
        let new = self.path.join(format!("{NEW}{name}"));
        let write = || -> Result<Arc<RowFile>, StoreError> {
            self.disk.make_folder(&self.path)?;
            self.disk.remove(&new)?;
            let file = self.disk.create(&new)?;
            fill(file.as_ref())?;
            let path = self.path.join(&name);
            // What cannot be read back is not put in place.
            let file = RowFile::open(file, &path)?;
            self.disk.rename(&new, &path)?;
            self.disk.sync_folder(&self.path)?;
            Ok(Arc::new(file))
        };
        write().map_err(|error| {
            // In its place, too, where only the folder could not be synced.
            self.remove_name(&format!("{NEW}{name}"));
            self.remove_name(&name);
            match error {
                StoreError::Io(error) => self.refused("written to", error),
                other => other,
            }
        })
    }

    /// Removes a file that is of no use, or not needed any more. One that stays is
    /// looked at again by the next opening.
    pub(super) fn remove(&self, path: &Path) {
        // What is in memory only has another place.
        if path.parent() == Some(&self.path)
            && let Err(error) = self.disk.remove(path)
        {
            tracing::warn!(file = %path.display(), %error, "a file of rows that is of no use stays");
        }
    }

    fn remove_name(&self, name: &str) {
        self.remove(&self.path.join(name));
    }

    /// Removes files that must not be found again.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where one stays.
    pub(super) fn remove_for_good(&self, files: &[Arc<RowFile>]) -> Result<(), StoreError> {
        let remove = || {
            files.iter().try_for_each(|file| self.disk.remove(file.path()))?;
            self.disk.sync_folder(&self.path)
        };
        if files.is_empty() { Ok(()) } else { remove().map_err(|error| self.refused("cleared", error)) }
    }

    /// Removes all files of rows.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where one cannot be removed.
    pub(super) fn clear(&self) -> Result<(), StoreError> {
        let remove = || {
            for name in self.disk.list(&self.path)? {
                if name.starts_with(NEW) || name.ends_with(SUFFIX) {
                    self.disk.remove(&self.path.join(name))?;
                }
            }
            Ok(())
        };
        remove().map_err(|error| self.refused("cleared", error))
    }

    fn refused(&self, doing: &'static str, error: io::Error) -> StoreError {
        StoreError::Refused { folder: self.path.clone(), doing, source: Box::new(error) }
    }
}
