//! Small records as bytes: a version, then postcard. What an index is
//! built from are rows of [`forebear_facts::rows`].

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// Version of the encoding.
pub(crate) const ROW_VERSION: u8 = 1;

pub(crate) fn encode<T: Serialize>(what: &'static str, row: &T) -> Result<Vec<u8>, StoreError> {
    encode_version(what, ROW_VERSION, row)
}

pub(crate) fn decode<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, StoreError> {
    decode_version(what, ROW_VERSION, bytes)
}

/// As [`encode`], for a kind of row that has another version.
pub(crate) fn encode_version<T: Serialize>(what: &'static str, version: u8, row: &T) -> Result<Vec<u8>, StoreError> {
    let error = |e: postcard::Error| StoreError::Row { what, reason: e.to_string() };
    postcard::to_extend(row, vec![version]).map_err(error)
}

/// As [`decode`], for a kind of row that has another version.
pub(crate) fn decode_version<T: DeserializeOwned>(
    what: &'static str,
    known: u8,
    bytes: &[u8],
) -> Result<T, StoreError> {
    let error = |reason: String| StoreError::Row { what, reason };
    match bytes.split_first() {
        Some((version, row)) if *version == known => postcard::from_bytes(row).map_err(|e| error(e.to_string())),
        Some((version, _)) => Err(error(format!("row version {version}, known is {known}"))),
        None => Err(error("it is empty".to_owned())),
    }
}
