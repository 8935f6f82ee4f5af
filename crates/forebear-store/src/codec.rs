//! Small records as bytes: a version, then postcard. What an index is built
//! from is `rows.rs`.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// Version of the encoding.
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
