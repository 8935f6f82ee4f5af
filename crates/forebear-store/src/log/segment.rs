//! One segment: its file, what it says of itself, and what can be read of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use zerocopy::{FromBytes as _, IntoBytes as _};

use super::fingerprint::Fingerprint;
use super::frame::{Frame, HEADER, Kind};
use super::header::{BEGIN, Hash, Header, NoHeader, Seal};
use super::mark::Lost;
use super::scan::{Found, Scan};
use crate::disk::{Disk, DiskFile};
use crate::error::StoreError;

const SUFFIX: &str = ".facts";
/// Bytes that are hashed at once.
const HASHED_AT_ONCE: usize = 1 << 20;

/// Where a segment lies.
pub(super) fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:08}{SUFFIX}"))
}

/// The number in a file's name, if it is one of ours.
pub(super) fn number(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(SUFFIX)?;
    (digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// A segment that is there.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) header: Header,
    pub(super) file: Arc<dyn DiskFile>,
}

/// What lies in a segment.
#[derive(Clone, Debug)]
pub(super) struct Examined {
    /// Number of its last whole record, or of the last before it.
    pub(super) last: u64,
    /// Where that ends.
    pub(super) end: u64,
    /// Of the log up to there.
    pub(super) fingerprint: Fingerprint,
    /// Whole records.
    pub(super) records: u64,
    /// Whether the last of them is a seal.
    pub(super) is_sealed: bool,
    /// Numbers that are missing between its records.
    pub(super) lost: Vec<Lost>,
}

/// A record of the log.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) kind: Kind,
    pub(super) sequence: u64,
    pub(super) offset: u64,
    pub(super) fingerprint: Fingerprint,
    pub(super) payload: &'a [u8],
}

impl Segment {
    /// Opens a segment; `Ok(Err(_))` for one whose header does not stand.
    pub(super) fn open(disk: &dyn Disk, folder: &Path, number: u32) -> Result<Result<Self, NoHeader>, StoreError> {
        let path = path(folder, number);
        let file: Arc<dyn DiskFile> = disk.open(&path).map_err(|error| StoreError::file(&path, error))?.into();
        let mut bytes = [0; BEGIN as usize];
        let read = file.read_at(&mut bytes, 0).map_err(|error| StoreError::file(&path, error))?;
        let header = Header::read(bytes.get(..read).unwrap_or_default());
        Ok(header.and_then(|header| match header.number == number {
            true => Ok(Self { header, file }),
            false => Err(NoHeader::Damaged),
        }))
    }

    /// The seal, if it ends with one; its number is that of its record.
    pub(super) fn seal(&self) -> Result<Option<(u64, Seal)>, StoreError> {
        let whole = (HEADER + size_of::<Seal>()) as u64;
        let Some(offset) = self.file.len()?.checked_sub(whole).filter(|offset| *offset >= BEGIN) else {
            return Ok(None);
        };
        let mut bytes = vec![0; HEADER + size_of::<Seal>()];
        let read = self.file.read_at(&mut bytes, offset)?;
        let salt = self.header.salt;
        let frame = Frame::read(bytes.get(..read).unwrap_or_default(), salt, offset);
        let payload = bytes.get(HEADER..).unwrap_or_default();
        let frame = frame.filter(|frame| frame.kind == Kind::Seal && frame.is_of(payload, salt, offset));
        Ok(frame.and_then(|frame| Some((frame.sequence, Seal::read_from_bytes(payload).ok()?))))
    }

    /// SHA-256 of its first `len` bytes.
    pub(super) fn hash(&self, len: u64) -> Result<Hash, StoreError> {
        let (mut hasher, mut at, mut bytes) = (Sha256::new(), 0, vec![0; HASHED_AT_ONCE]);
        while at < len {
            let read = self.file.read_at(&mut bytes, at)?.min(usize::try_from(len - at).unwrap_or(usize::MAX));
            if read == 0 {
                break;
            }
            hasher.update(bytes.get(..read).unwrap_or_default());
            at += read as u64;
        }
        Ok(hasher.finalize().into())
    }

    /// Goes through the whole segment, telling of each whole record.
    pub(super) fn each(
        &self,
        each: &mut dyn FnMut(&Record<'_>) -> Result<(), StoreError>,
    ) -> Result<Examined, StoreError> {
        let mut scan = Scan::new(&*self.file, self.header)?;
        let mut found = Examined {
            last: self.header.first.saturating_sub(1),
            end: BEGIN,
            fingerprint: Fingerprint::of_segment(self.header),
            records: 0,
            is_sealed: false,
            lost: Vec::new(),
        };
        while let Some(next) = scan.next()? {
            match next {
                // A number that was met is not met again but by a copy.
                Found::Record { sequence, .. } if sequence <= found.last => {}
                Found::Record { kind, sequence, offset, payload, fingerprint } => {
                    if sequence > found.last + 1 {
                        let (first, last, offset) = (found.last + 1, sequence - 1, found.end);
                        found.lost.push(Lost { first, last, segment: self.header.number, offset });
                    }
                    each(&Record { kind, sequence, offset, fingerprint, payload: &payload })?;
                    found.end = offset + (HEADER + payload.len()) as u64;
                    (found.last, found.fingerprint) = (sequence, fingerprint);
                    found.is_sealed = kind == Kind::Seal;
                    found.records += 1;
                }
                // What is missing shows in the numbers of what comes next.
                Found::Gap { .. } => {}
            }
        }
        Ok(found)
    }
}

/// The payload of a seal.
pub(super) fn seal(records: u64, hash: Hash) -> Vec<u8> {
    Seal { records: records.into(), hash }.as_bytes().to_vec()
}
