//! Opening a folder: what is not ours is left as it was, what is behind is
//! brought up, what does not stand is made anew.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use fs_err as fs;

use super::folder::{self, FACTS, FORMAT, FolderLock, MARK, Owner, ROWS, SLED};
use super::options::OpenOptions;
use super::store::LocalStore;
use super::upgrade;
use crate::error::StoreError;
use crate::log::{Log, Lost, Mark, Opened};
use crate::rows::RowCache;
use crate::sled::{Changes, REBUILD, SledIndex};

impl LocalStore {
    /// Opens or makes the store in `folder`. `cache` bounds the memory of its index,
    /// in bytes.
    ///
    /// # Errors
    /// As [`LocalStore::open_with`].
    pub fn open(folder: &Path, cache: u64) -> Result<Self, StoreError> {
        Self::open_with(folder, &OpenOptions { cache, ..OpenOptions::default() })
    }

    /// Opens or makes the store in `folder`.
    ///
    /// # Errors
    /// [`StoreError`] when the folder is another program's, in use, or of another
    /// version, and when the disk refuses. A folder that is not ours is left as it
    /// was.
    pub fn open_with(folder: &Path, options: &OpenOptions) -> Result<Self, StoreError> {
        let owner = folder::owner(folder)?;
        if let Owner::Store(found) = owner
            && !(1..=FORMAT).contains(&found)
        {
            return Err(StoreError::Version { folder: folder.to_owned(), found, known: FORMAT });
        }
        fs::create_dir_all(folder)?;
        let lock = FolderLock::take(folder)?;
        match owner {
            Owner::Nobody => folder::claim(folder)?,
            Owner::Store(FORMAT) => {}
            Owner::Store(_) => return upgrade::from_sled_alone(folder, options, lock),
        }
        Self::open_parts(folder, options, lock)
    }

    pub(super) fn open_parts(folder: &Path, options: &OpenOptions, lock: FolderLock) -> Result<Self, StoreError> {
        let disk = Arc::clone(&options.disk);
        let refused = |error| StoreError::log_refused(folder, "opened", error);
        for part in [FACTS, ROWS] {
            disk.make_folder(&folder.join(part)).map_err(refused)?;
        }
        disk.sync_folder(folder).map_err(refused)?;
        let mut notes = Vec::new();
        let mark = match Mark::read(&*disk, &folder.join(MARK)) {
            Ok(mark) => mark.unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                notes.push("the file 'mark' is damaged: how far the log once reached is not known".to_owned());
                Mark::default()
            }
            Err(error) => return Err(StoreError::file(&folder.join(MARK), error)),
        };
        let Opened { log, lost, torn, gaps } =
            Log::open(&disk, &folder.join(FACTS), Some(&mark), options.segment_size)?;
        if torn > 0 {
            notes.push(format!("{torn} bytes that a crash had left at the end of the log were cut off"));
        }
        let (index, mut why_new) = open_index(folder, options.cache)?;
        let mut index = index;
        if index.position() > log.position().sequence {
            why_new = Some("it was ahead of the log".to_owned());
            drop(index);
            index = new_index(folder, options.cache)?;
        }
        if let Some(why) = &why_new {
            notes.push(format!("the index of the store was made again from the log: {why}"));
        }
        let rows = RowCache::open(Arc::clone(&disk), &folder.join(ROWS), options.buffered_rows)?;
        if rows.covers() > log.position().sequence {
            rows.cut(log.position().sequence)?;
        }
        let store = Self {
            folder: folder.to_owned(),
            disk,
            log,
            index,
            rows,
            unreadable: Mutex::default(),
            mark: Mutex::new(mark),
            notes,
            writing: Mutex::default(),
            is_behind: AtomicBool::new(false),
            _lock: lock,
        };
        store.recover(lost, gaps)
    }

    /// Brings index and rows up to the log, and says what is missing.
    fn recover(mut self, lost: Vec<Lost>, gaps: Vec<Lost>) -> Result<Self, StoreError> {
        let told = self.replay()?;
        for run in self.index.runs()?.iter().filter(|run| run.finished) {
            if self.index.is_seeded(run.id)? {
                self.index.forget_run(run.id)?;
            }
        }
        if told.unconfirmed > 0 {
            let text = "repositories have entries about tags that are lost; their tags count as not seen since";
            self.notes.push(format!("{} {text}", told.unconfirmed));
        }
        if !gaps.is_empty() {
            let records: u64 = gaps.iter().map(Lost::records).sum();
            self.notes.push(format!("{records} records that a crash had cut off before they were safe are gone"));
            self.forget_unreadable(&gaps)?;
            self.append_what_is_known()?;
            self.show(Changes::default())?;
            let position = self.log.sync()?;
            self.write_mark(|mark| {
                mark.lost.extend(gaps);
                (mark.segment, mark.offset, mark.sequence) = (position.segment, position.offset, position.sequence);
            })?;
        }
        let mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_new = |lost: &Lost| !mark.lost.iter().any(|known| known.first <= lost.first && lost.last <= known.last);
        let mut damaged: Vec<Lost> =
            lost.into_iter().chain(told.lost).chain(mark.damaged.iter().copied()).filter(is_new).collect();
        damaged.sort_unstable();
        damaged.dedup_by_key(|lost| (lost.first, lost.last));
        if damaged != mark.damaged {
            // What can be fetched again is.
            self.forget_unreadable(&damaged)?;
            self.write_mark(|mark| mark.damaged.clone_from(&damaged))?;
        }
        // Written once the index reflects the log, so that a crash begins again.
        let rebuild = self.folder.join(REBUILD);
        if rebuild.exists() {
            self.index.flush()?;
            fs::remove_file(rebuild)?;
        }
        Ok(self)
    }
}

/// The index, and why it is a new one where it is not the one that was there.
fn open_index(folder: &Path, cache: u64) -> Result<(SledIndex, Option<String>), StoreError> {
    let sled = folder.join(SLED);
    if folder.join(REBUILD).exists() {
        return Ok((new_index(folder, cache)?, Some("it had failed".to_owned())));
    }
    match SledIndex::open(&sled, cache)? {
        Ok(index) => Ok((index, None)),
        Err(broken) => {
            tracing::warn!(error = %broken.0, "the index of the store does not stand");
            Ok((new_index(folder, cache)?, Some(format!("it was damaged ({})", broken.0))))
        }
    }
}

/// An empty index in the place of what was there.
fn new_index(folder: &Path, cache: u64) -> Result<SledIndex, StoreError> {
    let sled = folder.join(SLED);
    fs::write(folder.join(REBUILD), "")?;
    SledIndex::remove(&sled)?;
    match SledIndex::open(&sled, cache)? {
        Ok(index) => Ok(index),
        Err(broken) => Err(StoreError::Database(broken.0.into())),
    }
}
