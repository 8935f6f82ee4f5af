//! A disk that fails: it fills up, refuses the n-th call, and forgets at a power
//! cut what was never synced, in any order and torn.
//!
//! In memory, and deterministic: the same seed gives the same faults.

mod calls;
mod file;
mod power_cut;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use forebear_store::disk::{Disk, DiskFile};

use calls::Calls;
use file::{Content, SimFile};

pub use calls::Fails;

/// A disk; clones are the same one.
#[derive(Clone, Default)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
    calls: Calls,
}

/// What is on it.
#[derive(Default)]
struct State {
    /// Names as they are seen.
    names: BTreeMap<PathBuf, Arc<Mutex<Content>>>,
    /// Names that survive a power cut.
    synced: BTreeMap<PathBuf, Arc<Mutex<Content>>>,
    /// Held by each open file.
    open: Arc<()>,
    /// Changes of names since, in order.
    unsynced: Vec<NameChange>,
}

#[derive(Clone)]
enum NameChange {
    Made(PathBuf, Arc<Mutex<Content>>),
    Renamed(PathBuf, PathBuf),
    Removed(PathBuf),
}

impl SimDisk {
    /// Makes calls fail from now on; the count begins anew.
    pub fn fail(&self, fails: Fails) {
        self.calls.fail(fails);
    }

    /// Makes no more fail; says how many have.
    pub fn heal(&self) -> u64 {
        self.calls.heal()
    }

    /// Calls that changed something since the last [`SimDisk::fail`].
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.count()
    }

    /// How many files are open.
    #[must_use]
    pub fn open_files(&self) -> usize {
        Arc::strong_count(&self.state().open) - 1
    }

    /// Names of all files.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        self.state().names.keys().cloned().collect()
    }

    /// Changes a file behind everybody's back, synced.
    pub fn change(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let content = self.state().names.get(path).cloned();
        if let Some(content) = content {
            content.lock().unwrap_or_else(PoisonError::into_inner).change(change);
        }
    }

    /// Removes a file behind everybody's back, synced.
    pub fn lose(&self, path: &Path) {
        let mut state = self.state();
        state.names.remove(path);
        state.synced.remove(path);
    }

    /// Another disk with the same on it.
    #[must_use]
    pub fn copy(&self) -> Self {
        let state = self.state();
        let copied: BTreeMap<PathBuf, Arc<Mutex<Content>>> = state
            .names
            .iter()
            .map(|(path, content)| {
                let content = content.lock().unwrap_or_else(PoisonError::into_inner);
                (path.clone(), Arc::new(Mutex::new(Content::synced(content.current().to_vec()))))
            })
            .collect();
        let copy = State { synced: copied.clone(), names: copied, ..State::default() };
        Self { state: Arc::new(Mutex::new(copy)), calls: Calls::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk for SimDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.calls.made()?;
        let mut state = self.state();
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let content = Arc::new(Mutex::new(Content::default()));
        state.names.insert(path.to_owned(), Arc::clone(&content));
        state.unsynced.push(NameChange::Made(path.to_owned(), Arc::clone(&content)));
        let open = Arc::clone(&state.open);
        drop(state);
        Ok(Box::new(SimFile { calls: self.calls.clone(), content, _open: open }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let state = self.state();
        let content = state.names.get(path).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(SimFile { calls: self.calls.clone(), content, _open: Arc::clone(&state.open) }))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        let inside = state.names.keys().filter(|path| path.parent() == Some(folder));
        Ok(inside.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.calls.made()?;
        let mut state = self.state();
        let content = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), content);
        state.unsynced.push(NameChange::Renamed(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        if !self.state().names.contains_key(path) {
            return Ok(());
        }
        self.calls.made()?;
        let mut state = self.state();
        state.names.remove(path);
        state.unsynced.push(NameChange::Removed(path.to_owned()));
        Ok(())
    }

    fn make_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        self.calls.made()?;
        let mut state = self.state();
        // More than is asked for: folders are few here.
        state.synced = state.names.clone();
        state.unsynced.clear();
        Ok(())
    }
}

impl fmt::Debug for SimDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimDisk").field("files", &self.files()).finish_non_exhaustive()
    }
}
