//! Files, as the log and what is derived from it are written: few calls, so that
//! a test can stand in for a disk that fills up, fails, or loses what was never
//! synced.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// A file that is only appended to, and read anywhere.
pub trait DiskFile: Send + Sync + fmt::Debug {
    /// Writes all of these bytes at `offset`, which is the end.
    ///
    /// # Errors
    /// The file system's; some of the bytes may have been written.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Fills `bytes` from `offset` on; returns how many there were.
    ///
    /// # Errors
    /// The file system's.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Length in bytes.
    ///
    /// # Errors
    /// The file system's.
    fn len(&self) -> io::Result<u64>;

    /// Whether there is nothing in it.
    ///
    /// # Errors
    /// As [`DiskFile::len`].
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Cuts it off.
    ///
    /// # Errors
    /// The file system's.
    fn truncate(&self, len: u64) -> io::Result<()>;

    /// Returns once what was written survives a power cut.
    ///
    /// # Errors
    /// The file system's. What was written since the last sync may then be lost,
    /// whatever a later sync says.
    fn sync(&self) -> io::Result<()>;
}

/// A file system.
pub trait Disk: Send + Sync + fmt::Debug {
    /// Makes a file that is not there.
    ///
    /// # Errors
    /// The file system's; of kind `AlreadyExists` where it is there.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Opens a file that is there.
    ///
    /// # Errors
    /// The file system's.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Names of what is in a folder, in any order; none where there is no folder.
    ///
    /// # Errors
    /// The file system's.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// Puts a file in another's place.
    ///
    /// # Errors
    /// The file system's.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file; one that is not there is no error.
    ///
    /// # Errors
    /// The file system's.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes a folder and those above it.
    ///
    /// # Errors
    /// The file system's.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;

    /// Returns once names made, changed or removed in a folder survive a power cut.
    ///
    /// # Errors
    /// The file system's.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
}

/// Puts a file with these bytes in the place of another, on the disk when this returns.
///
/// # Errors
/// The file system's; what was there before is then there still.
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (beside, folder) = (path.with_extension("new"), path.parent().unwrap_or(path));
    // What a killed process left, or a link that somebody put there.
    disk.remove(&beside)?;
    let file = disk.create(&beside)?;
    file.write_at(bytes, 0)?;
    file.sync()?;
    disk.rename(&beside, path)?;
    disk.sync_folder(folder)
}

/// The machine's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
        Ok(Box::new(RealFile(file)))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        // A folder that may only be read can be looked at all the same.
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if is_read_only(&error) => forebear_files::open(path)?,
            opened => opened?,
        };
        forebear_files::ensure_file(&file)?;
        Ok(Box::new(RealFile(file)))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        // What is not UTF-8 is not ours.
        let names = entries.map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default()));
        names.filter(|name: &io::Result<String>| !matches!(name, Ok(name) if name.is_empty())).collect()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        forebear_files::make_folder(folder)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

#[derive(Debug)]
struct RealFile(File);

impl DiskFile for RealFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut read = 0;
        while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, offset + read as u64) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}
