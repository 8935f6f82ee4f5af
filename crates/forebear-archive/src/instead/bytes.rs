//! What a file is, by its bytes.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use forebear_content::{Compression, is_tar};

use super::answer::Instead;
use super::json::of_json;
use crate::cap::DOCUMENT_CAP;

/// As much as is looked at: an ISO image says what it is after 32 KiB.
const LOOKED_AT: u64 = 64 * 1024;

/// Where a format puts its magic, and what it is.
const MAGICS: [(usize, &[u8], &str); 21] = [
    (0, b"QFI\xfb", "a qcow2 disk image, not a container image"),
    (0, b"KDMV", "a VMDK disk image, not a container image"),
    (0, b"vhdxfile", "a VHDX disk image, not a container image"),
    (0, b"conectix", "a VHD disk image, not a container image"),
    (0, b"<<< Oracle VM VirtualBox Disk Image", "a VDI disk image, not a container image"),
    (0, b"hsqs", "a squashfs file system, not an image with layers"),
    (32, b"SIF_MAGIC", "a Singularity image (SIF), which has no layers"),
    (1024, &[0xe2, 0xe1, 0xf5, 0xe0], "an EROFS file system, not an image with layers"),
    (1080, &[0x53, 0xef], "an ext file system, not an image with layers"),
    (32769, b"CD001", "an ISO 9660 image, not a container image"),
    (512, b"EFI PART", "a raw disk image, not a container image"),
    (0, b"\x7fELF", "a program (ELF)"),
    (0, b"MZ", "a Windows program"),
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"!<arch>\n", "an ar archive, as Debian packages are"),
    (0, &[0xed, 0xab, 0xee, 0xdb], "an RPM package"),
    (0, b"070701", "a cpio archive"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"SQLite format 3\0", "a SQLite database"),
];

/// What an opened file is that is no `asked`; `None` where its bytes say
/// nothing. `path` is what it is called in the advice.
pub(crate) fn of_file(file: &mut std::fs::File, path: &Path, asked: &str) -> Option<Instead> {
    file.seek(SeekFrom::Start(0)).ok()?;
    let mut bytes = Vec::new();
    file.by_ref().take(LOOKED_AT).read_to_end(&mut bytes).ok()?;
    if is_json(&bytes) {
        file.take(DOCUMENT_CAP).read_to_end(&mut bytes).ok()?;
    }
    of_document(&bytes, path, asked)
}

/// A file of no bytes.
pub(crate) fn empty() -> Instead {
    Instead::only("an empty file")
}

/// What bytes are that are no `asked`; `None` where they say nothing.
pub(crate) fn of_document(bytes: &[u8], path: &Path, asked: &str) -> Option<Instead> {
    let archives = format!("docker-archive:{0} or oci-archive:{0}", path.display());
    let compression = Compression::of(bytes);
    if bytes.is_empty() {
        Some(empty())
    } else if is_tar(bytes) {
        Some(Instead::with("a tar", format!("ask {archives}")))
    } else if is_json(bytes) {
        of_json(bytes, path, asked)
    } else if compression == Compression::None {
        of_magic(bytes)
    } else if compression.is_read() {
        Some(Instead::with(format!("packed with {compression}"), format!("where it is a tar inside, ask {archives}")))
    } else {
        Some(Instead::with(format!("packed with {compression}, which is not read"), "unpack it first"))
    }
}

/// Whether they begin as a JSON object or list does, behind a byte order mark
/// or not.
fn is_json(bytes: &[u8]) -> bool {
    let marks = [&[0xef, 0xbb, 0xbf][..], &[0xff, 0xfe], &[0xfe, 0xff, 0]];
    let rest = marks.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes);
    matches!(rest.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'['))
}

/// What bytes are that are neither a tar nor JSON.
fn of_magic(head: &[u8]) -> Option<Instead> {
    let start: String = head.iter().take(15).map(|byte| char::from(*byte).to_ascii_lowercase()).collect();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return Some(Instead::with("an HTML page", "was it downloaded without logging in?"));
    }
    if head.starts_with(b"FROM ") || head.starts_with(b"# syntax=") {
        return Some(Instead::with("a Dockerfile", "build it, and ask about the image"));
    }
    let found = MAGICS.iter().find(|(at, magic, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic)));
    found.map(|(_, _, what)| Instead::only(*what))
}
