//! What one process hands to the other: postcard, each preceded by its length.

use std::io::{self, Read, Write};

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, ManifestDigest, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Record {
    Manifest(ManifestDigest, Vec<u8>),
    Config(ConfigDigest, Vec<u8>),
    Observation(TagObservation),
    Repository(RepositoryFacts),
    /// All that follows is seen again, then.
    Night(Timestamp),
}

pub(crate) fn write(to: &mut impl Write, record: &Record) -> io::Result<()> {
    let bytes = postcard::to_stdvec(record).map_err(io::Error::other)?;
    to.write_all(&u32::try_from(bytes.len()).map_err(io::Error::other)?.to_le_bytes())?;
    to.write_all(&bytes)
}

/// The next; `None` at the end.
pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<Record>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    from.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map(Some).map_err(io::Error::other)
}
