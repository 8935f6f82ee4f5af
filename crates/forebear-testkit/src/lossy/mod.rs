//! A file system that whole processes can use, in memory, which forgets at a lost
//! power what was never synced: bytes of files by `fsync`, names by `fsync` of their
//! folders. Mounted by FUSE.

mod filesystem;
mod tree;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use fuser::{BackgroundSession, MountOption};

use filesystem::Mounted;
use tree::Tree;

/// A mounted file system; unmounted when dropped.
#[derive(Debug)]
pub struct LossyDisk {
    at: PathBuf,
    tree: Arc<Mutex<Tree>>,
    session: Option<BackgroundSession>,
}

impl LossyDisk {
    /// Mounts an empty one on a folder.
    ///
    /// # Errors
    /// The system's: there is no `/dev/fuse`, or it may not be used.
    pub fn mount(at: &Path) -> io::Result<Self> {
        let mut disk = Self { at: at.to_owned(), tree: Arc::default(), session: None };
        disk.attach()?;
        Ok(disk)
    }

    /// Takes the power away and gives it back: each file and folder is as it was last
    /// synced, or as it is, by chance. Nobody may have a file of it open.
    ///
    /// # Errors
    /// As [`LossyDisk::mount`].
    pub fn lose_power(&mut self, seed: u64) -> io::Result<()> {
        drop(self.session.take());
        let mut state = seed;
        let stays = || {
            // splitmix64: https://prng.di.unimi.it/splitmix64.c
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed ^ (mixed >> 27)) >> 62 == 0
        };
        self.tree.lock().unwrap_or_else(PoisonError::into_inner).cut_power(stays);
        self.attach()
    }

    fn attach(&mut self) -> io::Result<()> {
        let options = [MountOption::FSName("lossy".to_owned())];
        self.session = Some(fuser::spawn_mount2(Mounted(Arc::clone(&self.tree)), &self.at, &options)?);
        Ok(())
    }
}
