//! The memory map: the one file of the project with `unsafe` in it.

#![expect(unsafe_code, reason = "mapping a file is unsafe by nature; the reasons it holds here are below")]

use std::ops::Deref;
use std::path::Path;

use forebear_files::Unread;

/// The bytes of an index: a mapped file, or memory while it is being built.
#[derive(Debug)]
pub enum Bytes {
    /// A published file.
    Map(memmap2::Mmap),
    /// Bytes in memory.
    Memory(Vec<u8>),
}

impl Bytes {
    /// Maps a file for reading.
    ///
    /// # Errors
    /// When it is no file, or cannot be opened or mapped.
    pub fn map(file: &Path) -> Result<Self, Unread> {
        let file = forebear_files::open(file)?;
        if file.metadata()?.len() == 0 {
            return Ok(Self::Memory(Vec::new()));
        }
        // SAFETY: a map is undefined behaviour if the file changes below it.
        // Publishing writes a new file, renames it into place and never
        // opens a published one for writing; removing it leaves the mapped
        // pages alive. Someone who truncates the file by hand gets SIGBUS,
        // which no reader of a mapped file can prevent. No reference into the
        // map outlives it: `Deref` borrows from `self`. A publisher maps the
        // file it is writing, under a name no reader looks at, and only adds
        // to its end while it does.
        let map = unsafe { memmap2::Mmap::map(&file)? };
        Ok(Self::Map(map))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Map(map) => map,
            Self::Memory(bytes) => bytes,
        }
    }
}
