//! Rows as bytes: a version, then postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// Version of row encoding. A row of another version is derived again from
/// the kept document.
pub(crate) const ROW_VERSION: u8 = 1;

pub(crate) fn encode<T: Serialize>(what: &'static str, row: &T) -> Result<Vec<u8>, StoreError> {
    let error = |e: postcard::Error| StoreError::Row { what, reason: e.to_string() };
    postcard::to_extend(row, vec![ROW_VERSION]).map_err(error)
}

pub(crate) fn decode<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, StoreError> {
    let error = |reason: String| StoreError::Row { what, reason };
    match bytes.split_first() {
        Some((&ROW_VERSION, row)) => postcard::from_bytes(row).map_err(|e| error(e.to_string())),
        Some((version, _)) => Err(error(format!("row version {version}, known is {ROW_VERSION}"))),
        None => Err(error("it is empty".to_owned())),
    }
}
