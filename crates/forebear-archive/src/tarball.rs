//! Files in a tar, by a table of where each lies.

use std::collections::HashMap;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use tar_core::EntryType;
use tar_core::parse::{Limits, ParseError, ParseEvent, ParsedEntry, Parser};

use forebear_content::{Compression, HEAD, is_tar};

use crate::cap::DOCUMENT_CAP;
use crate::error::Problem;
use crate::files::{Files, Opened};
use crate::instead;
use crate::source::seekable;
use crate::unpack::unpacked;

/// More entries than any image archive has.
const MAX_ENTRIES: usize = 1_000_000;
/// The most bytes of a long name, or of other extensions of a header.
const MAX_EXTENSION: u32 = 1024 * 1024;
/// The most bytes that the parser may want at once.
const LONGEST_HEADER: usize = 4 * MAX_EXTENSION as usize;
const BLOCK: usize = 512;
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
    /// Opens an archive that has a document of this name: without it, it is
    /// something else.
    pub(crate) fn open(path: &Path, root: &str) -> Result<Self, Problem> {
        let mut file = seekable(path)?;
        let head = head(&mut file)?;
        if head.is_empty() {
            return Err(Problem::Without { missing: root.to_owned(), instead: instead::empty() });
        }
        if Compression::of(&head) != Compression::None {
            file = unpacked(file)?;
        } else if !is_tar(&head) && head.iter().any(|byte| *byte != 0) {
            let instead = instead::of_file(&mut file, path, "").map(Problem::Instead);
            return Err(instead.unwrap_or_else(|| Problem::document("table of contents", "it is no tar")));
        }
        let file = Arc::new(file);
        let opened = Self { entries: table(&file)?, file };
        if opened.entries.contains_key(root) {
            return Ok(opened);
        }
        let names = opened.entries.keys().map(String::as_str);
        let manifest = || opened.small("manifest.json", DOCUMENT_CAP).ok().flatten().unwrap_or_default();
        let missing = root.to_owned();
        Err(match instead::of_tar(names, manifest, path) {
            Some(instead) => Problem::Without { missing, instead },
            None => Problem::Missing(missing),
        })
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

/// The first bytes, which tell what it is.
fn head(file: &mut std::fs::File) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    _ = file.take(HEAD as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(head)
}

/// Notes where every entry lies, without reading their contents. Of entries
/// with one name the last counts, as when the archive is unpacked.
///
/// Headers are parsed by tar-core, which bounds names and attributes: `tar`
/// reads them whole, and a sparse file can declare one of any length.
fn table(file: &Arc<std::fs::File>) -> Result<HashMap<String, Entry>, Problem> {
    let broken = |reason: String| Problem::document("table of contents", reason);
    let limits = Limits { max_metadata_size: MAX_EXTENSION, ..Limits::default() };
    let mut parser = Parser::new(limits);
    parser.set_allow_empty_path(true);
    let mut entries = HashMap::new();
    // What has been read of the next header, and where that begins.
    let (mut header, mut at): (Vec<u8>, u64) = (Vec::new(), 0);
    loop {
        let event = parser.parse(&header).map_err(|error| match error {
            ParseError::MetadataTooLarge { .. } => broken("a name in it is longer than any file's".to_owned()),
            error => broken(error.to_string()),
        })?;
        let next = match event {
            ParseEvent::NeedData { min_bytes } => {
                let known = header.len();
                let wanted = min_bytes.max(known + 1).next_multiple_of(BLOCK);
                if wanted > LONGEST_HEADER {
                    return Err(broken("a name in it is longer than any file's".to_owned()));
                }
                let rest = Section { file: Arc::clone(file), at: at + known as u64, left: (wanted - known) as u64 };
                _ = std::io::BufReader::new(rest).read_to_end(&mut header)?;
                if header.len() < min_bytes.max(known + 1) {
                    // It may end without its two blocks of zeros, or with one.
                    let is_end = header.iter().all(|byte| *byte == 0);
                    return if is_end { Ok(entries) } else { Err(broken("the archive is cut off".to_owned())) };
                }
                continue;
            }
            ParseEvent::Entry { consumed, entry } => {
                let offset = at + consumed as u64;
                let content = note(&mut entries, &entry, offset)?;
                offset.checked_add(content.checked_next_multiple_of(BLOCK as u64).unwrap_or(u64::MAX))
            }
            ParseEvent::SparseEntry { consumed, entry, .. } => {
                let content = entry.size.checked_next_multiple_of(BLOCK as u64).unwrap_or(u64::MAX);
                (at + consumed as u64).checked_add(content)
            }
            ParseEvent::GlobalExtensions { consumed, .. } => Some(at + consumed as u64),
            ParseEvent::End { .. } => return Ok(entries),
        };
        at = next.ok_or_else(|| broken("an entry in it has an impossible size".to_owned()))?;
        header.clear();
        if entries.len() > MAX_ENTRIES {
            return Err(broken(format!("more than {MAX_ENTRIES} entries")));
        }
    }
}

/// Notes an entry; returns the bytes of its content.
fn note(entries: &mut HashMap<String, Entry>, entry: &ParsedEntry<'_>, offset: u64) -> Result<u64, Problem> {
    let is_file = matches!(entry.entry_type, EntryType::Regular | EntryType::Continuous);
    // Links have no content, whatever size their header states.
    let is_link = matches!(entry.entry_type, EntryType::Symlink | EntryType::Link);
    let size = if is_link { 0 } else { entry.size };
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(PathBuf::from);
    let Some(path) = text(&entry.path) else { return Ok(size) };
    // A name that leads out of the archive is nobody's document.
    let Some(name) = normalised(Path::new(""), &path) else { return Ok(size) };
    if is_file {
        entries.insert(name, Entry::File { offset, size });
    } else if is_link && let Some(target) = entry.link_target.as_ref().and_then(|target| text(target)) {
        let above = path.parent().unwrap_or(Path::new(""));
        let base = if entry.entry_type == EntryType::Symlink { above } else { Path::new("") };
        let target = normalised(base, &target).ok_or_else(|| Problem::Escape(path.display().to_string()))?;
        entries.insert(name, Entry::Link(target));
    }
    Ok(size)
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
