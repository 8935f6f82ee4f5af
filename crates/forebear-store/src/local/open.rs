//! Opening a folder: what is not ours is left as it was, what is behind is
//! brought up, what does not stand is made anew.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use fs_err as fs;

use super::claims::Claims;
use super::folder::{self, FACTS, FORMAT, FolderLock, MARK, Owner, ROWS, SLED};
use super::options::OpenOptions;
use super::store::LocalStore;
use super::upgrade;
use crate::error::StoreError;
use crate::log::{Agreement, Log, Lost, Mark, Opened};
use crate::receipt::Receipts;
use crate::rows::RowCache;
use crate::sled::{REBUILD, SledIndex, to_be_rebuilt};
use crate::store::FactStore as _;

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
        Self::open_after(folder, options, || Ok(()))
    }

    /// As [`LocalStore::open_with`], after something was done to the folder alone. A
    /// store of an earlier layout has nothing that it could be done to.
    pub(super) fn open_after(
        folder: &Path,
        options: &OpenOptions,
        before: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let owner = folder::owner(folder)?;
        if let Owner::Store(found) = owner
            && !(1..=FORMAT).contains(&found)
        {
            return Err(StoreError::Version { folder: folder.to_owned(), found, known: FORMAT });
        }
        forebear_files::make_folder(folder)?;
        let lock = FolderLock::take(folder)?;
        match owner {
            Owner::Nobody => folder::claim(folder)?,
            Owner::Store(FORMAT) => before()?,
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
        let (index, why_new) = open_index(folder, options.cache, &log)?;
        if let Some(why) = why_new {
            notes.push(format!("the index of the store was made again from the log: {why}"));
        }
        let rows = RowCache::open(Arc::clone(&disk), &folder.join(ROWS), options.buffered_rows)?;
        let mut why_cut = None;
        rows.cut(|point| {
            let found = log.agreement(point)?;
            why_cut = why_cut.take().or(why_anew(found, "they were"));
            Ok(found == Agreement::Agrees)
        })?;
        if let Some(why) = why_cut {
            notes.push(format!("derived rows were made again from the log: {why}"));
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
            claims: Claims::default(),
            receipts: Receipts::default(),
            is_behind: AtomicBool::new(false),
            _lock: lock,
        };
        store.recover(lost, gaps)
    }

    /// Brings index and rows up to the log, and says what is missing.
    fn recover(mut self, lost: Vec<Lost>, gaps: Vec<Lost>) -> Result<Self, StoreError> {
        let told = self.replay()?;
        self.index.forget_documents()?;
        for run in self.index.runs()?.iter().filter(|run| run.finished) {
            if self.index.is_seeded(run.id)? {
                self.index.forget_run(run.id)?;
            }
        }
        if told.unconfirmed > 0 {
            let text = "repositories have entries about tags that are lost; their tags count as not seen since";
            self.notes.push(format!("{} {text}", told.unconfirmed));
        }
        self.recall_what_was_given_up()?;
        let gaps = self.not_given_up(gaps);
        if !gaps.is_empty() {
            let records: u64 = gaps.iter().map(Lost::records).sum();
            self.notes.push(format!("{records} records that a crash had cut off before they were safe are gone"));
            self.forget_unreadable(&gaps)?;
            self.append_lost(&gaps)?;
            self.append_what_is_known()?;
            let position = self.log.sync()?;
            self.write_mark(|mark| {
                mark.lost.extend(gaps);
                mark.reach(position);
            })?;
        }
        let known = self.mark.lock().unwrap_or_else(PoisonError::into_inner).damaged.clone();
        let mut damaged = self.not_given_up(lost.into_iter().chain(told.lost).chain(known.iter().copied()));
        damaged.sort_unstable();
        damaged.dedup_by_key(|lost| (lost.first, lost.last));
        if damaged != known {
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

    /// Where the mark was lost, or put back as it was earlier, the log knows what it no
    /// longer says. What an earlier version wrote to the mark alone comes into the log.
    fn recall_what_was_given_up(&self) -> Result<(), StoreError> {
        let known = self.index.given_up()?;
        let marked = self.given_up();
        let unwritten: Vec<Lost> = marked.into_iter().filter(|lost| !lost.is_among(&known)).collect();
        if !unwritten.is_empty() {
            self.append_lost(&unwritten)?;
        }
        let forgotten = self.not_given_up(known);
        self.write_mark(|mark| mark.lost.extend(forgotten))
    }

    /// What is lost and was not given up.
    fn not_given_up(&self, lost: impl IntoIterator<Item = Lost>) -> Vec<Lost> {
        let mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        lost.into_iter().filter(|lost| !lost.is_among(&mark.lost)).collect()
    }
}

/// Why what was derived from a log is of no use beside this one.
fn why_anew(agreement: Agreement, it_was: &str) -> Option<String> {
    match agreement {
        Agreement::Agrees => None,
        Agreement::Ahead => Some(format!("{it_was} ahead of the log")),
        Agreement::Other => Some(format!("{it_was} made from another log")),
    }
}

/// The index, and why it is a new one where it is not the one that was there: it may
/// reflect no other log, nor more of it than there is.
fn open_index(folder: &Path, cache: u64, log: &Log) -> Result<(SledIndex, Option<String>), StoreError> {
    let why = if folder.join(REBUILD).exists() {
        "it had failed".to_owned()
    } else {
        match SledIndex::open(&folder.join(SLED), cache)? {
            Ok(index) => match why_anew(log.agreement(index.position())?, "it was") {
                None => return Ok((index, None)),
                Some(why) => why,
            },
            Err(broken) => format!("it was damaged ({})", broken.0),
        }
    };
    Ok((new_index(folder, cache)?, Some(why)))
}

/// An empty index in the place of what was there.
fn new_index(folder: &Path, cache: u64) -> Result<SledIndex, StoreError> {
    let sled = folder.join(SLED);
    to_be_rebuilt(folder)?;
    SledIndex::remove(&sled)?;
    match SledIndex::open(&sled, cache)? {
        Ok(index) => Ok(index),
        Err(broken) => Err(StoreError::Database(broken.0.into())),
    }
}
