//! Opening a folder: what is not ours is left as it was.

use std::path::Path;

use fs_err as fs;

use super::database::SledStore;
use super::error::failed;
use super::upgrade::bring_up_to_date;
use crate::error::StoreError;

const FORMAT: u32 = 1;
const MARKER: &str = "forebear-store";

impl SledStore {
    /// Opens or makes the store in `folder`. `cache` bounds its memory, in bytes.
    ///
    /// # Errors
    /// [`StoreError`] when the folder is another program's, in use, or of
    /// another version. A folder that is not ours is left as it was.
    pub fn open(folder: &Path, cache: u64) -> Result<Self, StoreError> {
        let marker = folder.join(MARKER);
        let foreign = |reason: String| StoreError::Foreign { folder: folder.to_owned(), reason };
        if folder.is_file() {
            return Err(foreign("it is a file".to_owned()));
        }
        if folder.exists() {
            match fs::read_to_string(&marker) {
                Ok(text) => match text.trim().parse::<u32>() {
                    Ok(FORMAT) => {}
                    Ok(found) => {
                        return Err(StoreError::Version { folder: folder.to_owned(), found, known: FORMAT });
                    }
                    Err(_) => return Err(foreign(format!("its file {MARKER} is unreadable"))),
                },
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    if let Some(entry) = fs::read_dir(folder)?.next() {
                        let name = entry?.file_name();
                        return Err(foreign(format!("it holds '{}' and no {MARKER}", name.to_string_lossy())));
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        fs::create_dir_all(folder)?;
        if !marker.exists() {
            fs::write(&marker, format!("{FORMAT}\n"))?;
        }
        let opened = sled::Config::new().path(folder.join("sled")).cache_capacity(cache).flush_every_ms(None).open();
        let database = opened.map_err(|error| match &error {
            sled::Error::Io(io) if io.kind() == std::io::ErrorKind::WouldBlock || is_lock_error(io) => {
                StoreError::Busy { folder: folder.to_owned() }
            }
            _ => failed(error),
        })?;
        let store = Self::new(database, folder);
        bring_up_to_date(&store)?;
        Ok(store)
    }
}

/// sled reports its lock as an error of kind `Other`, by text.
fn is_lock_error(error: &std::io::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}
