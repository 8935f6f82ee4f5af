//! Files in a tar, by a table of where each lies.

use std::collections::HashMap;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use tar::EntryType;

use crate::error::{ArchiveError, Problem};
use crate::files::{Files, Opened, open_file};
use crate::unpack::unpacked;
use forebear_content::Compression;

/// More entries than any image archive has.
const MAX_ENTRIES: usize = 1_000_000;
/// The most bytes of a long name, or of other extensions of a header.
const MAX_EXTENSION: u64 = 1024 * 1024;
/// Links to links are followed this far.
const MAX_LINKS: usize = 8;

/// Where an entry's bytes lie.
#[derive(Clone, Debug)]
enum Entry {
    File {
        offset: u64,
        size: u64,
    },
    /// To another name inside.
    Link(String),
}

/// A tar on disk. A compressed one is unpacked to a temporary file once,
/// because its documents stand behind its layers.
#[derive(Debug)]
pub(crate) struct Tarball {
    file: Arc<std::fs::File>,
    entries: HashMap<String, Entry>,
}

impl Tarball {
    pub(crate) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let open = || -> Result<Self, Problem> {
            let mut file = open_file(path)?;
            let mut head = [0; 4];
            let read = read_up_to(&mut file, &mut head)?;
            file.seek(SeekFrom::Start(0))?;
            if Compression::of(head.get(..read).unwrap_or_default()) != Compression::None {
                file = unpacked(file)?;
            }
            let entries = table(&file)?;
            Ok(Self { file: Arc::new(file), entries })
        };
        open().map_err(|problem| ArchiveError { path: path.to_owned(), problem })
    }

    fn find(&self, name: &str) -> Result<Option<(u64, u64)>, Problem> {
        let mut name = name.to_owned();
        for _ in 0..MAX_LINKS {
            match self.entries.get(&name) {
                Some(Entry::File { offset, size }) => return Ok(Some((*offset, *size))),
                Some(Entry::Link(target)) => name.clone_from(target),
                None => return Ok(None),
            }
        }
        Err(Problem::document(name, "links that lead to links, without end"))
    }
}

fn read_up_to(file: &mut std::fs::File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut read = 0;
    while let Some(rest) = buffer.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

/// Notes where every entry lies, without reading their contents. Of entries
/// with one name the last counts, as when the archive is unpacked.
fn table(file: &std::fs::File) -> Result<HashMap<String, Entry>, Problem> {
    check_extensions(file)?;
    let mut entries = HashMap::new();
    let mut archive = tar::Archive::new(file);
    for entry in archive.entries_with_seek()? {
        let entry = entry?;
        let path = entry.path()?.into_owned();
        // A name that leads out of the archive is nobody's document.
        let Some(name) = normalised(Path::new(""), &path) else { continue };
        let kind = entry.header().entry_type();
        let known = match kind {
            EntryType::Regular | EntryType::Continuous => {
                Entry::File { offset: entry.raw_file_position(), size: entry.size() }
            }
            EntryType::Symlink | EntryType::Link => {
                let Some(target) = entry.link_name()? else { continue };
                let base =
                    if kind == EntryType::Symlink { path.parent().unwrap_or(Path::new("")) } else { Path::new("") };
                match normalised(base, &target) {
                    Some(target) => Entry::Link(target),
                    None => return Err(Problem::Escape(path.display().to_string())),
                }
            }
            _ => continue,
        };
        entries.insert(name, known);
        if entries.len() > MAX_ENTRIES {
            return Err(Problem::document("table of contents", format!("more than {MAX_ENTRIES} entries")));
        }
    }
    Ok(entries)
}

/// Long names and other extensions are read whole by whoever lists entries,
/// and a sparse file can declare one of any length.
fn check_extensions(mut file: &std::fs::File) -> Result<(), Problem> {
    for entry in tar::Archive::new(file).entries_with_seek()?.raw(true) {
        let entry = entry?;
        let kind = entry.header().entry_type();
        let extends = kind.is_gnu_longname()
            || kind.is_gnu_longlink()
            || kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions();
        if extends && entry.size() > MAX_EXTENSION {
            return Err(Problem::document("table of contents", "a name in it is longer than any file's"));
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(())
}

/// A path inside the archive without `.` and `..`; `None` if it leads outside.
fn normalised(base: &Path, path: &Path) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let joined: PathBuf = base.join(path);
    for component in joined.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?.to_owned()),
            Component::CurDir => {}
            Component::ParentDir => _ = parts.pop()?,
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

/// A part of a file, read from a position of its own.
struct Section {
    file: Arc<std::fs::File>,
    at: u64,
    left: u64,
}

impl std::io::Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..most).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&*self.file, buffer, self.at)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(&*self.file, buffer, self.at)?;
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

impl Files for Tarball {
    fn open(&self, name: &str) -> Result<Option<Opened>, Problem> {
        let found = self.find(name)?;
        Ok(found.map(|(at, size)| {
            let section = Section { file: Arc::clone(&self.file), at, left: size };
            Opened { stream: Box::new(section), size }
        }))
    }

    fn small(&self, name: &str, cap: u64) -> Result<Option<Vec<u8>>, Problem> {
        let Some((offset, size)) = self.find(name)? else { return Ok(None) };
        if size > cap {
            return Err(Problem::TooLarge { what: name.to_owned(), size, limit: cap });
        }
        let mut bytes = Vec::new();
        Section { file: Arc::clone(&self.file), at: offset, left: size }.read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size {
            return Err(Problem::document(name, "the archive is cut off"));
        }
        Ok(Some(bytes))
    }
}
