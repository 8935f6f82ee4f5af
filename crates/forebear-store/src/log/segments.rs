//! The segments of a log: which there are, and the few whose files are open. A log
//! of years has thousands, and a process may have a thousand files.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::header::Header;
use super::segment::Segment;
use crate::disk::Disk;
use crate::error::StoreError;

/// Files that are kept open: more than those that are read in turn.
const OPEN: usize = 16;

/// What is known of all segments.
#[derive(Debug)]
pub(super) struct Segments {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    headers: RwLock<BTreeMap<u32, Header>>,
    /// The latest first.
    open: Mutex<VecDeque<Segment>>,
}

impl Segments {
    pub(super) fn none_yet(disk: &Arc<dyn Disk>, folder: &Path) -> Self {
        let (disk, folder) = (Arc::clone(disk), folder.to_owned());
        Self { disk, folder, headers: RwLock::default(), open: Mutex::default() }
    }

    /// Takes in one that was found or begun, or was met again.
    pub(super) fn add(&self, segment: &Segment) {
        let number = segment.header.number;
        if !self.contains(number) {
            self.headers.write().unwrap_or_else(PoisonError::into_inner).insert(number, segment.header);
            self.keep_open(segment);
        }
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        self.headers.read().unwrap_or_else(PoisonError::into_inner).contains_key(&number)
    }

    /// Forgets those with smaller numbers; returns these.
    pub(super) fn forget_before(&self, number: u32) -> Vec<u32> {
        let mut headers = self.headers.write().unwrap_or_else(PoisonError::into_inner);
        let kept = headers.split_off(&number);
        let gone = std::mem::replace(&mut *headers, kept);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|segment| segment.header.number >= number);
        gone.into_keys().collect()
    }

    /// The headers of all, in order.
    pub(super) fn headers(&self) -> Vec<Header> {
        self.headers.read().unwrap_or_else(PoisonError::into_inner).values().copied().collect()
    }

    /// A segment, opened; `None` for one that is not there.
    pub(super) fn get(&self, number: u32) -> Result<Option<Segment>, StoreError> {
        if !self.contains(number) {
            return Ok(None);
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().position(|segment| segment.header.number == number)
            && let Some(segment) = open.remove(at)
        {
            open.push_front(segment.clone());
            return Ok(Some(segment));
        }
        drop(open);
        // Its header stood; what does not by now is damage like any other.
        let segment = Segment::open(&*self.disk, &self.folder, number)?.ok();
        segment.iter().for_each(|segment| self.keep_open(segment));
        Ok(segment)
    }

    fn keep_open(&self, segment: &Segment) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.push_front(segment.clone());
        open.truncate(OPEN);
    }
}
